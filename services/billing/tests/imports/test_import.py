"""Importing invoices: what goes in, what fails and why, again without doubles, on the real bus."""

import uuid

import pytest
from sqlalchemy import func, select, text

from chassis.db.tables import outbox, streams
from chassis.errors import ServiceProblem
from chassis.testing.plugin import wait_until
from services.billing.models import BillingAccount, Invoice, InvoiceLine, Payment
from tests.support.billing_rows import client_terms

INVOICE = {
    "external_id": "1",
    "client_external_id": "7",
    "issue_date": "2021-01-01",
    "due_date": "2021-01-31",
    "status": "paid",
    "currency_code": "USD",
    "total": "3.47",
}
LINES = [
    {"invoice_external_id": "1", "description": "Balls to the Wall", "quantity": "1", "unit_price": "0.99"},
    {"invoice_external_id": "1", "description": "Support, hours", "quantity": "2.5", "unit_price": "0.99"},
]


def usd(amount: str) -> dict:
    return {"amount": amount, "currency": "USD"}


@pytest.fixture
def client(clients):
    """A client of the clients service, external id 7, in USD; billing does not know it yet."""
    client_id = str(uuid.uuid4())
    clients.known[client_id] = {"currency": "USD"}
    clients.external["7"] = client_id
    return client_id


@pytest.fixture
def run_import(ask, billing):
    """`run_import(invoices, lines)`: import them and wait until that has ended; the import's answer."""

    def run(invoices: list[dict], lines: list[dict], source: str = "csv") -> dict:
        import_id = str(uuid.uuid4())
        ask("open_import", import_id=import_id, source=source)
        for kind, contents in (("invoices", invoices), ("invoice_lines", lines)):
            staged = [{"line": line, "values": content} for line, content in enumerate(contents, 2)]
            if staged:
                ask("stage_import_rows", import_id=import_id, kind=kind, rows=staged)
        ask("start_import", import_id=import_id)
        return wait_until(
            lambda: (one := ask("get_import", import_id=import_id))["status"] == "done" and one,
            "the import to be done",
            seconds=20,
        )

    return run


@pytest.fixture
def failures(ask):
    """`failures(answer)`: the failed rows as (kind, line, column, code)."""

    def listed(answer: dict) -> list[tuple]:
        rows = ask("list_import_failures", import_id=answer["id"], limit=100)["data"]
        return [(row["kind"], row["line"], row["column"], row["code"]) for row in rows]

    return listed


def files(answer: dict) -> dict:
    return {
        file["kind"]: (file["rows"], file["imported"], file["unchanged"], file["failed"]) for file in answer["files"]
    }


def test_a_paid_invoice_goes_in_with_its_lines_and_a_payment(run_import, client, ask, session):
    answer = run_import([INVOICE], LINES)
    assert files(answer) == {"invoices": (1, 1, 0, 0), "invoice_lines": (2, 2, 0, 0)}
    (row,) = ask("list_invoices", client_id=client)["data"]
    assert (row["number"], row["status"], row["total"], row["amount_due"]) == (
        "INV-00001",
        "paid",
        usd("3.47"),
        usd("0.00"),
    )
    invoice = ask("get_invoice", client_id=client, invoice_id=row["id"])
    assert [
        (line["description"], line["quantity"], line["unit_price"], line["total"]) for line in invoice["lines"]
    ] == [("Balls to the Wall", "1", usd("0.99"), usd("0.99")), ("Support, hours", "2.5", usd("0.99"), usd("2.48"))]
    (payment,) = invoice["payments"]
    assert (payment["amount"], payment["date"], payment["gateway"]) == (usd("3.47"), "2021-01-01", "import")


def test_the_account_is_opened_before_and_both_are_told_in_the_name_of_who_started_it(run_import, client, session):
    run_import([INVOICE], LINES)
    published = session.execute(select(outbox.c["type", "sequence", "body", "personal"]).order_by(outbox.c.id)).all()
    assert [
        (row.type, row.sequence, row.body["actor"]["kind"], row.personal["actor_name"]["value"]) for row in published
    ] == [("billing_account.opened.v1", 1, "staff", "Ada Staff"), ("invoice.imported.v1", 2, "staff", "Ada Staff")]
    facts = published[1].body["facts"]
    assert facts["totals"]["outstanding"] == facts["totals"]["credit_balance"] == usd("0.00")
    assert (facts["totals"]["active_services"], facts["totals"]["counts"]["invoices"]) == (0, 1)
    assert (facts["number"], facts["lines"], facts["source"], facts["external_id"]) == ("INV-00001", 2, "csv", "1")


BUYER = {
    "buyer_company": "Old Name Ltd",
    "buyer_contact": "Grace Bellamy",
    "buyer_address1": "18 Tanner's Wharf\nRear yard\r\nBell B",
    "buyer_city": "Bristol",
    "buyer_postcode": "BS1 4RN",
    "buyer_country": "United Kingdom",
    "buyer_tax_id": "GB 293 1177 04",
}


def test_a_line_has_its_tax_as_the_file_has_it(run_import, client, ask, session):
    lines = [{**LINES[0], "tax_rate": "20%"}, {**LINES[1], "tax_rate": "8.8750"}]
    taxed = {**INVOICE, "total": "3.89"}
    for imported in (1, 0):
        assert files(run_import([taxed], lines))["invoices"] == (1, imported, 1 - imported, 0)
    (row,) = ask("list_invoices", client_id=client)["data"]
    invoice = ask("get_invoice", client_id=client, invoice_id=row["id"])
    assert [(line["tax_rate"], line["tax"]) for line in invoice["lines"]] == [
        ("20", usd("0.20")),
        ("8.875", usd("0.22")),
    ]
    assert (invoice["subtotal"], invoice["tax_total"], invoice["total"]) == (usd("3.47"), usd("0.42"), usd("3.89"))
    facts = session.scalar(select(outbox.c.body).where(outbox.c.type == "invoice.imported.v1"))["facts"]
    assert [one["tax_rate"] for one in facts["line_items"]] == ["20", "8.875"]


def test_the_buyer_is_the_one_that_the_file_names_and_the_rest_of_it_the_client_s(run_import, client, clients, ask):
    clients.known[client] |= {
        "company": "New Name Ltd",
        "name": "New Name Ltd",
        "tax_id": "DE 9",
        "email": "a@b.example",
    }
    clients.known[client]["address"] = {**client_terms()["address"], "city": "Ulm", "state": "BW"}
    part = {"buyer_contact": "Grace Bellamy"}
    rows = [INVOICE, {**INVOICE, "external_id": "2", **BUYER}, {**INVOICE, "external_id": "3", **part}]
    lines = [{**line, "invoice_external_id": row["external_id"]} for row in rows for line in LINES]
    for imported in (3, 0):
        assert files(run_import(rows, lines))["invoices"] == (3, imported, 3 - imported, 0)
    shown = {row["number"]: row["buyer"] for row in whole_invoices(ask, client)}
    now, named, partly = (shown[f"INV-0000{place}"] for place in (1, 2, 3))
    assert (now["name"], now["contact"], now["address"]["city"]) == ("New Name Ltd", "Ada Byron", "Ulm")
    assert named == {
        "name": "Old Name Ltd",
        "company": "Old Name Ltd",
        "contact": "Grace Bellamy",
        "email": "a@b.example",
        "tax_id": "GB 293 1177 04",
        "tax_exempt": False,
        "address": {
            "address1": "18 Tanner's Wharf",
            "address2": "Rear yard, Bell B",
            "city": "Bristol",
            "state": "",
            "postcode": "BS1 4RN",
            "country": "United Kingdom",
        },
    }
    assert partly == {**now, "contact": "Grace Bellamy"}


def test_a_file_with_another_buyer_or_tax_than_before_has_changed(run_import, client, failures):
    run_import([INVOICE], LINES)
    answer = run_import([{**INVOICE, "buyer_company": "Old Name Ltd"}], LINES)
    assert ("invoices", 2, "external_id", "changed") in failures(answer)
    answer = run_import([{**INVOICE, "total": "3.67"}], [{**LINES[0], "tax_rate": "20"}, LINES[1]])
    assert ("invoices", 2, "external_id", "changed") in failures(answer)


def test_a_document_with_tax_does_not_call_its_buyer_exempt(run_import, client, clients, ask):
    clients.known[client]["tax_exempt"] = True
    rows = [{**INVOICE, "total": "3.67"}, {**INVOICE, "external_id": "2"}]
    run_import(
        rows, [{**LINES[0], "tax_rate": "20"}, LINES[1], *({**line, "invoice_external_id": "2"} for line in LINES)]
    )
    assert {row["number"]: row["buyer"]["tax_exempt"] for row in whole_invoices(ask, client)} == {
        "INV-00001": False,
        "INV-00002": True,
    }


def whole_invoices(ask, client: str) -> list[dict]:
    rows = ask("list_invoices", client_id=client)["data"]
    return [ask("get_invoice", client_id=client, invoice_id=row["id"]) for row in rows]


@pytest.mark.parametrize("days", [("2021-03-01", "2021-01-01", "2021-02-01"), ("13/03/2021", "1.1.2021", "12/02/2021")])
def test_numbers_follow_the_dates_of_issue_whatever_the_order_of_rows(run_import, client, session, days):
    dated = dict(zip("123", days, strict=True))
    run_import(
        [
            {**INVOICE, "external_id": one, "issue_date": day, "due_date": "", "total": "0.99"}
            for one, day in dated.items()
        ],
        [{**LINES[0], "invoice_external_id": one} for one in dated],
    )
    assert session.execute(select(Invoice.external_id, Invoice.number).order_by(Invoice.number)).all() == [
        ("2", 1),
        ("3", 2),
        ("1", 3),
    ]


def test_what_is_owed_is_overdue_from_the_day_after_its_due_date(run_import, client, ask):
    rows = [
        {**INVOICE, "external_id": "1", "status": "unpaid", "total": "0.99"},
        {**INVOICE, "external_id": "2", "status": "unpaid", "due_date": "2099-01-01", "total": "0.99"},
        {**INVOICE, "external_id": "3", "status": "draft", "issue_date": "", "due_date": "", "total": "0.99"},
        {**INVOICE, "external_id": "4", "status": "refunded", "total": "0.99"},
    ]
    run_import(rows, [{**LINES[0], "invoice_external_id": row["external_id"]} for row in rows])
    answer = ask("list_invoices", client_id=client)
    assert {row["status"]: row["number"] is None for row in answer["data"]} == {
        "overdue": False,
        "unpaid": False,
        "draft": True,
        "refunded": False,
    }
    totals = ask("totals_for", client_ids=[client])[client]
    assert (totals["outstanding"], totals["overdue"], totals["oldest_due_on"]) == (
        usd("1.98"),
        usd("0.99"),
        "2021-01-31",
    )


def test_what_is_owed_without_a_due_date_is_due_two_weeks_after_its_issue(run_import, client, ask):
    row = {**INVOICE, "status": "unpaid", "due_date": "", "total": "0.99"}
    for _ in range(2):
        run_import([row], [LINES[0]])
    (imported,) = ask("list_invoices", client_id=client)["data"]
    assert (imported["due_date"], imported["status"]) == ("2021-01-15", "overdue")
    assert ask("totals_for", client_ids=[client])[client]["overdue"] == usd("0.99")


def test_values_are_read_as_people_write_them_and_a_failed_row_keeps_the_day_that_was_read(run_import, client, ask):
    written = {"issue_date": "01/02/2021", "due_date": " 13/02/2021 ", "status": "Paid", "currency_code": "usd"}
    invoices = [{}, {"external_id": "2", "status": "Piad"}, {"external_id": "3", "total": "2.000"}]
    rows = [{**INVOICE, **written, "total": "$1.485,00", **one} for one in invoices]
    line = {**LINES[0], "invoice_external_id": "3", "unit_price": "2.000"}
    answer = run_import(rows, [{**LINES[0], "quantity": "1.500,0", "unit_price": "0,99"}, line])
    listed = ask("list_invoices", client_id=client)["data"]
    assert {(row["issue_date"], row["due_date"], row["total"]["amount"]) for row in listed} == {
        ("2021-02-01", "2021-02-13", total) for total in ("1485.00", "2000.00")
    }
    (failed,) = ask("list_import_failures", import_id=answer["id"], limit=100)["data"]
    assert (failed["value"], failed["reason"].endswith("Is paid meant?")) == ("Piad", True)
    assert (failed["values"]["issue_date"], failed["values"]["due_date"]) == ("2021-02-01", "2021-02-13")


def test_a_file_cannot_make_a_client_owe_more_than_an_amount_can_be(run_import, client, failures):
    rows = [{**INVOICE, "external_id": one, "status": "unpaid", "total": "600000000000.00"} for one in "12"]
    answer = run_import(rows, [{**LINES[0], "invoice_external_id": one, "unit_price": "600000000000"} for one in "12"])
    assert files(answer)["invoices"] == (2, 1, 0, 1)
    assert ("invoices", 3, "total", "validation") in failures(answer)


def test_the_same_files_again_change_nothing(run_import, client, session):
    run_import([INVOICE], LINES)
    again = run_import([INVOICE], LINES)
    assert files(again) == {"invoices": (1, 0, 1, 0), "invoice_lines": (2, 0, 2, 0)}
    assert session.scalar(select(func.count()).select_from(Invoice)) == 1
    assert session.scalar(select(func.count()).select_from(InvoiceLine)) == 2


def test_an_invoice_that_differs_from_before_fails_as_changed(run_import, client, failures):
    run_import([INVOICE], LINES)
    other_line = [LINES[0], {**LINES[1], "description": "Support"}]
    answer = run_import([INVOICE], other_line)
    assert failures(answer) == [
        ("invoice_lines", 2, None, "invoice-failed"),
        ("invoice_lines", 3, None, "invoice-failed"),
        ("invoices", 2, "external_id", "changed"),
    ]


def test_the_same_id_from_another_source_is_another_invoice(run_import, client, session):
    run_import([INVOICE], LINES)
    assert files(run_import([INVOICE], LINES, source="other"))["invoices"] == (1, 1, 0, 0)


BAD = [
    ({"total": "3.48"}, "total", "total-differs"),
    ({"client_external_id": "8"}, "client_external_id", "unknown-client"),
    ({"currency_code": "EUR"}, "currency_code", "currency-mismatch"),
    ({"currency_code": "GPB"}, "currency_code", "validation"),
    ({"issue_date": "2021-02-30"}, "issue_date", "validation"),
    ({"issue_date": ""}, "issue_date", "validation"),
    ({"issue_date": "2100-01-01", "due_date": ""}, "issue_date", "validation"),
    ({"due_date": "2020-12-31"}, "due_date", "validation"),
    ({"due_date": "01/02/2021"}, "due_date", "validation"),
    ({"status": "open"}, "status", "validation"),
    ({"total": "1,000"}, "total", "total-differs"),
    ({"total": "1,00,0"}, "total", "validation"),
    ({"total": "-1.00"}, "total", "validation"),
    ({"total": "3.471"}, "total", "validation"),
    ({"buyer_company": "x" * 201}, "buyer_company", "validation"),
    ({"buyer_tax_id": "GB\x07"}, "buyer_tax_id", "validation"),
    ({"surprise": "1"}, "surprise", "unknown-field"),
    ({"client_external_id": "7\x00"}, "client_external_id", "validation"),
]


def test_bad_invoices_fail_with_their_reasons_and_the_good_one_goes_in(run_import, client, failures, session):
    bad = [{**INVOICE, "external_id": f"bad {place}", **change} for place, (change, _, _) in enumerate(BAD)]
    good = {**INVOICE, "external_id": "good", "total": "0.99"}
    lines = [{**line, "invoice_external_id": row["external_id"]} for row in bad for line in LINES]
    answer = run_import([*bad, good], [*lines, {**LINES[0], "invoice_external_id": "good"}])
    assert files(answer) == {
        "invoices": (len(bad) + 1, 1, 0, len(bad)),
        "invoice_lines": (len(lines) + 1, 1, 0, len(lines)),
    }
    failed = [(line, column, code) for kind, line, column, code in failures(answer) if kind == "invoices"]
    assert failed == [(line, column, code) for line, (_, column, code) in enumerate(BAD, 2)]
    assert session.scalars(select(Invoice.external_id)).all() == ["good"]


BAD_LINES = [
    ({"quantity": "1.00001"}, "quantity"),
    ({"quantity": "NaN"}, "quantity"),
    ({"unit_price": "0.999"}, "unit_price"),
    ({"tax_rate": "100.01"}, "tax_rate"),
    ({"tax_rate": "-1"}, "tax_rate"),
    ({"tax_rate": "reduced"}, "tax_rate"),
    ({"unit_price": "1e309"}, "unit_price"),
    ({"description": ""}, "description"),
    ({"quantity": "99999999", "unit_price": "999999999999"}, "quantity"),
]


def test_a_bad_line_takes_its_invoice_with_it_and_says_why(run_import, client, failures, session):
    ids = [str(place) for place in range(len(BAD_LINES))]
    lines = [
        {**line, "invoice_external_id": one}
        for one, (change, _) in zip(ids, BAD_LINES, strict=True)
        for line in (LINES[0], {**LINES[1], **change})
    ]
    answer = run_import([{**INVOICE, "external_id": one} for one in ids], lines)
    pairs = [
        (
            ("invoice_lines", 2 + 2 * place, None, "invoice-failed"),
            ("invoice_lines", 3 + 2 * place, column, "validation"),
        )
        for place, (_, column) in enumerate(BAD_LINES)
    ]
    of_invoices = [("invoices", 2 + place, None, "line-failed") for place in range(len(ids))]
    assert failures(answer) == [failure for pair in pairs for failure in pair] + of_invoices
    assert session.scalar(select(func.count()).select_from(Invoice)) == 0


def test_lines_without_an_invoice_and_invoices_without_a_line_fail(run_import, client, failures):
    answer = run_import([INVOICE], [{**LINES[0], "invoice_external_id": "9"}])
    assert failures(answer) == [
        ("invoice_lines", 2, "invoice_external_id", "unknown-invoice"),
        ("invoices", 2, None, "no-lines"),
    ]


def test_invoices_wait_for_the_clients_of_the_same_import(ask, billing, client, clients, session):
    import_id = str(uuid.uuid4())
    clients.imports[import_id] = "running"
    ask("open_import", import_id=import_id, source="csv")
    ask("stage_import_rows", import_id=import_id, kind="invoices", rows=[{"line": 2, "values": INVOICE}])
    ask(
        "stage_import_rows",
        import_id=import_id,
        kind="invoice_lines",
        rows=[{"line": line, "values": content} for line, content in enumerate(LINES, 2)],
    )
    ask("start_import", import_id=import_id)
    session.execute(text("SELECT pg_sleep(1)"))  # more than three polls of the job
    assert ask("get_import", import_id=import_id)["status"] == "running"
    assert session.scalar(select(func.count()).select_from(Invoice)) == 0
    clients.imports[import_id] = "done"
    wait_until(lambda: ask("get_import", import_id=import_id)["status"] == "done", "the import to go on")


def test_clients_are_asked_once_for_a_batch_not_once_an_invoice(run_import, client, clients):
    ids = [str(one) for one in range(40)]
    run_import(
        [{**INVOICE, "external_id": one, "total": "0.99"} for one in ids],
        [{**LINES[0], "invoice_external_id": one} for one in ids],
    )
    assert clients.asked == {"external_ids_for_billing": 1, "clients_for_billing": 1}


def test_an_import_that_has_begun_takes_no_more_rows(run_import, client, ask):
    done = run_import([INVOICE], LINES)
    with pytest.raises(ServiceProblem) as refused:
        ask("stage_import_rows", import_id=done["id"], kind="invoices", rows=[{"line": 9, "values": INVOICE}])
    assert refused.value.code == "invalid-state"
    assert ask("start_import", import_id=done["id"])["status"] == "done"


def test_an_unknown_import_is_not_found(ask, billing):
    for rpc, more in (("get_import", {}), ("start_import", {}), ("list_import_failures", {})):
        with pytest.raises(ServiceProblem) as refused:
            ask(rpc, import_id=str(uuid.uuid4()), **more)
        assert refused.value.code == "not-found"


def test_events_and_rows_agree_after_an_import(run_import, client, session):
    ids = [str(one) for one in range(12)]
    run_import(
        [{**INVOICE, "external_id": one, "total": "0.99"} for one in ids],
        [{**LINES[0], "invoice_external_id": one} for one in ids],
    )
    assert session.scalar(select(streams.c.sequence).where(streams.c.stream == client)) == 13
    published = session.scalars(select(outbox.c.sequence).where(outbox.c.stream == client).order_by(outbox.c.id)).all()
    assert published == list(range(1, 14))
    assert session.scalars(select(Invoice.number).order_by(Invoice.number)).all() == list(range(1, 13))
    assert session.scalar(select(func.sum(Payment.amount_minor))) == 12 * 99
    assert session.scalars(select(BillingAccount.currency)).all() == ["USD"]


def test_columns_go_where_the_mapping_says_and_the_rest_is_left_out(ask, billing, client):
    import_id = str(uuid.uuid4())
    columns = {
        "invoices": ["Nr", "Customer", "Issued", "Due", "State", "Money", "Sum", "Colour"],
        "invoice_lines": list(LINES[0]),
    }
    ask(
        "open_import",
        import_id=import_id,
        source="csv",
        files={kind: {"name": f"{kind}.csv", "columns": names} for kind, names in columns.items()},
    )
    foreign = dict(zip(columns["invoices"], [*INVOICE.values(), "red"], strict=True))
    ask("stage_import_rows", import_id=import_id, kind="invoices", rows=[{"line": 2, "values": foreign}])
    ask(
        "stage_import_rows",
        import_id=import_id,
        kind="invoice_lines",
        rows=[{"line": line, "values": values} for line, values in enumerate(LINES, 2)],
    )
    staged = ask("get_import", import_id=import_id)["files"][0]
    assert (staged["columns"], staged["sample"]) == (columns["invoices"], [foreign])
    ask(
        "start_import",
        import_id=import_id,
        mappings={
            "invoices": dict(zip(columns["invoices"], INVOICE, strict=False)),
            "invoice_lines": {name: name for name in LINES[0]},
        },
    )
    done = wait_until(
        lambda: (one := ask("get_import", import_id=import_id))["status"] == "done" and one, "the import to be done"
    )
    assert files(done) == {"invoices": (1, 1, 0, 0), "invoice_lines": (2, 2, 0, 0)}
    assert ask("list_invoices", client_id=client)["data"][0]["total"] == usd("3.47")
