"""Signing keys: one private key for each process that signs, and the public ones that everybody trusts, by their ids.

    python -m chassis.signing_keys keygen DIR NAME…                 a first pair for each name that has none
    python -m chassis.signing_keys rotate PRIVATE_DIR PUBLIC_DIR NAME    the next key; the one before stays trusted
    python -m chassis.signing_keys retire PRIVATE_DIR PUBLIC_DIR NAME    trust no key of NAME but the one in use

A key's id is its thumbprint (RFC 7638). Both sides read their files again every KEYS_SECONDS, so nothing is started anew:
the next public key is there for that long before anything is signed with it.
"""

import os
import sys
import time
from base64 import urlsafe_b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.logs import get_logger
from chassis.wire import encoded

KEYS_SECONDS = 10.0  # how soon a key that was added, changed or taken away counts
UNTIL_UNUSED = 90.0  # seconds after which nothing that was signed with the key before is under way
KEPT_FOR_GOOD = "audit"
"""Whose keys are never retired: its checkpoints are verified for as long as there is a log."""

log = get_logger(__name__)


def issuer_of(key_file: Path) -> str:
    """Whose key a file holds: `gateway.key` and `gateway.2026-12.pub` are of the gateway."""
    return key_file.name.partition(".")[0]


class SigningKey:
    """The private key in a file, which may be replaced at any time; `issuer` is whose it is."""

    def __init__(self, file: Path):
        self._file, self.issuer = file, issuer_of(file)
        self._text, self._read_at = file.read_bytes(), time.monotonic()
        self._key = OKPKey.import_key(self._text)

    def current(self) -> OKPKey:
        """The key to sign with now. While its file cannot be read the last one stays."""
        if time.monotonic() - self._read_at > KEYS_SECONDS:
            self._read_at = time.monotonic()
            try:
                text = self._file.read_bytes()
                if text != self._text:
                    self._key, self._text = OKPKey.import_key(text), text
            except (OSError, ValueError, JoseError):
                return self._key
        return self._key


class TrustedKeys:
    """The public keys in a folder. An issuer may have several, while one follows another; the folder is read again from
    time to time."""

    def __init__(self, folder: Path):
        self._folder, self._read_at = folder, 0.0
        self._keys: list[tuple[str, OKPKey]] = []
        self._by_header: dict[bytes, tuple[str, Ed25519PublicKey]] = {}

    def find(self, header: bytes) -> tuple[str, Ed25519PublicKey]:
        """(issuer, key) of a token with this header. Raises LookupError for a header of no trusted key."""
        self._read()
        return self._by_header[header]

    def of(self, issuer: str) -> dict[str, OKPKey]:
        """The keys of one issuer, by their ids."""
        self._read()
        return {key.thumbprint(): key for whose, key in self._keys if whose == issuer}

    def _read(self) -> None:
        if time.monotonic() - self._read_at > KEYS_SECONDS or not self._keys:
            self._keys = [(issuer_of(path), key) for path in self._folder.glob("*.pub") if (key := _public_key(path))]
            self._by_header = {token_header(key): (issuer, key.public_key) for issuer, key in self._keys}
            self._read_at = time.monotonic()


def _public_key(path: Path) -> OKPKey | None:
    """The key in a file; None where the file was taken away just now, or cannot be read: the others are trusted."""
    try:
        return OKPKey.import_key(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, JoseError) as error:
        log.warning("a public key cannot be read and is not trusted", file=path.name, error=type(error).__name__)
        return None


def token_header(key: OKPKey) -> bytes:
    """The header of what `key` signs, which names it by its id, as it stands in a token."""
    return to_base64(encoded({"typ": "JWT", "alg": "Ed25519", "kid": key.thumbprint()}))


def to_base64(raw: bytes) -> bytes:
    """`raw` in base64url without padding, as a JWS has it."""
    return urlsafe_b64encode(raw).rstrip(b"=")


def generate_keys(directory: Path, names: list[str]) -> None:
    """Write `NAME.key` (mode 0600) and `NAME.pub` for each name that has none yet."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in names:
        if not (directory / f"{name}.key").exists():
            key = OKPKey.generate_key("Ed25519")
            _write_private(directory / f"{name}.key", key)
            (directory / f"{name}.pub").write_bytes(key.as_pem(private=False))


def rotate(private_dir: Path, public_dir: Path, name: str, *, wait=time.sleep) -> Path:
    """Make the next key of `name` and sign with it from now on; the file of its public half.

    Everybody is given the time to read the public half before the private one is used. Keys of before stay trusted.
    """
    key = OKPKey.generate_key("Ed25519")
    public = public_dir / f"{name}.{key.thumbprint()[:12]}.pub"
    part = public.with_suffix(".part")
    part.write_bytes(key.as_pem(private=False))
    part.chmod(0o644)
    part.replace(public)
    wait(KEYS_SECONDS + 1)
    current = private_dir / f"{name}.key"
    part, owner = current.with_suffix(".part"), current.stat()
    _write_private(part, key)
    if (os.getuid(), os.getgid()) != (owner.st_uid, owner.st_gid):
        os.chown(part, owner.st_uid, owner.st_gid)
    part.replace(current)
    if private_dir != public_dir:  # its own public half stands beside it, for whoever hands it out anew
        (private_dir / f"{name}.pub").write_bytes(key.as_pem(private=False))
    return public


def retire(private_dir: Path, public_dir: Path, name: str) -> list[Path]:
    """Trust no key of `name` any more but the one in use; the files that were removed. Raises ValueError where that would
    refuse what is under way, or what is kept."""
    private = private_dir / f"{name}.key"
    if name == KEPT_FOR_GOOD:
        raise ValueError(f"the public keys of {name} prove the log of before: they are kept")
    if (left := UNTIL_UNUSED - (time.time() - private.stat().st_mtime)) > 0:
        raise ValueError(f"calls that were signed with the key before may be under way for {left:.0f} s")
    key = OKPKey.import_key(private.read_bytes())
    current = public_dir / f"{name}.pub"
    part = current.with_suffix(".part")
    part.write_bytes(key.as_pem(private=False))
    part.chmod(0o644)
    part.replace(current)
    others = [path for path in public_dir.glob("*.pub") if issuer_of(path) == name and path != current]
    for path in others:
        path.unlink()
    return others


def _write_private(path: Path, key: OKPKey) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.as_pem(private=True))


def main(arguments: list[str]) -> None:
    """One command."""
    match arguments:
        case ["keygen", directory, *names] if names:
            generate_keys(Path(directory), names)
        case ["rotate", private, public, name]:
            print(rotate(Path(private), Path(public), name))
        case ["retire", private, public, name]:
            try:
                print(*retire(Path(private), Path(public), name), sep="\n")
            except ValueError as refused:
                raise SystemExit(f"{refused}.") from None
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
