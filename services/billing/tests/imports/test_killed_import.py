"""An import whose process is killed in its midst, again and again: whole in the end, nothing doubled, no number
lost."""

import os
import signal
import subprocess
import sys
import uuid

import pytest
from sqlalchemy import func, select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.testing.plugin import wait_until
from chassis.testing.virtual_host import declare_service
from services.billing.models import Invoice, InvoiceLine
from services.billing.service import BillingService

INVOICES, KILLS_AT = 120, (10, 45, 90)

pytestmark = pytest.mark.faults


@pytest.fixture
def process(amqp_uri, keys_dir, databases):
    """`process()`: a billing process of its own, on the test's bus and database."""
    started = []
    declare_service(amqp_uri, BillingService)

    def start() -> subprocess.Popen:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COMMERCE_")} | {
            "COMMERCE_AMQP_URI": amqp_uri,
            "COMMERCE_DATABASE_URL": databases("billing").app_url,
            "COMMERCE_SIGNING_KEY_FILE": str(keys_dir / "billing.key"),
            "COMMERCE_TRUSTED_KEYS_DIR": str(keys_dir),
            "COMMERCE_LOG_LEVEL": "WARNING",
        }
        started.append(subprocess.Popen([sys.executable, "-W", "ignore", "-m", "services.billing"], env=environment))
        return started[-1]

    yield start
    for one in started:
        if one.poll() is None:
            one.send_signal(signal.SIGTERM)
            one.wait(15)


def stage(ask, import_id: str) -> None:
    """Open an import of INVOICES invoices of one line each, and start it."""
    ask("open_import", import_id=import_id, source="csv")
    ask(
        "stage_import_rows",
        import_id=import_id,
        kind="invoices",
        rows=[
            {
                "line": n,
                "values": {
                    "external_id": str(n),
                    "client_external_id": "7",
                    "issue_date": "2021-01-01",
                    "due_date": "",
                    "status": "paid",
                    "currency_code": "USD",
                    "total": "0.99",
                },
            }
            for n in range(1, INVOICES + 1)
        ],
    )
    ask(
        "stage_import_rows",
        import_id=import_id,
        kind="invoice_lines",
        rows=[
            {
                "line": n,
                "values": {
                    "invoice_external_id": str(n),
                    "description": "Track",
                    "quantity": "1",
                    "unit_price": "0.99",
                },
            }
            for n in range(1, INVOICES + 1)
        ],
    )
    ask("start_import", import_id=import_id)


def test_an_import_goes_on_after_each_kill(process, run_service, databases, session, clients, ask):
    client_id, import_id = str(uuid.uuid4()), str(uuid.uuid4())
    clients.known[client_id], clients.external["7"] = {"currency": "USD"}, client_id
    run_service(clients, databases("billing").app_url)

    def imported() -> int:
        session.rollback()
        return session.scalar(select(func.count()).select_from(Invoice))

    victim = process()
    wait_until(lambda: answers(ask), "billing to answer", seconds=20)
    stage(ask, import_id)
    for count in KILLS_AT:
        wait_until(lambda count=count: imported() >= count, f"{count} invoices imported", seconds=30, interval=0.002)
        victim.kill()
        victim.wait()
        assert imported() < INVOICES
        victim = process()
    wait_until(lambda: imported() == INVOICES, "all invoices imported", seconds=30)
    wait_until(lambda: ask("get_import", import_id=import_id)["status"] == "done", "the import to be done")
    assert session.scalars(select(Invoice.number).order_by(Invoice.number)).all() == list(range(1, INVOICES + 1))
    assert session.scalar(select(func.count()).select_from(InvoiceLine)) == INVOICES
    published = session.scalars(
        select(outbox.c.sequence).where(outbox.c.stream == client_id).order_by(outbox.c.sequence)
    ).all()
    assert published == list(range(1, INVOICES + 2))


def answers(ask) -> bool:
    """Whether billing answers calls."""
    try:
        return ask("totals_for", client_ids=[]) == {}
    except ServiceProblem:
        return False
