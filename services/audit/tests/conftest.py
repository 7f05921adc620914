"""A running audit service, a caller of its RPC methods, and a publisher of events."""

import json

import pytest

from chassis.events.relay import events_exchange
from chassis.signing_keys import SigningKey, TrustedKeys
from chassis.testing.plugin import confirming, wait_until
from services.audit.checkpoint_signer import CheckpointSigner
from services.audit.checkpoints import CheckpointFile
from services.audit.service import AuditService


@pytest.fixture
def audit(run_service, databases, session_of):
    """The audit service on an empty database, its listener consuming; gives a session of its app role."""
    session = session_of("audit")
    container = run_service(AuditService, databases("audit").app_url)
    (listener,) = [extension for extension in container.entrypoints if hasattr(extension, "consuming")]
    wait_until(lambda: listener.consuming, "the listener to consume")
    return session


@pytest.fixture
def publish(amqp_uri):
    """`publish(message, …)`: send messages as the services' relays do, in order."""

    def send(*messages: dict) -> None:
        with confirming(amqp_uri) as connection:
            producer = connection.Producer()
            for message in messages:
                exchange = events_exchange(message["source"].removeprefix("services/"))
                producer.publish(
                    json.dumps(message),
                    exchange=exchange,
                    routing_key=message["type"],
                    serializer=None,
                    declare=[exchange],
                    content_type="application/json",
                    content_encoding="utf-8",
                    delivery_mode=2,
                    message_id=message["id"],
                )

    return send


@pytest.fixture
def checkpoint_signer(tmp_path, keys_dir):
    """A checkpoint signer whose file is empty."""
    return CheckpointSigner(
        CheckpointFile(tmp_path / "activity.jsonl"), SigningKey(keys_dir / "audit.key"), TrustedKeys(keys_dir)
    )
