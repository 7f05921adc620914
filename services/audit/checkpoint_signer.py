"""`self.checkpoint_signer`: writes signed checkpoints, and gives the hashes that they hold of a chain; None without a
file."""

import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from joserfc.jwk import OKPKey
from nameko.extensions import DependencyProvider

from chassis.logs import get_logger
from chassis.signing_keys import SigningKey, TrustedKeys
from services.audit.checkpoints import CheckpointFile, Forged, read_line

ISSUER = "audit"

log = get_logger(__name__)

MOST_VERIFIED = 20_000  # lines whose signature is not verified anew, a hundred bytes for each


@dataclass(frozen=True)
class CheckpointedHeads:
    """The checkpoints of one chain: {seq: hash}, the newest that names it, whether one of them was forged, and of those
    heads the ones up to which entries went into an archive."""

    heads: dict[int, str]
    newest: dict | None = None
    forged: bool = False
    archived: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckpointSigner:
    """The file of checkpoints with the keys to sign and to verify them."""

    file: CheckpointFile
    signing_key: SigningKey
    trusted: TrustedKeys
    _verified: dict[bytes, dict] = field(
        default_factory=dict
    )  # {SHA-256 of a line: what of it is about all its chains}

    def add(self, heads: dict[str, tuple[int, str]], made_at: str, archive: dict[str, str] | None = None) -> dict:
        """Add a signed checkpoint of `heads`, up to which entries went into `archive` where one is given; it is on the disk
        when this returns, and in the index beside it."""
        checkpoint = self.file.add(heads, made_at, self.signing_key.current(), archive)
        for _ in self.file.index.catch_up():
            time.sleep(0)
        return checkpoint

    def heads_of(self, chain: str) -> CheckpointedHeads:
        """The heads of `chain` that checkpoints hold. Others may run between two stretches of the file."""
        found = CheckpointedHeads({})
        try:
            for one in self.naming(chain):
                # The first one counts: a chain made anew may be signed again.
                found.heads.setdefault(one["seq"], one["hash"])
                if one.pop("archive"):
                    found.archived.setdefault(one["seq"], one["hash"])
                if found.newest is None or one["seq"] >= found.newest["seq"]:
                    found = replace(found, newest=one)
        except Forged as error:
            log.error("a checkpoint is not what was signed", chain=chain, error=str(error))
            return replace(found, forged=True)
        return found

    def naming(self, chain: str) -> Iterator[dict]:
        """What each checkpoint says of `chain`: `{number, made_at, archive|null, seq, hash}`; raises Forged."""
        keys = self.trusted.of(ISSUER)
        for line in self.file.naming(chain):
            if line is None:
                time.sleep(0)
                continue
            yield self._read(line, chain, keys)

    def _read(self, line: bytes, chain: str, keys: dict[str, OKPKey]) -> dict:
        """What the checkpoint says of `chain`; raises Forged. Its text is what was signed, byte for byte, so the head
        is found in it without reading all others."""
        digest = hashlib.sha256(line).digest()
        if digest not in self._verified:
            checkpoint = read_line(line, keys)
            if len(self._verified) >= MOST_VERIFIED:
                self._verified.clear()
            self._verified[digest] = {name: checkpoint.get(name) for name in ("number", "made_at", "archive")}
        found = re.search(rb'"%s":\[(\d+),"([0-9a-f]{64})"\]' % re.escape(chain.encode()), line)
        if found is None:
            raise Forged("the line does not name the chain")
        return {**self._verified[digest], "seq": int(found[1]), "hash": found[2].decode()}


class CheckpointSignerProvider(DependencyProvider):
    """Provides the CheckpointSigner; logs once, at the start, when no checkpoints are written."""

    def setup(self):
        settings = self.container.config["settings"]
        self._signer = None
        if settings.checkpoints_file is None:
            log.warning("no checkpoints are written: COMMERCE_CHECKPOINTS_FILE is not set")
            return
        self._signer = CheckpointSigner(
            CheckpointFile(settings.checkpoints_file),
            SigningKey(settings.require("signing_key_file")),
            TrustedKeys(settings.require("trusted_keys_dir")),
        )

    def get_dependency(self, worker_ctx):
        return self._signer
