"""Signatures, as a receiver verifies them with the library of Standard Webhooks."""

import base64
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from services.webhooks.signing import new_secret, signature_header, verified_with

BODY = '{"type":"client.created.v1","größe":1}'.encode()
KNOWN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def headers_of(secrets: list[str], body: bytes = BODY) -> dict[str, str]:
    now = int(datetime.now(UTC).timestamp())
    signature = signature_header(secrets, "msg_1", now, body)
    return {"webhook-id": "msg_1", "webhook-timestamp": str(now), "webhook-signature": signature}


def test_a_signature_is_the_one_of_the_published_example():
    body = b'{"test": 2432232314}'
    signature = signature_header([KNOWN], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_verifies_with_the_secret_before_and_after_a_rotation_while_both_are_alive():
    old, new = new_secret("v1"), new_secret("v1")
    both = headers_of([new, old])
    for secret in (old, new):
        assert Webhook(verified_with(secret)).verify(BODY, both) == json.loads(BODY)
    for secret, headers in ((old, headers_of([new])), (new_secret("v1"), both)):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(BODY + b" ", both)


def test_a_public_key_verifies_what_the_private_one_signed_and_tells_nothing_of_it():
    secret = new_secret("v1a")
    public = verified_with(secret)
    headers = headers_of([secret])
    version, _, signature = headers["webhook-signature"].partition(",")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_")))
    key.verify(base64.b64decode(signature), f"msg_1.{headers['webhook-timestamp']}.".encode() + BODY)
    assert version == "v1a" and secret.startswith("whsk_") and secret[5:] not in public
