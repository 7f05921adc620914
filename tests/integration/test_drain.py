"""SIGTERM: what has begun is finished and answered, then the process ends with 0."""

import uuid

import pytest
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from chassis.rpc.client import with_deadline
from chassis.testing.plugin import wait_until
from tests.support.service_processes import ServiceProcess

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def clients(databases, amqp_uri, keys_dir, tmp_path):
    database = databases("clients")
    database.empty()
    process = ServiceProcess(database, amqp_uri, keys_dir, tmp_path / "clients.log")
    process.log_file = tmp_path / "clients.log"
    process.start()
    yield process
    process.stop(kill=True)


def test_a_command_in_flight_is_finished_before_the_process_ends(clients, databases, calls, make_caller):
    caller = with_deadline(make_caller(idempotency_key=uuid.uuid4().hex), 30)
    body = {"first_name": "Ada", "last_name": "Late", "email": "late@example.com", "currency": "EUR"}
    superuser = create_engine(driver_url(databases("clients").superuser_url))
    with superuser.connect() as holder:
        holder.execute(text("LOCK TABLE clients IN SHARE MODE"))
        call = calls.start(caller, "clients.create_client", seconds=20, writes=True, **body)
        wait_until(lambda: holder.scalar(text(WAITING)) == 1, "the command to wait for the lock")
        clients.process.terminate()
        wait_until(lambda: "draining" in clients.log_file.read_text(), "the process to begin draining")
        holder.rollback()
    superuser.dispose()
    assert call.result()["profile"]["email"] == "late@example.com"
    assert clients.process.wait(15) == 0
