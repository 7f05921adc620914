"""Webhooks, killed between the steps of a delivery: nothing is lost, what is sent again has the same id and body, and the
order of a client is kept."""

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from chassis.db.encryption import EncryptedText, Keyring
from chassis.db.engine import driver_url
from chassis.events.unit_of_work import RequestUnitOfWork
from chassis.testing.plugin import wait_until
from chassis.testing.virtual_host import virtual_host
from services.webhooks.commands.endpoints import create_endpoint
from tests.support.service_processes import ServiceProcess
from tests.support.webhooks import ClientEvents, Receiver

pytestmark = pytest.mark.faults

STREAM = "0192f0c1-0000-7000-8000-00000000c11e"
DUE = text("UPDATE webhook_lanes SET due_at = now() WHERE due_at IS NOT NULL")
STATES = text("SELECT DISTINCT status FROM webhook_deliveries")


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def await_all(engine: Engine) -> None:
    """Wait until something was accepted, and all of it is delivered."""

    def states() -> list[str]:
        with engine.connect() as connection:
            return connection.scalars(STATES).all()

    wait_until(lambda: states() == ["delivered"], "all to be delivered", seconds=60)


def test_a_service_that_is_killed_between_the_steps_of_a_delivery_loses_nothing(
    databases, keys_dir, tmp_path, make_caller, receiver, monkeypatch
):
    database = databases("webhooks")
    database.empty()
    monkeypatch.setattr(EncryptedText, "keyring", Keyring(keys_dir / "encryption.keys"))
    engine = create_engine(driver_url(database.superuser_url))
    with virtual_host() as uri:
        given = {"development": "1", "webhook_loopback": "1"}
        process = ServiceProcess(database, uri, keys_dir, tmp_path / "webhooks.log", **given)
        with Session(engine) as session:
            opener = RequestUnitOfWork(session, "webhooks", make_caller(), "test", {})
            wanted = {"description": "", "filters": ["client.*"], "personal": False, "alert_email": None}
            create_endpoint(opener, loopback=True, url=receiver.url, scheme="v1", **wanted)
        process.start()
        events = ClientEvents(uri)
        sent = events.publish(STREAM)
        await_all(engine)
        for point in ("webhook.after_send", "write.before_commit", "write.after_commit"):
            process.stop(kill=True)
            sent += events.publish(STREAM, 2)
            process.start(crash_at=point)
            assert process.await_death() == -9
            with engine.begin() as connection:
                connection.execute(DUE)  # as it is once the claim of the dead process is void
        process.start()
        receiver.await_events(9, seconds=60)
        await_all(engine)
        process.stop()
    engine.dispose()
    first_of_each = list(dict.fromkeys(one["headers"]["webhook-id"] for one in receiver.seen))
    assert first_of_each == sent
    bodies = {(one["headers"]["webhook-id"], one["body"]) for one in receiver.seen}
    assert len(bodies) == len(sent) == 7
    assert len(receiver.seen) == 7 + 2  # killed before the commit, twice
    assert receiver.events() == sorted(receiver.events())
