"""The signed context: who asks, on whose behalf, with what rights, until when. It travels in the header of every call.

A compact JWS (Ed25519, RFC 9864). The gateway signs for people; a service signs only for itself. Nothing else on a
message is believed: any AMQP header would otherwise become authority (docs/decisions/0003-signed-context.md).
"""

import hashlib
import json
import os
import sys
import time
from base64 import urlsafe_b64decode
from collections import OrderedDict
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.errors import ServiceProblem
from chassis.permissions import NOT_WHILE_IMPERSONATING, Access, Permission, Portal

AUDIENCE = "bus"
HEADER = "commerce.context"
LIFETIME = 60
CLOCK_SKEW = 5
_CACHE_SIZE = 2048

STEP_UP_SECONDS = 600
"""How long after somebody has proved who they are their session may do what asks for step-up authentication."""


@dataclass(frozen=True)
class Caller:
    """Whoever a request is for.

    `permissions` lists slugs, or is `["*"]` for super_admin. `credential` is a hash of a session or token that the
    identity's owner still has to resolve. `deadline` is a time in seconds of the epoch. `client_id` is the client whose
    record the gateway has already found, or whose portal the caller is in. A contact's caller has the kind "contact"; a
    staff member who is logged in as a client stays "staff", and `acting_as` names the contact: {"contact_id", "name",
    "impersonation_id"}. `authenticated_at`, in seconds of the epoch, is when the person of a session last proved who they
    are; an API token and a service have no such time, and are not asked.
    """

    kind: str = "anonymous"
    id: str | None = None
    name: str | None = None
    permissions: tuple[str, ...] = ()
    permissions_version: int = 0
    acting_as: dict | None = None
    authenticated_at: float | None = None
    client_id: str | None = None
    credential: dict | None = None
    request_id: str = ""
    idempotency_key: str | None = None
    ip: str | None = None
    deadline: float = 0.0

    def allows(self, access: Permission | Portal | Access) -> bool:
        """Whether this caller may call an RPC method that asks for `access`. Nobody in the portal may call one of the
        admin."""
        if access is Access.PUBLIC:
            return True
        if access is Access.IN_PORTAL:
            return self.in_portal
        if isinstance(access, Portal):
            return (
                self.in_portal
                and str(access) in self.permissions
                and not (self.acting_as and access in NOT_WHILE_IMPERSONATING)
            )
        if self.in_portal:
            return False
        if access is Access.SIGNED_IN:
            return self.kind == "staff"
        if access is Access.SERVICE:
            return self.kind in ("staff", "system")
        return self.kind == "staff" and ("*" in self.permissions or str(access) in self.permissions)

    def require(self, access: Permission | Portal | Access) -> None:
        """Raise `unauthenticated`, `forbidden`, or `impersonation-denied` for what only the client itself may do."""
        if self.allows(access):
            return
        if self.kind == "anonymous":
            raise ServiceProblem("unauthenticated", "Sign in to do this.")
        if self.acting_as and access in NOT_WHILE_IMPERSONATING and str(access) in self.permissions:
            raise ServiceProblem(
                "impersonation-denied",
                "Only the client itself may do this. Nothing was changed.",
                permission=str(access),
            )
        raise ServiceProblem("forbidden", f"This needs the permission {access}.", permission=str(access))

    def require_recent_authentication(self) -> None:
        """Raise `reauthentication-required` for a session whose person has proved who they are too long ago."""
        if self.authenticated_at is not None and self.authenticated_at < time.time() - STEP_UP_SECONDS:
            raise ServiceProblem("reauthentication-required", "Type your password once more to do this.")

    @property
    def in_portal(self) -> bool:
        """Whether this is a contact, or a staff member logged in as one."""
        return self.kind == "contact" or self.acting_as is not None

    @property
    def contact_id(self) -> str | None:
        """The contact whose portal this is; None outside of the portal."""
        return self.acting_as["contact_id"] if self.acting_as else self.id if self.kind == "contact" else None

    @property
    def remaining(self) -> float:
        """Seconds until the deadline; negative when it is past."""
        return self.deadline - time.time()

    def actor(self) -> dict:
        """The actor of an event: kind, id and name."""
        return {"kind": self.kind, "id": self.id, "name": self.name}


def system_caller(service: str, *, cause: str, seconds: float = 30.0) -> Caller:
    """The caller of a service's own work; `cause` is the request or event that set it off."""
    return Caller(
        kind="system",
        id=service,
        name="System",
        request_id=cause,
        idempotency_key=cause,
        deadline=time.time() + seconds,
    )


class Signer:
    """Signs contexts as one issuer, whose private key is the file `<issuer>.key`."""

    def __init__(self, key_file: Path):
        self.issuer = key_file.stem
        self._key = OKPKey.import_key(key_file.read_bytes())

    def sign(self, caller: Caller) -> str:
        """A token for `caller`, good until its deadline and LIFETIME seconds at most."""
        now = time.time()
        claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "iat": int(now),
            "exp": int(now + LIFETIME),
            "caller": asdict(caller),
        }
        return jwt.encode({"alg": "Ed25519"}, claims, self._key, algorithms=["Ed25519"])


class Verifier:
    """Verifies contexts against the public keys of a folder; each token once, then from a cache by its hash."""

    def __init__(self, keys_dir: Path):
        self._keys = {path.stem: OKPKey.import_key(path.read_bytes()) for path in keys_dir.glob("*.pub")}
        self._seen: OrderedDict[bytes, tuple[int, Caller]] = OrderedDict()

    def verify(self, token: object) -> Caller:
        """The caller that `token` names. Raises `unauthenticated` for what is not signed, not ours, or too old."""
        if not isinstance(token, str):
            raise _refused()
        digest = hashlib.sha256(token.encode()).digest()
        expires, caller = self._seen.get(digest) or self._remember(digest, token)
        if time.time() > expires + CLOCK_SKEW:
            raise _refused()
        return caller

    def _remember(self, digest: bytes, token: str) -> tuple[int, Caller]:
        claims = self._claims(token)
        caller = claims["caller"]
        caller = Caller(**{**caller, "permissions": tuple(caller["permissions"])})
        if claims["iss"] != "gateway" and (caller.kind != "system" or caller.id != claims["iss"]):
            raise _refused()
        self._seen[digest] = entry = (claims["exp"], caller)
        if len(self._seen) > _CACHE_SIZE:
            self._seen.popitem(last=False)
        return entry

    def _claims(self, token: str) -> dict:
        try:
            claims = jwt.decode(token, self._keys[_issuer_of(token)], algorithms=["Ed25519"]).claims
        except (JoseError, ValueError, LookupError, TypeError) as error:
            raise _refused() from error
        if claims.get("aud") != AUDIENCE or not isinstance(claims.get("exp"), int) or "caller" not in claims:
            raise _refused()
        if claims["exp"] > time.time() + LIFETIME + CLOCK_SKEW:
            raise ServiceProblem("unavailable", "The call was signed in the future: the clocks of two machines differ.")
        return claims


def _issuer_of(token: str) -> str:
    """The issuer that an unverified token claims; only used to choose the key that then has to fit."""
    payload = token.split(".")[1]
    return json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["iss"]


def _refused() -> ServiceProblem:
    return ServiceProblem("unauthenticated", "The call carries no valid context.")


PRINCIPAL = (
    "kind",
    "id",
    "name",
    "permissions",
    "permissions_version",
    "client_id",
    "acting_as",
    "authenticated_at",
)


def with_principal(caller: Caller, principal: dict) -> Caller:
    """`caller` as the person that its credential belongs to; of `principal` only PRINCIPAL counts, the rest is for
    show."""
    known = {name: principal[name] for name in PRINCIPAL if name in principal}
    return replace(caller, credential=None, **{**known, "permissions": tuple(principal["permissions"])})


def generate_keys(directory: Path, names: list[str]) -> None:
    """Write `NAME.key` (mode 0600) and `NAME.pub` for each name that has none yet."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in names:
        private = directory / f"{name}.key"
        if private.exists():
            continue
        key = OKPKey.generate_key("Ed25519")
        with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.as_pem(private=True))
        (directory / f"{name}.pub").write_bytes(key.as_pem(private=False))


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] != "keygen":
        raise SystemExit("usage: python -m chassis.context keygen DIR NAME…")
    generate_keys(Path(sys.argv[2]), sys.argv[3:])
