"""Invoices, payments and credit through the API, as a program meets them: the whole system over HTTP."""

import io
import uuid

import pytest
from pypdf import PdfReader

from chassis.testing.plugin import wait_until

LINES = [
    {"description": "Consulting, hours", "quantity": "2.5", "unit_price": "80.00", "tax_rate": "20"},
    {"description": "Domain", "quantity": "1", "unit_price": "12.35", "tax_rate": "7.7"},
]
NOBODY = str(uuid.uuid4())


def usd(amount: str) -> dict:
    return {"amount": amount, "currency": "USD"}


@pytest.fixture(scope="module")
def one(system) -> dict:
    """A client in dollars that several tests share."""
    return system.new_client(currency="USD")


@pytest.fixture(scope="module")
def send(system):
    """`send(client, path, body)`: POST below the client under a key of its own."""
    return lambda client, path, body=None, **options: system.post(f"/clients/{client['id']}{path}", body, **options)


def published(send, client: dict, **given) -> dict:
    answer = send(client, "/invoices", {"lines": LINES, "publish": True, **given})
    assert answer.status_code == 201, answer.text
    return answer.json()


def payment(amount: str, **given) -> dict:
    return {"amount": usd(amount), "date": "2026-01-15", "gateway": "card", **given}


def test_a_draft_is_made_changed_and_published(system, one, send):
    made = send(one, "/invoices", {"lines": LINES, "notes": "Thanks"})
    draft = made.json()
    assert (made.status_code, draft["status"], draft["number"]) == (201, "draft", None)
    assert (draft["subtotal"], draft["tax_total"], draft["total"]) == (usd("212.35"), usd("40.95"), usd("253.30"))
    path = f"/clients/{one['id']}/invoices/{draft['id']}"
    assert made.headers["Location"] == f"/api/v1{path}" and system.get(path).json() == draft
    changed = system.request(
        "PATCH",
        f"/api/v1{path}",
        json={"lines": LINES[:1]},
        headers={"Idempotency-Key": uuid.uuid4().hex, "If-Match": system.get(path).headers["ETag"]},
    )
    assert (changed.status_code, changed.json()["total"], changed.json()["notes"]) == (200, usd("240.00"), None)
    issued = send(one, f"/invoices/{draft['id']}/publish").json()
    assert issued["status"] == "unpaid" and issued["number"].startswith("INV-")


def test_a_draft_that_somebody_changed_meanwhile_is_not_written_over(system, one, send):
    draft = send(one, "/invoices", {"lines": LINES}).json()
    path = f"/api/v1/clients/{one['id']}/invoices/{draft['id']}"

    def patch(**headers):
        return system.request(
            "PATCH", path, json={"lines": LINES}, headers={"Idempotency-Key": uuid.uuid4().hex, **headers}
        )

    assert (patch().status_code, patch(**{"If-Match": '"99"'}).status_code) == (428, 412)
    assert patch(**{"If-Match": f'"{draft["version"]}"'}).status_code == 200


def test_each_write_needs_a_key_and_gives_the_first_answer_again(system, one, send):
    invoice = published(send, one)
    base = f"/api/v1/clients/{one['id']}"
    for path in (
        "/invoices",
        *(
            f"/invoices/{invoice['id']}/{act}"
            for act in ("publish", "cancel", "payments", "refund", "mark-paid", "apply-credit")
        ),
        "/credits",
        f"/credits/{NOBODY}/reverse",
    ):
        refused = system.request("POST", base + path, json={})
        assert (refused.status_code, refused.json()["code"]) == (400, "idempotency-key-required"), path
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first, again = (send(one, f"/invoices/{invoice['id']}/payments", payment("10.00"), headers=key) for _ in range(2))
    assert first.json() == again.json() and first.json()["paid"] == usd("10.00")
    other = send(one, f"/invoices/{invoice['id']}/payments", payment("11.00"), headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-reuse")


def test_a_payment_above_what_is_due_pays_the_invoice_and_becomes_credit(system, send):
    client = system.new_client(currency="USD")
    invoice = published(send, client)
    part = send(client, f"/invoices/{invoice['id']}/payments", payment("53.30", reference="A-1")).json()
    assert (part["status"], part["amount_due"]) == ("unpaid", usd("200.00"))
    paid = send(client, f"/invoices/{invoice['id']}/payments", payment("250.00")).json()
    assert (paid["status"], paid["amount_due"]) == ("paid", usd("0.00"))
    entry = system.get(f"/clients/{client['id']}/credits").json()["data"][0]
    assert (entry["kind"], entry["amount"], entry["invoice_id"]) == ("overpayment", usd("50.00"), invoice["id"])
    summary = system.get(f"/clients/{client['id']}").json()["summary"]
    assert (summary["outstanding"], summary["credit_balance"]) == (usd("0.00"), usd("50.00"))


def test_credit_is_given_applied_reversed_and_never_falls_below_zero(system, send):
    client = system.new_client(currency="USD")
    given = send(client, "/credits", {"amount": usd("40.00"), "description": "Goodwill"})
    assert (given.status_code, given.json()["balance_after"]) == (201, usd("40.00"))
    invoice = published(send, client, apply_credit=True)
    assert (invoice["credit_applied"], invoice["amount_due"]) == (usd("40.00"), usd("213.30"))
    spent = send(client, f"/credits/{given.json()['id']}/reverse", {"description": "Mistake"})
    assert (spent.status_code, spent.json()["code"]) == (422, "insufficient-credit")
    used = system.get(f"/clients/{client['id']}/credits").json()["data"][0]
    freed = send(client, f"/credits/{used['id']}/reverse", {"description": "Not this one"})
    assert (freed.status_code, freed.json()["kind"], freed.json()["balance_after"]) == (201, "correction", usd("40.00"))
    applied = send(client, f"/invoices/{invoice['id']}/apply-credit", {"amount": usd("5.00")}).json()
    assert (applied["credit_applied"], applied["amount_due"]) == (usd("5.00"), usd("248.30"))


def test_an_invoice_with_money_on_it_is_cancelled_only_after_a_refund(system, send):
    client = system.new_client(currency="USD")
    invoice = published(send, client)
    send(client, f"/invoices/{invoice['id']}/payments", payment("20.00"))
    refused = send(client, f"/invoices/{invoice['id']}/cancel", {"reason": "Wrong client"})
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid-state")
    back = send(client, f"/invoices/{invoice['id']}/refund", {"amount": usd("20.00"), "to": "credit"}).json()
    assert back["payments"][0]["refunded"] == usd("20.00")
    cancelled = send(client, f"/invoices/{invoice['id']}/cancel", {"reason": "Wrong client"}).json()
    assert (cancelled["status"], cancelled["number"]) == ("cancelled", invoice["number"])


def test_mark_paid_and_a_whole_refund_end_in_refunded(system, send):
    client = system.new_client(currency="USD")
    invoice = published(send, client)
    assert send(client, f"/invoices/{invoice['id']}/mark-paid").json()["status"] == "paid"
    assert send(client, f"/invoices/{invoice['id']}/mark-paid").status_code == 409
    back = send(
        client, f"/invoices/{invoice['id']}/refund", {"amount": usd("253.30"), "to": "gateway", "reason": "Closed"}
    )
    assert back.json()["status"] == "refunded"
    arrived = wait_until(
        lambda: (
            {"invoice.refunded.v1", "payment.recorded.v1", "invoice.published.v1", "invoice.paid.v1"}
            <= {entry["type"] for entry in system.get(f"/clients/{client['id']}/activity").json()["data"]}
        ),
        "the log of all four",
    )
    assert arrived


@pytest.mark.parametrize("amount", ["-5", "0", "NaN", "1e309", "12.345", "٣", "1,000", "", " 5", 5, 5.5, None, True])
def test_an_amount_that_is_none_is_refused_by_name_and_changes_nothing(system, one, send, amount):
    invoice = published(send, one)
    for path, rest in (
        (f"/invoices/{invoice['id']}/payments", {"date": "2026-01-15", "gateway": "card"}),
        (f"/invoices/{invoice['id']}/refund", {"to": "credit"}),
        ("/credits", {"description": "x"}),
    ):
        refused = send(one, path, {**rest, "amount": {"amount": amount, "currency": "USD"}})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/amount"), (path, refused.text)
    assert system.get(f"/clients/{one['id']}/invoices/{invoice['id']}").json() == invoice


BAD_LINES = [
    ("quantity", "0"),
    ("quantity", 2),
    ("quantity", "1.23456"),
    ("unit_price", "1.234"),
    ("unit_price", 1.5),
    ("unit_price", "1e3"),
    ("tax_rate", "101"),
    ("tax_rate", "-1"),
    ("description", ""),
    ("description", "a\x00b"),
    ("description", "half a pair: \ud83d"),
    ("discount", "1"),
]


@pytest.mark.parametrize(("field", "value"), BAD_LINES)
def test_a_faulty_line_is_named(one, send, field, value):
    refused = send(one, "/invoices", {"lines": [LINES[1], {**LINES[0], field: value}]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/lines/1/{field}")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"lines": []}, "/lines"),
        ({}, "/lines"),
        ({"lines": LINES, "due_date": "22.11.2026"}, "/due_date"),
        ({"lines": LINES, "publish": "yes"}, "/publish"),
        ({"lines": LINES, "colour": "red"}, "/colour"),
        ({"lines": LINES, "client_id": NOBODY}, "/client_id"),
        ({"lines": LINES, "seconds": 0}, "/seconds"),
        ({"lines": LINES, "half \ud83d": 1}, "/half ?"),
    ],
)
def test_a_faulty_body_is_named(one, send, body, pointer):
    refused = send(one, "/invoices", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


def test_another_currency_is_refused(one, send):
    refused = send(one, "/credits", {"amount": {"amount": "5.00", "currency": "EUR"}, "description": "x"})
    assert (refused.status_code, refused.json()["code"]) == (422, "currency-mismatch")


def test_the_invoice_of_another_client_is_like_one_that_does_not_exist(system, one, send):
    invoice, other = published(send, one), system.new_client(currency="USD")
    for target in (invoice["id"], NOBODY, "x"):
        for act, body in (
            ("publish", None),
            ("cancel", {}),
            ("mark-paid", None),
            ("payments", payment("1.00")),
            ("refund", {"amount": usd("1.00"), "to": "credit"}),
            ("apply-credit", {}),
        ):
            assert send(other, f"/invoices/{target}/{act}", body).status_code == 404, (act, target)
        assert system.get(f"/clients/{other['id']}/invoices/{target}/pdf").status_code == 404


def test_the_pdf_is_downloaded_under_the_invoice_s_name_and_is_the_same_each_time(system, one, send):
    draft = send(one, "/invoices", {"lines": [{**LINES[0], "description": "Zażółć 株式"}]}).json()
    path = f"/clients/{one['id']}/invoices/{draft['id']}"
    first = system.get(f"{path}/pdf")
    assert (first.status_code, first.headers["Content-Type"]) == (200, "application/pdf")
    assert first.headers["Content-Disposition"] == 'attachment; filename="draft-invoice.pdf"'
    assert first.content == system.get(f"{path}/pdf").content
    text = PdfReader(io.BytesIO(first.content)).pages[0].extract_text()
    assert "DRAFT" in text and "Zażółć 株式" in text and "$240.00" in text
    number = send(one, f"/invoices/{draft['id']}/publish").json()["number"]
    assert system.get(f"{path}/pdf").headers["Content-Disposition"] == f'attachment; filename="{number}.pdf"'
