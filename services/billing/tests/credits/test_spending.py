"""Many at once: one balance spent fifty times, one button pressed twice, numbers given to all who publish."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, insert, select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.commands.invoices.lifecycle import NewLine, add_invoice
from services.billing.models import BillingAccount, ClientTotals, CreditApplication, CreditEntry, Invoice
from services.billing.queries.documents import Parties
from tests.support import billing_rows
from tests.support.billing_rows import client_terms

LATER = date(2099, 1, 1)


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """More calls than one process may have open at once are sent as places become free, however busy the machine is."""
    monkeypatch.setattr("chassis.rpc.client.SLOT_SECONDS", 20.0)


@pytest.fixture
def owing(session):
    """`owing(50)`: a client with 40.00 EUR of credit and so many unpaid invoices of 12.00; (its id, theirs)."""

    def make(count: int) -> tuple[uuid.UUID, list[uuid.UUID]]:
        client_id = uuid.uuid4()
        session.execute(insert(BillingAccount).values(client_id=client_id, currency="EUR"))
        session.commit()
        billing_rows.credit(session, client_id, 1, 4000, 4000)
        invoices = [billing_rows.invoice(session, client_id, number, due_date=LATER) for number in range(1, count + 1)]
        refresh_totals(session, client_id)
        session.commit()
        return client_id, invoices

    return make


def outcomes(calls) -> list[str]:
    """ "ok" or the code of the refusal, of each of the calls under way."""

    def outcome(call) -> str:
        try:
            call.result()
        except ServiceProblem as problem:
            return problem.code
        return "ok"

    return sorted(outcome(call) for call in calls)


def test_of_fifty_who_spend_one_balance_at_once_those_whom_it_lasts_for_win(module_calls, session, make_caller, owing):
    client_id, invoices = owing(50)
    calls = [
        module_calls.start(
            make_caller(client_id=str(client_id)),
            "billing.apply_credit",
            seconds=20,
            client_id=str(client_id),
            invoice_id=str(one),
            amount={"amount": "10.00", "currency": "EUR"},
        )
        for one in invoices
    ]
    assert outcomes(calls) == ["insufficient-credit"] * 46 + ["ok"] * 4
    session.rollback()
    ledger = session.execute(
        select(CreditEntry.amount_minor, CreditEntry.balance_after_minor).order_by(CreditEntry.seq)
    ).all()
    assert [tuple(entry) for entry in ledger] == [(4000, 4000), (-1000, 3000), (-1000, 2000), (-1000, 1000), (-1000, 0)]
    assert session.scalar(select(func.sum(CreditApplication.amount_minor))) == 4000
    assert session.scalar(select(func.sum(Invoice.credit_applied_minor))) == 4000
    totals = session.get(ClientTotals, client_id)
    assert (totals.credit_minor, totals.outstanding_minor) == (0, 50 * 1200 - 4000)
    assert session.scalar(select(func.count()).select_from(outbox)) == 4


def test_fifty_payments_of_one_invoice_at_once_pay_it_once(module_calls, session, make_caller, owing):
    client_id, (one,) = owing(1)
    calls = [
        module_calls.start(
            make_caller(client_id=str(client_id)),
            "billing.record_payment",
            seconds=20,
            client_id=str(client_id),
            invoice_id=str(one),
            amount={"amount": "12.00", "currency": "EUR"},
            date="2026-11-01",
            gateway="card",
        )
        for _ in range(50)
    ]
    assert outcomes(calls) == ["invalid-state"] * 49 + ["ok"]
    session.rollback()
    assert session.get(Invoice, one).paid_minor == 1200 and session.get(ClientTotals, client_id).credit_minor == 4000


def test_a_button_pressed_twice_acts_once(module_calls, session, make_caller, owing):
    client_id, (one,) = owing(1)
    caller = make_caller(client_id=str(client_id), idempotency_key="key-0123456789abcdef")
    calls = [
        module_calls.start(
            caller,
            "billing.record_payment",
            seconds=20,
            client_id=str(client_id),
            invoice_id=str(one),
            amount={"amount": "5.00", "currency": "EUR"},
            date="2026-11-01",
            gateway="card",
        )
        for _ in range(5)
    ]
    answers = [call.result() for call in calls]
    assert all(answer == answers[0] for answer in answers) and len(answers[0]["payments"]) == 1
    assert answers[0]["amount_due"] == {"amount": "7.00", "currency": "EUR"}


def test_numbers_have_no_gap_whoever_publishes_at_once_and_whatever_fails(
    module_calls, known, session, make_caller, open_uow_as
):
    clients = [str(uuid.uuid4()) for _ in range(10)]
    known.update({one: {"currency": "EUR"} for one in clients})
    line = {"description": "Hosting", "quantity": "1", "unit_price": "10.00"}
    found = []
    for n in range(3):  # ten at a time: thirty wait for each other longer than a busy machine gives a call
        calls = [
            module_calls.start(
                make_caller(client_id=one),
                "billing.create_invoice",
                seconds=20,
                client_id=one,
                publish=True,
                lines=[line if (n + place) % 3 else {**line, "unit_price": "-1.00"}],
            )
            for place, one in enumerate(clients)
        ]
        found += outcomes(calls)
    assert sorted(found) == ["ok"] * 20 + ["validation"] * 10
    session.rollback()
    with pytest.raises(ZeroDivisionError), open_uow_as(make_caller())(clients[0]) as uow:
        add_invoice(
            uow,
            client_id=uuid.UUID(clients[0]),
            currency="EUR",
            due_date=None,
            notes=None,
            parties=Parties(client_terms(), None),
            today=LATER,
            publish=True,
            lines=[NewLine("Lost", Decimal(1), 1000, Decimal(0))],
        )
        raise ZeroDivisionError
    with open_uow_as(make_caller())(clients[1]) as uow:
        add_invoice(
            uow,
            client_id=uuid.UUID(clients[1]),
            currency="EUR",
            due_date=None,
            notes=None,
            parties=Parties(client_terms(), None),
            today=LATER,
            publish=True,
            lines=[NewLine("Kept", Decimal(1), 1000, Decimal(0))],
        )
    assert sorted(session.scalars(select(Invoice.number))) == list(range(1, 22))
