"""The job that marks what is late: the right day in the business' zone, each invoice once, whatever was missed."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, event, select, text

from chassis.db.engine import driver_url
from chassis.db.tables import outbox
from chassis.testing.plugin import wait_until
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.commands.invoices.overdue import LastCheck, mark_overdue, overdue_step
from services.billing.models import Invoice
from services.billing.service import BillingService
from tests.support import billing_rows

AUCKLAND = ZoneInfo("Pacific/Auckland")
DUE = date(2026, 11, 15)


def status_of(session, invoice_id) -> str:
    session.rollback()
    return session.scalars(select(Invoice.status).where(Invoice.id == invoice_id)).one()


def published(session) -> Counter:
    """How often each `invoice.overdue` was published."""
    session.rollback()
    bodies = session.scalars(select(outbox.c.body).where(outbox.c.type == "invoice.overdue.v1"))
    return Counter(body["facts"]["entity"]["id"] for body in bodies)


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (datetime(2026, 11, 15, 10, 59, 59, tzinfo=UTC), "unpaid"),  # 23:59:59 of the due date in Auckland
        (
            datetime(2026, 11, 15, 11, 0, 0, tzinfo=UTC),
            "overdue",
        ),  # its midnight, while it is still noon of that day in Europe
    ],
)
def test_it_is_late_from_midnight_after_the_due_date_where_the_business_is(session, account, moment, status):
    one = billing_rows.invoice(session, account(), 1, due_date=DUE)
    overdue_step(session, last_check=LastCheck(), now=moment.astimezone(AUCKLAND))
    assert status_of(session, one) == status


def test_the_event_is_the_systems_and_carries_old_and_new_state_and_totals(session, account):
    client = account()
    one = billing_rows.invoice(session, client, 7, due_date=DUE)
    refresh_totals(session, client)
    session.commit()
    assert mark_overdue(session, client_id=client, today=DUE + timedelta(days=1)) == 1
    body = session.scalars(select(outbox.c.body)).one()
    assert (body["type"], body["actor"], body["cause"]) == (
        "invoice.overdue.v1",
        {"kind": "system", "id": "billing"},
        "overdue-2026-11-16",
    )
    assert body["changes"] == [{"field": "status", "old": "unpaid", "new": "overdue"}]
    assert body["facts"]["entity"] == {"type": "invoice", "id": str(one)} and body["facts"]["number"] == "INV-00007"
    totals = body["facts"]["totals"]
    assert totals["outstanding"] == totals["overdue"] == {"amount": "12.00", "currency": "EUR"}
    assert mark_overdue(session, client_id=client, today=DUE + timedelta(days=1)) == 0 and len(published(session)) == 1


def test_only_what_is_unpaid_and_late_is_marked_after_any_time_of_silence(session, account):
    client, paid = account(), {"paid_minor": 1200}
    kept = [
        billing_rows.invoice(session, client, 1, status="paid", **paid),
        billing_rows.invoice(session, client, 2, status="cancelled"),
        billing_rows.invoice(session, client, None, status="draft"),
        billing_rows.invoice(session, client, 3, due_date=date(2027, 1, 1)),
    ]
    late = [billing_rows.invoice(session, account(), 10 + n, due_date=DUE - timedelta(days=100 * n)) for n in range(3)]
    last_check, now = LastCheck(), datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    assert overdue_step(session, last_check=last_check, now=now) and not overdue_step(
        session, last_check=last_check, now=now
    )
    assert [status_of(session, one) for one in kept] == ["paid", "cancelled", "draft", "unpaid"]
    assert [status_of(session, one) for one in late] == ["overdue"] * 3 and set(published(session).values()) == {1}


def test_it_does_not_look_again_before_the_next_hour(session, account):
    last_check, now = LastCheck(), datetime(2026, 11, 16, 0, 0, 5, tzinfo=UTC)
    assert not overdue_step(session, last_check=last_check, now=now)
    asked = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert not overdue_step(session, last_check=last_check, now=now + timedelta(minutes=59)) and asked == []
    one = billing_rows.invoice(session, account(), 1, due_date=DUE)
    assert (
        overdue_step(session, last_check=last_check, now=now + timedelta(hours=1))
        and status_of(session, one) == "overdue"
    )


def test_a_client_that_cannot_be_marked_does_not_keep_the_others_waiting(session, account):
    # What the spoilt one owes in all is more than a column of its totals holds.
    spoilt, sound = account(), account()
    billing_rows.invoice(session, spoilt, 1, due_date=DUE)
    one = billing_rows.invoice(session, sound, 2, due_date=DUE)
    billing_rows.add(
        session,
        Invoice,
        client_id=spoilt,
        number=3,
        status="unpaid",
        currency="EUR",
        issue_date=DUE,
        due_date=DUE,
        subtotal_minor=2**63 - 1,
        tax_minor=0,
        total_minor=2**63 - 1,
    )
    last_check, now = LastCheck(), datetime(2026, 11, 16, 9, tzinfo=UTC)
    assert overdue_step(session, last_check=last_check, now=now) and not overdue_step(
        session, last_check=last_check, now=now
    )
    assert status_of(session, one) == "overdue" and len(published(session)) == 1


def test_looking_reads_the_index_of_unpaid_invoices_alone(session, account, databases):
    client = account()
    for number in range(2, 120):
        billing_rows.invoice(session, client, number, status="paid", paid_minor=1200)
    billing_rows.invoice(session, client, 1, due_date=DUE)
    session.commit()
    owner = create_engine(driver_url(databases("billing").owner_url), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("ANALYZE invoices"))
    owner.dispose()
    session.execute(text("SET LOCAL enable_seqscan = off"))
    asked = select(Invoice.client_id).distinct().where(Invoice.status == "unpaid", Invoice.due_date < DUE).limit(50)
    written = asked.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    assert "ix_invoices_unpaid_due_date" in "".join(session.scalars(text(f"EXPLAIN {written}")))


def test_two_replicas_mark_each_invoice_once(run_service, databases, session, account):
    late = [
        billing_rows.invoice(session, client, 10 * n + m, due_date=DUE)
        for n, client in enumerate([account() for _ in range(60)], 1)
        for m in range(2)
    ]
    url = databases("billing").app_url
    for _ in range(2):
        run_service(BillingService, url, timezone=AUCKLAND)
    wait_until(
        lambda: session.rollback() or not session.scalar(select(Invoice.id).where(Invoice.status == "unpaid")),
        "all to be overdue",
    )
    assert published(session) == Counter(map(str, late))
