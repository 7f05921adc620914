"""An import whose process is killed."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from chassis.db.tables import outbox
from chassis.testing.plugin import wait_until
from chassis.testing.virtual_host import declare_service
from services.clients.commands.imports.open import open_import, stage_import_rows, start_import
from services.clients.models import Client, ClientImport, ClientImportRow
from services.clients.service import ClientsService
from services.clients.tests.imports.test_import import ROW

ROWS = 3000


@pytest.fixture
def process(databases, amqp_uri, keys_dir):
    """`with process() as child`: the service as a process of its own; killed at the block's end."""
    declare_service(amqp_uri, ClientsService)

    @contextmanager
    def run():
        environment = {
            **os.environ,
            "COMMERCE_AMQP_URI": amqp_uri,
            "COMMERCE_DATABASE_URL": databases("clients").app_url,
            "COMMERCE_SIGNING_KEY_FILE": str(keys_dir / "clients.key"),
            "COMMERCE_TRUSTED_KEYS_DIR": str(keys_dir),
            "COMMERCE_ENCRYPTION_KEYS_FILE": str(keys_dir / "encryption.keys"),
        }
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "services.clients"], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            yield child
        finally:
            child.kill()
            child.wait()

    return run


@pytest.mark.faults
def test_an_import_that_is_killed_twice_ends_with_each_row_in_once(session, open_uow, process):
    import_id = open_import(open_uow, source="csv", allow_duplicate_email=False, file=None)["id"]
    rows = [
        {"line": n, "values": {**ROW, "external_id": str(n), "email": f"a{n}@example.com"}} for n in range(1, ROWS + 1)
    ]
    stage_import_rows(open_uow, import_id=import_id, rows=rows)
    start_import(open_uow, import_id=import_id, mapping={})

    def imported() -> int:
        session.rollback()
        return session.scalar(select(func.count()).where(ClientImportRow.status == "imported"))

    for goal in (20, 150):
        with process():
            wait_until(lambda goal=goal: imported() >= goal, f"{goal} rows to be in", seconds=30)
        assert imported() < ROWS, "the kill came too late to prove anything"
    with process():
        wait_until(
            lambda: session.rollback() or session.scalar(select(ClientImport.status)) == "done", "the end", seconds=30
        )
    assert imported() == ROWS
    for table in (Client, outbox):
        assert session.scalar(select(func.count()).select_from(table)) == ROWS
