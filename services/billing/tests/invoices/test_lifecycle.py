"""Adding, issuing and cancelling inside a transaction, and the ledger: what others build on."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from services.billing.commands.credits.ledger import post_entry
from services.billing.commands.invoices.drafts import publish_invoice
from services.billing.commands.invoices.lifecycle import NewLine, add_invoice, cancel_open_invoice
from services.billing.queries.documents import Parties
from services.billing.queries.invoices import get_invoice
from tests.support import billing_rows
from tests.support.billing_rows import client_terms

TODAY = date(2026, 11, 22)
NOBODY = Parties(client_terms(), None)
AFTER = ("INSERT INTO client_totals", "INSERT INTO outbox", "UPDATE streams")
"""What only an invoice with its number can write."""
LINES = [
    NewLine("Consulting, hours", Decimal("2.5"), 10000, Decimal(19)),
    NewLine("Discount", Decimal(1), -999, Decimal(19)),
]


def add(uow, client_id, lines=LINES, **given):
    return add_invoice(
        uow,
        client_id=client_id,
        lines=lines,
        **{
            "currency": "EUR",
            "due_date": None,
            "notes": None,
            "parties": NOBODY,
            "today": TODAY,
            "publish": True,
            **given,
        },
    )


def published(session) -> list[tuple]:
    """(type, facts) of all events in their order."""
    events = session.execute(select(outbox.c.type, outbox.c.body).order_by(outbox.c.id))
    return [(row.type.removesuffix(".v1"), row.body["facts"]) for row in events]


def test_the_number_is_taken_after_all_that_needs_none_so_that_others_wait_for_little(session, open_uow, account):
    client, sent = account(), []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: sent.append(given[2]))
    with open_uow(client) as uow:
        add(uow, client)
    taken = next(place for place, statement in enumerate(sent) if "billing_counters" in statement)
    assert "UPDATE invoices" in sent[taken]
    after = [next(name for name in AFTER if name in statement) for statement in sent[taken + 1 :]]
    assert after == list(AFTER)


def test_an_invoice_is_issued_with_number_day_and_due_date_and_says_so(session, open_uow, account):
    client = account()
    with open_uow(client) as uow:
        invoice_id = add(uow, client)
    shown = get_invoice(session, client, invoice_id)
    assert (shown["number"], shown["status"], shown["issue_date"], shown["due_date"]) == (
        "INV-00001",
        "unpaid",
        "2026-11-22",
        "2026-12-06",
    )
    assert {name: shown[name]["amount"] for name in ("subtotal", "tax_total", "total", "amount_due")} == {
        "subtotal": "240.01",
        "tax_total": "45.60",
        "total": "285.61",
        "amount_due": "285.61",
    }
    ((kind, facts),) = published(session)
    assert kind == "invoice.published" and facts["number"] == "INV-00001" and facts["due_date"] == "2026-12-06"
    assert facts["totals"] == {
        "active_services": 0,
        "outstanding": {"amount": "285.61", "currency": "EUR"},
        "overdue": {"amount": "0.00", "currency": "EUR"},
        "oldest_due_on": "2026-12-06",
        "credit_balance": {"amount": "0.00", "currency": "EUR"},
        "next_due_on": None,
        "counts": {
            "services": 0,
            "suspended_services": 0,
            "pending_services": 0,
            "invoices": 1,
            "orders": 0,
            "domains": 0,
        },
    }


def test_a_draft_has_no_number_and_is_not_owed(session, open_uow, account):
    client = account()
    with open_uow(client) as uow:
        invoice_id = add(uow, client, publish=False, due_date=date(2026, 12, 24))
    shown = get_invoice(session, client, invoice_id)
    assert (shown["number"], shown["status"], shown["issue_date"], shown["due_date"]) == (
        None,
        "draft",
        None,
        "2026-12-24",
    )
    ((kind, facts),) = published(session)
    assert kind == "invoice.drafted" and facts["totals"]["outstanding"]["amount"] == "0.00"


def test_one_that_comes_to_nothing_is_paid_at_once_and_one_may_be_due_on_its_day(session, open_uow, account):
    client = account()
    with open_uow(client) as uow:
        free = add(uow, client, [NewLine("Gift", Decimal(1), 0, Decimal(0))])
        today = add(uow, client, due_date=TODAY)
    assert [get_invoice(session, client, one)["status"] for one in (free, today)] == ["paid", "unpaid"]
    assert [kind for kind, _ in published(session)] == ["invoice.published", "invoice.paid", "invoice.published"]


def test_a_draft_whose_due_date_has_passed_is_not_published(session, open_uow, account):
    client, past = account(), date(2026, 11, 21)
    draft = billing_rows.invoice(session, client, None, status="draft", issue_date=None, due_date=past)
    with pytest.raises(ServiceProblem) as refused:
        publish_invoice(open_uow, client_id=client, invoice_id=draft, apply_credit=False, parties=NOBODY, today=TODAY)
    assert [error["pointer"] for error in refused.value.errors] == ["/due_date"]
    assert published(session) == []


@pytest.mark.parametrize(
    ("lines", "pointer"),
    [
        ([NewLine("Discount", Decimal(1), -1, Decimal(0))], "/lines"),
        ([NewLine("Much", Decimal(10**7), 10**8, Decimal(0))], "/lines/0/unit_price"),
        ([NewLine("Much", Decimal(1), 10**14, Decimal(1))], "/lines"),
    ],
)
def test_lines_that_cannot_be_billed_are_refused(session, open_uow, account, lines, pointer):
    client = account()
    with pytest.raises(ServiceProblem) as refused, open_uow(client) as uow:
        add(uow, client, lines)
    assert (refused.value.code, [error["pointer"] for error in refused.value.errors]) == ("validation", [pointer])
    assert published(session) == []


def test_an_open_invoice_is_cancelled_once_and_one_that_is_over_stays(session, open_uow, account):
    client = account()
    paid = billing_rows.invoice(session, client, 7, status="paid", paid_minor=1200)
    with open_uow(client) as uow:
        owed, draft = add(uow, client), add(uow, client, publish=False)
        for one in (owed, owed, draft, paid):
            cancel_open_invoice(uow, invoice_id=one)
    assert [get_invoice(session, client, one)["status"] for one in (owed, draft, paid)] == [
        "cancelled",
        "cancelled",
        "paid",
    ]
    assert [kind for kind, _ in published(session)][2:] == ["invoice.cancelled", "invoice.cancelled"]
    assert published(session)[-1][1]["totals"]["outstanding"]["amount"] == "0.00"


def test_an_invoice_with_money_on_it_says_what_to_undo_before_it_is_cancelled(session, open_uow, account):
    client = account()
    part = billing_rows.invoice(session, client, 7, paid_minor=200, credit_applied_minor=100)
    with pytest.raises(ServiceProblem) as refused, open_uow(client) as uow:
        cancel_open_invoice(uow, invoice_id=part)
    assert (refused.value.code, refused.value.detail) == (
        "invalid-state",
        "INV-00007 has money on it: refund €2.00 of payments and reverse €1.00 of applied credit first.",
    )


def test_the_ledger_counts_on_and_never_falls_below_zero(session, open_uow, account):
    client = account("JPY")
    with open_uow(client) as uow:
        post_entry(uow, client_id=client, amount=500, kind="added", description="Goodwill")
        entry = post_entry(uow, client_id=client, amount=-200, kind="applied", description="Account credit applied")
        post_entry(uow, client_id=client, amount=200, kind="correction", description="Wrong", reverses=entry.id)
    assert [
        (kind, facts["amount"]["amount"], facts["balance_after"]["amount"], facts["totals"]["credit_balance"]["amount"])
        for kind, facts in published(session)
    ] == [
        ("credit.added", "500", "500", "500"),
        ("credit.applied", "-200", "300", "300"),
        ("credit.reversed", "200", "500", "500"),
    ]
    with pytest.raises(ServiceProblem) as refused, open_uow(client) as uow:
        post_entry(uow, client_id=client, amount=-501, kind="applied", description="Too much")
    assert (refused.value.code, refused.value.detail) == ("insufficient-credit", "The client's credit is ¥500.")
