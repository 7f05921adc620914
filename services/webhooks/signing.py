"""Signatures as Standard Webhooks has them: over `id.timestamp.body`, one for each secret that is alive."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SHARED, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
SECRET_BYTES = 32


def new_secret(scheme: str) -> str:
    """A fresh secret: 32 random bytes in base64, behind what says which kind it is."""
    prefix = SHARED if scheme == "v1" else PRIVATE
    return prefix + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def verified_with(secret: str) -> str:
    """What the receiver verifies with: the shared secret itself, or the public key of a private one."""
    if secret.startswith(SHARED):
        return secret
    public = _private_key(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return PUBLIC + base64.b64encode(public).decode()


def signature_header(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`, signatures with spaces between."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(_signature(secret, signed) for secret in secrets)


def _signature(secret: str, signed: bytes) -> str:
    if secret.startswith(SHARED):
        digest = hmac.new(base64.b64decode(secret.removeprefix(SHARED)), signed, hashlib.sha256).digest()
        return f"v1,{base64.b64encode(digest).decode()}"
    return f"v1a,{base64.b64encode(_private_key(secret).sign(signed)).decode()}"


def _private_key(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret.removeprefix(PRIVATE)))
