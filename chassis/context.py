"""The signed context: who asks, on whose behalf, with what rights, until when. It travels in the header of every call.

A compact JWS (Ed25519, RFC 9864) for one call: it names the service, the RPC method and the SHA-256 of the body, and is
good once. Its header says nothing but which key signed, in one spelling for each key, so nothing there is for a sender to
choose. The gateway signs for people; a service signs only for itself. Nothing else on a message is believed: any
AMQP header would otherwise become authority (docs/decisions/0003-signed-context.md).
"""

import hashlib
import time
import uuid
from base64 import b64decode
from collections import OrderedDict
from dataclasses import dataclass, fields, replace
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from joserfc.jwk import OKPKey

from chassis.errors import ServiceProblem
from chassis.permissions import NOT_WHILE_IMPERSONATING, Access, Permission, Portal
from chassis.signing_keys import SigningKey, TrustedKeys, to_base64, token_header
from chassis.wire import decoded, encoded

GATEWAY = "gateway"
HEADER = "commerce.context"
LIFETIME = 60
CLOCK_SKEW = 5

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
    are; an API token and a service have no such time, and are not asked. With `validate_only` a write is tried and taken
    back: every check is made, and nothing kept.
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
    validate_only: bool = False

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


_CALLER_FIELDS = tuple(field.name for field in fields(Caller) if field.name != "validate_only")


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


def digest_of(body: str | bytes) -> str:
    """SHA-256 of a call's body, in hexadecimal."""
    return hashlib.sha256(body.encode() if isinstance(body, str) else bytes(body)).hexdigest()


class Signer:
    """Signs contexts as the issuer that its private key's file is named after, with the key that is there."""

    def __init__(self, key_file: Path):
        self._signing_key = SigningKey(key_file)
        self.issuer = self._signing_key.issuer
        self._use(self._signing_key.current())

    def _use(self, key: OKPKey) -> None:
        self._key, self._private, self._header = key, key.private_key, token_header(key)

    def sign(self, caller: Caller, target: str, body: str | bytes) -> str:
        """A token for `caller`, for the one call of `target` ("clients.get_client") with `body`, good for LIFETIME
        seconds; the callee looks at the caller's deadline beside it."""
        if (key := self._signing_key.current()) is not self._key:
            self._use(key)
        service, _, method = target.partition(".")
        now = time.time()
        claims = {
            "iss": self.issuer,
            "aud": service,
            "method": method,
            "body": digest_of(body),
            "jti": uuid.uuid4().hex,
            "iat": int(now),
            "exp": int(now + LIFETIME),
            "caller": _claims_of(caller),
        }
        signed = self._header + b"." + to_base64(encoded(claims))
        return (signed + b"." + to_base64(self._private.sign(signed))).decode()


class Verifier:
    """Verifies the contexts of calls against trusted keys, each once: it keeps the ids of those it has seen for as long
    as they would be good."""

    def __init__(self, keys_dir: Path):
        self._keys = TrustedKeys(keys_dir)
        self._used: OrderedDict[str, float] = OrderedDict()

    def verify(self, token: object, target: str, body: str | bytes, *, redelivered: bool = False) -> Caller:
        """The caller that `token` names, for the call of `target` with `body`.

        Raises `unauthenticated` for what is not signed, not ours, too old, for another call, or was used before; but a
        message that the broker delivers again (`redelivered`) is the same use.
        """
        claims = self._claims(token)
        service, _, method = target.partition(".")
        if (claims.get("aud"), claims.get("method"), claims.get("body")) != (service, method, digest_of(body)):
            raise _refused()
        caller = _caller_of(claims, method)
        self._use(claims.get("jti"), claims["exp"] + CLOCK_SKEW, redelivered)
        return caller

    def _claims(self, token: object) -> dict:
        try:
            signed, signature = token.encode("ascii").rsplit(b".", 1)
            header, payload = signed.split(b".")
            issuer, key = self._keys.find(header)
            key.verify(_from_base64(signature), signed)
            claims = decoded(_from_base64(payload))
            expires, now = claims.get("exp"), time.time()
        except (InvalidSignature, ValueError, LookupError, AttributeError) as error:
            raise _refused() from error
        if claims.get("iss") != issuer or not isinstance(expires, int) or now > expires + CLOCK_SKEW:
            raise _refused()
        if expires > now + LIFETIME + CLOCK_SKEW:
            raise ServiceProblem("unavailable", "The call was signed in the future: the clocks of two machines differ.")
        return claims

    def _use(self, token_id: object, until: float, redelivered: bool) -> None:
        now = time.time()
        while self._used and next(iter(self._used.values())) < now:
            self._used.popitem(last=False)
        if not isinstance(token_id, str) or token_id in self._used and not redelivered:
            raise _refused()
        self._used[token_id] = until


def _claims_of(caller: Caller) -> dict:
    """The caller as claims. A service of the release before, which knows no `validate_only`, refuses what has it, and would
    otherwise do it."""
    claims = {name: getattr(caller, name) for name in _CALLER_FIELDS}
    return {**claims, "validate_only": True} if caller.validate_only else claims


def _from_base64(text: bytes) -> bytes:
    return b64decode(text + b"=" * (-len(text) % 4), b"-_", validate=True)


def _caller_of(claims: dict, method: str) -> Caller:
    """The caller that verified claims name. A service speaks for itself alone, and to the RPC methods named for it."""
    try:
        caller = Caller(**{**claims["caller"], "permissions": tuple(claims["caller"]["permissions"])})
    except (LookupError, TypeError) as error:
        raise _refused() from error
    issuer = claims["iss"]
    if issuer != GATEWAY and ((caller.kind, caller.id) != ("system", issuer) or not method.endswith(f"_for_{issuer}")):
        raise _refused()
    return caller


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
