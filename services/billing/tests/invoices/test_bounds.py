"""What an amount, a tax and a date may be: one rule for the API, the form and the import, in every currency."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest

from chassis.errors import ServiceProblem
from chassis.types.money import MAX_MINOR, Money
from services.billing.import_rows import RowFault, check_total, read_invoice, read_line
from services.billing.schemas.invoices import Line

TODAY = date(2026, 11, 30)
LINE = {"description": "Hosting", "quantity": "1", "unit_price": "10", "tax_rate": "0"}
ROW = {
    "external_id": "1",
    "client_external_id": "7",
    "issue_date": "2026-10-01",
    "status": "unpaid",
    "currency_code": "EUR",
    "total": "10.00",
}
IMPORTED = {"invoice_external_id": "1", "description": "Hosting", "quantity": "1", "unit_price": "10.00"}


@pytest.fixture
def client(known):
    """`client("JPY")`: one with that currency."""

    def make(currency: str) -> str:
        client_id = str(uuid.uuid4())
        known[client_id] = {"currency": currency, "address": None, "tax_exempt": False, "group_discount": "0"}
        return client_id

    return make


@pytest.fixture
def refusal(rpc):
    def call(name: str, /, **arguments) -> tuple[int, str, str]:
        with pytest.raises(ServiceProblem) as refused:
            rpc(name, None, **arguments)
        (error,) = refused.value.errors
        return refused.value.status, error["pointer"], error["message"]

    return call


def owed(rpc, client_id: str, **line) -> dict:
    return rpc("create_invoice", client_id=client_id, lines=[{**LINE, **line}], publish=True)


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
def test_credit_goes_to_the_bound_and_no_further_and_every_reader_reads_it(rpc, client, refusal, currency):
    one, most = client(currency), Money(MAX_MINOR, currency).to_wire()
    entry = rpc("add_credit", client_id=one, amount=most, description="All there is")
    assert entry["balance_after"] == most
    assert rpc("totals_for", client_ids=[one])[one]["credit_balance"] == most
    more = {"amount": Money(1, currency).to_wire(), "description": "One more"}
    assert refusal("add_credit", client_id=one, **more)[:2] == (422, "/amount")
    above = {"amount": Money(MAX_MINOR + 1, currency).amount, "currency": currency}
    status, pointer, message = refusal("add_credit", client_id=one, amount=above, description="Too much")
    assert (status, pointer, message) == (422, "/amount", f"An amount is at most {most['amount']} {currency}.")


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
def test_a_client_owes_no_more_than_an_amount_can_be(rpc, client, refusal, currency):
    one, most = client(currency), Money(MAX_MINOR, currency).to_wire()
    owed(rpc, one, unit_price=most["amount"])
    assert rpc("totals_for", client_ids=[one])[one]["outstanding"] == most
    status, pointer, message = refusal("create_invoice", client_id=one, lines=[LINE], publish=True)
    assert (status, pointer) == (422, "/lines") and "can be owed" in message
    draft = rpc("create_invoice", client_id=one, lines=[LINE])
    assert refusal("publish_invoice", client_id=one, invoice_id=draft["id"])[0] == 422


def test_a_document_of_nothing_has_no_tax_below_nothing(client, refusal):
    lines = [
        {**LINE, "unit_price": "1050.00"},
        {**LINE, "unit_price": "-1000.00", "tax_rate": "5"},
    ]
    status, pointer, message = refusal("create_invoice", client_id=client("EUR"), lines=lines)
    assert (status, pointer) == (422, "/lines") and message.startswith("The tax at 5% comes to less than nothing")


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-30", "1969-12-31", "2999-01-01", "9999-12-31"])
def test_a_date_is_one_that_a_document_can_have(rpc, client, refusal, day):
    one = client("EUR")
    made = owed(rpc, one)
    payment = {"amount": {"amount": "1.00", "currency": "EUR"}, "gateway": "card"}
    expected = (422, "A date is not before 1970-01-01")
    for name, given in (
        ("record_payment", {"invoice_id": made["id"], "date": day, **payment}),
        ("create_invoice", {"lines": [LINE], "due_date": day}),
        ("add_domain", {"name": "bound.example", "kind": "existing", "registrar": "R", "expires_on": day}),
    ):
        status, _, message = refusal(name, client_id=one, **given)
        assert (status, message[:31]) == expected, name
    for column in ("issue_date", "due_date"):
        with pytest.raises(RowFault, match="not before 1970-01-01") as fault:
            read_invoice({**ROW, column: day}, TODAY)
        assert fault.value.field == column


def test_an_invoice_is_not_due_before_its_issue_whoever_makes_it(rpc, client, refusal):
    one, today = client("EUR"), date.fromisoformat(owed(rpc, client("EUR"))["issue_date"])
    past = {"lines": [LINE], "due_date": str(today - timedelta(days=1))}
    expected = (422, "/due_date", f"A due date is not before its invoice's date: {past['due_date']} is before {today}.")
    for publish in (True, False):
        assert refusal("create_invoice", client_id=one, publish=publish, **past) == expected
    draft = rpc("create_invoice", client_id=one, lines=[LINE], due_date=str(today))
    changed = {"client_id": one, "invoice_id": draft["id"], "version": draft["version"], **past}
    assert refusal("update_draft", **changed) == expected
    with pytest.raises(RowFault, match="2026-09-30 is before 2026-10-01") as fault:
        read_invoice({**ROW, "due_date": "2026-09-30"}, TODAY)
    assert fault.value.field == "due_date"
    assert read_invoice({**ROW, "due_date": ROW["issue_date"]}, TODAY).due_date == date(2026, 10, 1)


def test_a_payment_is_neither_of_the_future_nor_much_older_than_its_invoice(rpc, client, refusal):
    one = client("EUR")
    made = owed(rpc, one)
    issued = date.fromisoformat(made["issue_date"])
    payment = {"client_id": one, "invoice_id": made["id"], "amount": {"amount": "1.00", "currency": "EUR"}}
    for day, sentence in (
        (issued + timedelta(days=2), "A payment's date is not in the future."),
        (date(1970, 1, 1), "A payment of this invoice is not before "),
        (issued - timedelta(days=5 * 366), "A payment of this invoice is not before "),
    ):
        status, pointer, message = refusal("record_payment", **payment, gateway="card", date=str(day))
        assert (status, pointer, message[: len(sentence)]) == (422, "/date", sentence)
    early = str(issued - timedelta(days=5 * 365))
    assert rpc("record_payment", **payment, gateway="card", date=early)["payments"][0]["date"] == early


@pytest.mark.parametrize("status", ["paid", "unpaid", "draft"])
def test_an_imported_invoice_is_not_of_the_future(status):
    with pytest.raises(RowFault, match="An invoice's date is not in the future") as fault:
        read_invoice({**ROW, "status": status, "issue_date": "2026-12-01"}, TODAY)
    assert fault.value.field == "issue_date"
    assert read_invoice({**ROW, "status": status, "issue_date": str(TODAY)}, TODAY).issue_date == TODAY


SAME_VALUE = [("quantity", "1.00000"), ("quantity", "2.50000000"), ("tax_rate", "8.8750"), ("unit_price", "10.000")]


@pytest.mark.parametrize(("field", "text"), SAME_VALUE)
def test_zeros_at_an_end_are_no_other_value(rpc, client, field, text):
    (line,) = owed(rpc, client("EUR"), **{field: text})["lines"]
    given = line[field]["amount"] if field == "unit_price" else line[field]
    assert Decimal(given) == Decimal(text)
    if field != "tax_rate":
        assert read_line({**IMPORTED, field: text}, "EUR") == read_line(
            {**IMPORTED, field: text.rstrip("0") + "0"}, "EUR"
        )


@pytest.mark.parametrize("text", ["-1", "0", "0.00000", "1.00001", "1e1", "100000000"])
def test_the_import_takes_no_quantity_that_the_api_refuses(text):
    problem = Line().validate({**LINE, "quantity": text})["quantity"]
    with pytest.raises(RowFault) as fault:
        read_line({**IMPORTED, "quantity": text}, "EUR")
    assert (fault.value.field, [fault.value.reason]) == ("quantity", problem)


def test_the_import_takes_no_more_lines_than_the_api():
    line = read_line({**IMPORTED, "unit_price": "0.01"}, "EUR")
    assert check_total(read_invoice({**ROW, "total": "2.00"}, TODAY), [line] * 200).total == 200
    with pytest.raises(RowFault) as fault:
        check_total(read_invoice({**ROW, "total": "2.01"}, TODAY), [line] * 201)
    assert fault.value.code == "too-many-lines"
