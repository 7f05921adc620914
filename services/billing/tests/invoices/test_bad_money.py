"""Amounts, quantities, dates and texts that cannot be accepted: the field is named, nothing is half done."""

import uuid
from datetime import date

import pytest
from sqlalchemy import func, insert, select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.models import BillingAccount, CreditEntry, Invoice, Payment
from tests.support import billing_rows

NOT_AMOUNTS = [
    "-5",
    "0",
    "0.00",
    "NaN",
    "Infinity",
    "1e309",
    "1e2",
    "12.345",
    "\u0661\u0662",
    "\uff11\uff12",
    "1,000",
    "1 000",
    "",
    " 5",
    "5.",
    ".5",
    "+5",
    "005",
    "0x10",
    "1000000000000000",
    "999999999999999.00",
    12.5,
    5,
    True,
    None,
    [],
    {},
]
LINE = {"description": "Hosting", "quantity": "1", "unit_price": "10.00", "tax_rate": "0"}


@pytest.fixture
def usd(rpc, known, session):
    """A USD client with invoices and an entry of credit: `usd(rpc, **arguments)` is how the RPC method refuses,
    changing nothing."""
    client_id = uuid.uuid4()
    session.execute(insert(BillingAccount).values(client_id=client_id, currency="USD"))
    session.commit()
    known[str(client_id)] = {"currency": "USD"}
    invoices = _rows(session, client_id)

    def refusal(name: str, **arguments) -> ServiceProblem:
        if name in invoices:
            arguments = {"invoice_id": str(invoices[name]), **arguments}
        with pytest.raises(ServiceProblem) as refused:
            rpc(name, client_id=str(client_id), **arguments)
        session.rollback()
        assert session.scalar(select(func.count()).select_from(outbox)) == 0
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (Invoice, Payment, CreditEntry)]
        assert counts == [3, 1, 1]
        return refused.value

    return refusal


def _rows(session, client_id) -> dict:
    """Which invoice each RPC method is asked about."""
    usd, later = {"currency": "USD"}, date(2099, 1, 1)
    owed = billing_rows.invoice(session, client_id, 1, due_date=later, **usd)
    paid = billing_rows.invoice(session, client_id, 2, status="paid", paid_minor=1200, **usd)
    draft = billing_rows.invoice(session, client_id, None, status="draft", **usd)
    billing_rows.add(
        session,
        Payment,
        client_id=client_id,
        invoice_id=paid,
        amount_minor=1200,
        paid_on=billing_rows.NOON.date(),
        gateway="card",
        actor_kind="system",
        **usd,
    )
    billing_rows.credit(session, client_id, 1, 5000, 5000, **usd)
    refresh_totals(session, client_id)
    session.commit()
    return {"record_payment": owed, "apply_credit": owed, "refund_invoice": paid, "update_draft": draft}


def pointers(problem: ServiceProblem) -> list[str]:
    return [error["pointer"] for error in problem.errors]


WITH_AMOUNT = {
    "add_credit": {"description": "Goodwill"},
    "apply_credit": {},
    "refund_invoice": {"to": "credit"},
    "record_payment": {"date": "2026-11-01", "gateway": "card"},
}


@pytest.mark.parametrize("name", WITH_AMOUNT)
def test_what_is_no_amount_is_refused_by_each_rpc_that_takes_one(usd, name):
    for amount in NOT_AMOUNTS:
        problem = usd(name, amount={"amount": amount, "currency": "USD"}, **WITH_AMOUNT[name])
        assert (problem.code, pointers(problem)) == ("validation", ["/amount"]), amount
    for money in (
        5,
        "5.00",
        ["5.00", "USD"],
        {"amount": "5.00"},
        {"amount": "5.00", "currency": "USD", "more": 1},
        {"amount": "5.00", "currency": "GPB"},
        {"amount": "5.00", "currency": None},
    ):
        problem = usd(name, amount=money, **WITH_AMOUNT[name])
        assert (problem.code, pointers(problem)) == ("validation", ["/amount"]), money


@pytest.mark.parametrize("name", WITH_AMOUNT)
def test_another_currency_than_the_clients_is_refused_as_that(usd, name):
    problem = usd(name, amount={"amount": "5.00", "currency": "EUR"}, **WITH_AMOUNT[name])
    assert (problem.status, problem.code, pointers(problem)) == (422, "currency-mismatch", ["/amount"])
    assert problem.detail == "The client's currency is USD."


BAD_LINES = [
    ("quantity", ["0", "-1", "0.00000", "1.23456", "100000000", "NaN", "1e2", "\u0662", "1,5", "", 1, 2.5, None, True]),
    (
        "unit_price",
        ["NaN", "1e309", "12.345", "\u0661\u0662", "1,000", "--1", "", "1000000000000000", 10, 10.5, None, {}],
    ),
    ("tax_rate", ["-1", "100.001", "101", "20.1234", "20%", "", 20, None]),
    ("description", ["", "   ", "a\x00b", "a\ud800", "x" * 1001, "a" + "\u0301" * 20, 7, None]),
]


@pytest.mark.parametrize(("field", "values"), BAD_LINES, ids=[field for field, _ in BAD_LINES])
def test_a_line_that_cannot_be_billed_is_named(usd, field, values):
    for value in values:
        for name, more in (("create_invoice", {"publish": True}), ("update_draft", {"version": 1})):
            problem = usd(name, lines=[LINE, {**LINE, field: value}], **more)
            assert (problem.code, pointers(problem)) == ("validation", [f"/lines/1/{field}"]), value


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"lines": []}, "/lines"),
        ({"lines": [LINE] * 201}, "/lines"),
        ({"lines": None}, "/lines"),
        ({"lines": "x"}, "/lines"),
        ({"due_date": "2026-02-30"}, "/due_date"),
        ({"due_date": "22.11.2026"}, "/due_date"),
        ({"due_date": 20261122}, "/due_date"),
        ({"due_date": "2026-11-22T00:00:00Z"}, "/due_date"),
        ({"notes": "x" * 4001}, "/notes"),
        ({"notes": "a\x00"}, "/notes"),
        ({"publish": "yes"}, "/publish"),
        ({"publish": 1}, "/publish"),
        ({"apply_credit": "true"}, "/apply_credit"),
        ({"status": "paid"}, "/status"),
        ({"number": 7}, "/number"),
        ({"lines": [{**LINE, "total": "1"}]}, "/lines/0/total"),
        ({"lines": [{**LINE, "unit_price": "999999999999.99", "quantity": "99999999"}]}, "/lines/0/unit_price"),
        ({"lines": [{**LINE, "unit_price": "900000000000.00"}] * 2}, "/lines"),
    ],
)
def test_an_invoice_that_cannot_be_made_is_refused_by_the_field(usd, given, pointer):
    assert pointers(usd("create_invoice", **{"lines": [LINE], "publish": True, **given})) == [pointer]


@pytest.mark.parametrize(
    ("name", "given", "pointer"),
    [
        ("record_payment", {"date": "2026-13-01"}, "/date"),
        ("record_payment", {"date": "2999-01-01"}, "/date"),
        ("record_payment", {"gateway": ""}, "/gateway"),
        ("record_payment", {"gateway": "x" * 65}, "/gateway"),
        ("record_payment", {"gateway": "a\x00"}, "/gateway"),
        ("record_payment", {"reference": "x" * 201}, "/reference"),
        ("record_payment", {"reference": "two\nlines"}, "/reference"),
        ("record_payment", {"status": "paid"}, "/status"),
        ("refund_invoice", {"to": "me"}, "/to"),
        ("refund_invoice", {"reason": "x" * 501}, "/reason"),
        ("add_credit", {"description": ""}, "/description"),
        ("add_credit", {"description": "x" * 501}, "/description"),
        ("add_credit", {"description": "a\x00"}, "/description"),
        ("add_credit", {"invoice_id": "INV-1"}, "/invoice_id"),
        ("add_credit", {"kind": "refund"}, "/kind"),
        ("add_credit", {"balance_after": "1"}, "/balance_after"),
    ],
)
def test_the_other_fields_are_named_too(usd, name, given, pointer):
    arguments = {"amount": {"amount": "5.00", "currency": "USD"}, **WITH_AMOUNT[name], **given}
    assert pointers(usd(name, **arguments)) == [pointer]


def test_all_faulty_fields_are_named_at_once(usd):
    problem = usd(
        "create_invoice",
        publish=True,
        due_date="x",
        notes=7,
        is_admin=True,
        lines=[{**LINE, "quantity": "0", "unit_price": "a"}, {"description": ""}],
    )
    assert set(pointers(problem)) == {
        "/due_date",
        "/notes",
        "/is_admin",
        "/lines/0/quantity",
        "/lines/0/unit_price",
        "/lines/1/description",
        "/lines/1/quantity",
        "/lines/1/unit_price",
    }


def test_a_ledger_holds_no_more_than_an_amount_can_be(usd):
    problem = usd("add_credit", amount={"amount": "999999999999.99", "currency": "USD"}, description="All there is")
    assert (problem.code, pointers(problem)) == ("validation", ["/amount"])
