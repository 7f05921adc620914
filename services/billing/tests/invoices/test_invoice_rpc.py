"""Invoices, payments and credit over the real bus: what staff do, what is published, what is refused."""

import uuid

import pytest
from sqlalchemy import func, select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from services.billing.models import BillingAccount, CreditEntry, Invoice

LINE = {"description": "Consulting, hours", "quantity": "2.5", "unit_price": "100.00", "tax_rate": "20"}


def eur(amount: str) -> dict:
    return {"amount": amount, "currency": "EUR"}


@pytest.fixture
def client(known):
    """`client()`: one whose creation has not reached billing yet; `client(tax_exempt=True)` for another kind."""

    def make(currency: str = "EUR", **given) -> str:
        client_id = str(uuid.uuid4())
        known[client_id] = {"currency": currency, **given}
        return client_id

    return make


@pytest.fixture
def do(rpc):
    """`do("publish_invoice", client_id=…)` in a request of its own; `refusal("…", …)` is how it is refused."""
    return rpc


@pytest.fixture
def refusal(rpc):
    def call(name: str, caller=None, **arguments) -> ServiceProblem:
        with pytest.raises(ServiceProblem) as refused:
            rpc(name, caller, **arguments)
        return refused.value

    return call


@pytest.fixture
def published(session):
    """`published()`: (type, facts) of all events but that of the account, in their order."""

    def events() -> list[tuple]:
        session.rollback()
        found = session.execute(select(outbox.c.type, outbox.c.body).order_by(outbox.c.id))
        return [(row.type.removesuffix(".v1"), row.body["facts"]) for row in found if "account" not in row.type]

    return events


def totals(facts) -> tuple[str, str]:
    return facts["totals"]["outstanding"]["amount"], facts["totals"]["credit_balance"]["amount"]


def invoice(do, client_id, *, publish=True, **given) -> dict:
    return do("create_invoice", client_id=client_id, **{"lines": [LINE], "publish": publish, **given})


def test_an_invoice_of_a_client_that_is_new_to_billing_is_made_at_once(do, client, session):
    one = client()
    made = invoice(do, one, due_date="2099-12-31", notes=" PO 7731 ")
    assert made == do("get_invoice", client_id=one, invoice_id=made["id"])
    assert do("list_invoices", client_id=one)["data"] == [made]
    assert (made["number"], made["status"], made["due_date"], made["notes"], made["version"]) == (
        "INV-00001",
        "unpaid",
        "2099-12-31",
        "PO 7731",
        2,
    )
    assert made["lines"] == [
        {
            "position": 1,
            "description": "Consulting, hours",
            "quantity": "2.5",
            "unit_price": eur("100.00"),
            "tax_rate": "20",
            "total": eur("250.00"),
            "tax": eur("50.00"),
        }
    ]
    assert (made["total"], made["amount_due"], made["paid"], made["credit_applied"]) == (
        eur("300.00"),
        eur("300.00"),
        eur("0.00"),
        eur("0.00"),
    )
    assert do("totals_for", client_ids=[one])[one]["outstanding"] == eur("300.00")
    assert session.get(BillingAccount, uuid.UUID(one)).currency == "EUR"


def test_a_draft_is_changed_published_and_keeps_what_it_said_before_in_the_log(do, refusal, client, published):
    one = client()
    draft = invoice(do, one, publish=False)
    assert (draft["number"], draft["status"]) == (None, "draft")
    changed = do(
        "update_draft",
        client_id=one,
        invoice_id=draft["id"],
        version=draft["version"],
        lines=[{**LINE, "quantity": "3"}],
        notes="New",
    )
    assert (changed["total"], changed["version"]) == (eur("360.00"), draft["version"] + 1)
    stale = refusal("update_draft", client_id=one, invoice_id=draft["id"], version=draft["version"], lines=[LINE])
    assert (stale.code, stale.extra) == ("stale", {"version": changed["version"]})
    issued = do("publish_invoice", client_id=one, invoice_id=draft["id"])
    assert (issued["number"], issued["status"], issued["amount_due"]) == ("INV-00001", "unpaid", eur("360.00"))
    assert refusal("publish_invoice", client_id=one, invoice_id=draft["id"]).code == "invalid-state"
    assert refusal(
        "update_draft", client_id=one, invoice_id=draft["id"], version=issued["version"], lines=[LINE]
    ).detail == ("INV-00001 is unpaid; only a draft can be changed.")
    assert [kind for kind, _ in published()] == ["invoice.drafted", "invoice.drafted", "invoice.published"]


def test_a_changed_draft_says_old_and_new_values_and_an_unchanged_one_nothing(do, client, session):
    one = client()
    draft = invoice(do, one, publish=False, notes="Old")
    for _ in range(2):
        draft = do(
            "update_draft",
            client_id=one,
            invoice_id=draft["id"],
            version=draft["version"],
            notes="New",
            due_date="2099-01-01",
            lines=[LINE],
        )
    drafted = select(outbox.c.body, outbox.c.personal).where(outbox.c.type == "invoice.drafted.v1")
    first, second = session.execute(drafted.order_by(outbox.c.id)).all()
    assert (first.body["changes"], second.body["changes"]) == (
        [],
        [
            {"field": "due_date", "old": None, "new": "2099-01-01"},
            {"field": "notes", "old": None, "new": None, "personal": True},
        ],
    )
    assert second.personal["changes.notes"]["value"] == {"old": "Old", "new": "New"}


def test_payments_in_parts_and_too_much_of_the_last_goes_to_credit(do, refusal, client, published):
    one = client()
    made = invoice(do, one)
    part = do(
        "record_payment",
        client_id=one,
        invoice_id=made["id"],
        amount=eur("100.00"),
        date="2026-11-01",
        gateway="bank transfer",
        reference="TR-1",
    )
    assert (part["status"], part["amount_due"]) == ("unpaid", eur("200.00"))
    paid = do(
        "record_payment", client_id=one, invoice_id=made["id"], amount=eur("217.60"), date="2026-11-02", gateway="card"
    )
    assert (paid["status"], paid["paid"], paid["amount_due"]) == ("paid", eur("300.00"), eur("0.00"))
    assert [
        (p["amount"], p["credited"], p["refunded"], p["reference"], p["actor"]["name"]) for p in paid["payments"]
    ] == [
        (eur("100.00"), eur("0.00"), eur("0.00"), "TR-1", "Ada Staff"),
        (eur("217.60"), eur("17.60"), eur("0.00"), None, "Ada Staff"),
    ]
    (entry,) = do("list_credits", client_id=one)["data"]
    assert (entry["amount"], entry["kind"], entry["invoice_number"]) == (eur("17.60"), "overpayment", "INV-00001")
    assert [(kind, *totals(facts)) for kind, facts in published()] == [
        ("invoice.published", "300.00", "0.00"),
        ("payment.recorded", "200.00", "0.00"),
        ("payment.recorded", "0.00", "0.00"),
        ("invoice.paid", "0.00", "0.00"),
        ("credit.added", "0.00", "17.60"),
    ]
    stated = [facts for kind, facts in published() if kind == "payment.recorded"]
    assert [facts["credited"] for facts in stated] == [eur("0.00"), eur("17.60")]
    (settled,) = [facts for kind, facts in published() if kind == "invoice.paid"]
    assert (settled["paid"], settled["credit_applied"]) == (eur("300.00"), eur("0.00"))
    again = refusal(
        "record_payment", client_id=one, invoice_id=made["id"], amount=eur("1.00"), date="2026-11-02", gateway="x"
    )
    assert (again.code, again.detail) == ("invalid-state", "INV-00001 is paid; only what is owed can be paid.")


def test_mark_paid_records_what_is_due_by_hand(do, refusal, client):
    one = client()
    made = invoice(do, one)
    do("record_payment", client_id=one, invoice_id=made["id"], amount=eur("0.01"), date="2026-11-01", gateway="card")
    paid = do("mark_invoice_paid", client_id=one, invoice_id=made["id"])
    assert paid["status"] == "paid" and paid["payments"][1]["amount"] == eur("299.99")
    assert paid["payments"][1]["gateway"] == "manual"
    assert refusal("mark_invoice_paid", client_id=one, invoice_id=made["id"]).code == "invalid-state"
    draft = invoice(do, one, publish=False)
    assert refusal("mark_invoice_paid", client_id=one, invoice_id=draft["id"]).detail == (
        "This invoice is a draft; only what is owed can be paid."
    )


def test_credit_is_given_used_and_when_it_covers_all_the_invoice_is_paid(do, refusal, client, published):
    one = client()
    entry = do("add_credit", client_id=one, amount=eur("350.00"), description="Goodwill")
    assert (entry["amount"], entry["balance_after"], entry["kind"], entry["actor"]["name"]) == (
        eur("350.00"),
        eur("350.00"),
        "added",
        "Ada Staff",
    )
    assert do("list_credits", client_id=one)["data"] == [entry]
    paid = invoice(do, one, apply_credit=True)
    assert (paid["status"], paid["credit_applied"], paid["amount_due"], paid["total"]) == (
        "paid",
        eur("300.00"),
        eur("0.00"),
        eur("300.00"),
    )
    assert [(kind, *totals(facts)) for kind, facts in published()] == [
        ("credit.added", "0.00", "350.00"),
        ("invoice.published", "300.00", "350.00"),
        ("credit.applied", "0.00", "50.00"),
        ("invoice.paid", "0.00", "50.00"),
    ]
    second = invoice(do, one)
    part = do("apply_credit", client_id=one, invoice_id=second["id"], amount=eur("20.00"))
    part = do("apply_credit", client_id=one, invoice_id=second["id"])
    assert (part["credit_applied"], part["amount_due"], part["status"]) == (eur("50.00"), eur("250.00"), "unpaid")
    assert [used["amount"] for used in part["credits"]] == [eur("20.00"), eur("30.00")]
    empty = refusal("apply_credit", client_id=one, invoice_id=second["id"])
    assert (empty.code, empty.errors[0]["pointer"]) == ("insufficient-credit", "/amount")


def test_credit_is_refused_above_what_is_there_or_due_and_for_a_draft(do, refusal, client):
    one = client()
    do("add_credit", client_id=one, amount=eur("400.00"), description="Goodwill")
    draft, owed = invoice(do, one, publish=False), invoice(do, one)
    assert refusal("apply_credit", client_id=one, invoice_id=draft["id"]).code == "invalid-state"
    more = refusal("apply_credit", client_id=one, invoice_id=owed["id"], amount=eur("300.01"))
    assert (more.code, more.detail) == ("validation", "Only €300.00 is due on INV-00001.")
    do("apply_credit", client_id=one, invoice_id=invoice(do, one)["id"])
    short = refusal("apply_credit", client_id=one, invoice_id=owed["id"], amount=eur("100.01"))
    assert (short.code, short.detail) == ("insufficient-credit", "The client's credit is €100.00.")
    assert refusal("create_invoice", client_id=one, lines=[LINE], publish=False, apply_credit=True).errors[0][
        "pointer"
    ] == ("/apply_credit")


def test_a_refund_goes_to_credit_or_gateway_up_to_what_was_paid(do, refusal, client, published):
    one = client()
    made = invoice(do, one)
    for amount in ("120.00", "200.00"):
        do(
            "record_payment",
            client_id=one,
            invoice_id=made["id"],
            amount=eur(amount),
            date="2026-11-01",
            gateway="card",
        )
    back = do("refund_invoice", client_id=one, invoice_id=made["id"], amount=eur("150.00"), to="gateway", reason="Late")
    assert (back["status"], [p["refunded"] for p in back["payments"]]) == ("paid", [eur("120.00"), eur("30.00")])
    assert back["refundable"] == {"gateway": eur("150.00"), "credit": eur("150.00")}
    more = refusal("refund_invoice", client_id=one, invoice_id=made["id"], amount=eur("150.01"), to="credit")
    assert (more.code, more.detail) == ("validation", "At most €150.00 can go back to credit.")
    done = do("refund_invoice", client_id=one, invoice_id=made["id"], amount=eur("150.00"), to="credit")
    assert (done["status"], [p["refunded"] for p in done["payments"]]) == ("refunded", [eur("120.00"), eur("180.00")])
    assert [(kind, *totals(facts)) for kind, facts in published()][-3:] == [
        ("invoice.refunded", "0.00", "20.00"),
        ("invoice.refunded", "0.00", "20.00"),
        ("credit.added", "0.00", "170.00"),
    ]
    taken = [facts["payments"] for kind, facts in published() if kind == "invoice.refunded"]
    first, second = (payment["id"] for payment in done["payments"])
    assert taken == [
        [{"id": first, "amount": eur("120.00")}, {"id": second, "amount": eur("30.00")}],
        [{"id": second, "amount": eur("150.00")}],
    ]
    assert do("list_credits", client_id=one)["data"][0]["kind"] == "refund"
    over = refusal("refund_invoice", client_id=one, invoice_id=made["id"], amount=eur("0.01"), to="credit")
    assert (over.code, over.detail) == ("invalid-state", "INV-00001 is refunded; there is nothing on it to give back.")


def test_a_full_refund_gives_applied_credit_back_as_credit_but_never_through_the_gateway(do, refusal, client):
    one = client()
    do("add_credit", client_id=one, amount=eur("50.00"), description="Goodwill")
    made = invoice(do, one, apply_credit=True)
    do("mark_invoice_paid", client_id=one, invoice_id=made["id"])
    refused = refusal("refund_invoice", client_id=one, invoice_id=made["id"], amount=eur("300.00"), to="gateway")
    assert refused.detail == "At most €250.00 can go back through the gateway."
    money = do("refund_invoice", client_id=one, invoice_id=made["id"], amount=eur("250.00"), to="gateway")
    assert (money["status"], money["refundable"]) == ("paid", {"gateway": eur("0.00"), "credit": eur("50.00")})
    done = do("refund_invoice", client_id=one, invoice_id=made["id"], amount=eur("50.00"), to="credit")
    assert (done["status"], done["credits"][0]["returned"]) == ("refunded", eur("50.00"))
    assert do("totals_for", client_ids=[one])[one]["credit_balance"] == eur("50.00")


def test_what_is_on_an_invoice_is_undone_before_it_is_cancelled(do, refusal, client, published):
    one = client()
    do("add_credit", client_id=one, amount=eur("50.00"), description="Goodwill")
    made = invoice(do, one, apply_credit=True)
    do("record_payment", client_id=one, invoice_id=made["id"], amount=eur("69.16"), date="2026-11-01", gateway="card")
    assert refusal("cancel_invoice", client_id=one, invoice_id=made["id"]).detail == (
        "INV-00001 has money on it: refund €69.16 of payments and reverse €50.00 of applied credit first."
    )
    shown = do("refund_invoice", client_id=one, invoice_id=made["id"], amount=eur("69.16"), to="gateway")
    assert (shown["status"], shown["paid"], shown["amount_due"]) == ("unpaid", eur("0.00"), eur("250.00"))
    do("reverse_credit", client_id=one, entry_id=shown["credits"][0]["entry_id"], description="Not for this one")
    gone = do("cancel_invoice", client_id=one, invoice_id=made["id"], reason="Ordered twice")
    assert (gone["status"], gone["number"], gone["amount_due"]) == ("cancelled", "INV-00001", eur("0.00"))
    assert [(kind, *totals(facts)) for kind, facts in published()][-3:] == [
        ("invoice.refunded", "250.00", "0.00"),
        ("credit.reversed", "300.00", "50.00"),
        ("invoice.cancelled", "0.00", "50.00"),
    ]
    assert published()[-1][1]["reason"] == "Ordered twice"


def test_an_entry_is_reversed_once_and_not_below_zero(do, refusal, client):
    one = client()
    first = do("add_credit", client_id=one, amount=eur("50.00"), description="Goodwill")
    wrong = do("add_credit", client_id=one, amount=eur("30.00"), description="Wrong client")
    back = do("reverse_credit", client_id=one, entry_id=wrong["id"], description="Meant for another")
    assert (back["amount"], back["balance_after"], back["kind"], back["reverses"]) == (
        eur("-30.00"),
        eur("50.00"),
        "correction",
        wrong["id"],
    )
    assert refusal("reverse_credit", client_id=one, entry_id=wrong["id"], description="Again").code == "duplicate"
    assert refusal("reverse_credit", client_id=one, entry_id=back["id"], description="No").code == "invalid-state"
    used = invoice(do, one, apply_credit=True)
    assert (
        refusal("reverse_credit", client_id=one, entry_id=first["id"], description="Late").code == "insufficient-credit"
    )
    do("mark_invoice_paid", client_id=one, invoice_id=used["id"])
    applied = used["credits"][0]["entry_id"]
    assert refusal("reverse_credit", client_id=one, entry_id=applied, description="No").detail == (
        "INV-00001 is paid; refund it to give its credit back."
    )


def test_a_tax_exempt_client_pays_no_tax_whatever_the_lines_say_also_when_it_became_so_after_the_draft(
    do, client, known
):
    exempt = client(tax_exempt=True)
    assert invoice(do, exempt)["tax_total"] == eur("0.00")
    later = client()
    draft = invoice(do, later, publish=False)
    assert draft["tax_total"] == eur("50.00")
    known[later]["tax_exempt"] = True
    issued = do("publish_invoice", client_id=later, invoice_id=draft["id"])
    assert (issued["total"], issued["lines"][0]["tax_rate"]) == (eur("250.00"), "0")


@pytest.mark.parametrize(
    ("currency", "price", "total", "finer"), [("JPY", "333", "833", "0.5"), ("KWD", "0.333", "0.833", "0.3333")]
)
def test_an_invoice_has_the_digits_of_its_currency(do, refusal, client, currency, price, total, finer):
    one = client(currency)
    made = invoice(do, one, lines=[{**LINE, "unit_price": price, "tax_rate": "0"}])
    assert made["total"] == {"amount": total, "currency": currency}
    lines = [{**LINE, "unit_price": finer}, LINE, {**LINE, "unit_price": finer}]
    wrong = refusal("create_invoice", client_id=one, publish=True, lines=lines)
    assert [error["pointer"] for error in wrong.errors] == ["/lines/0/unit_price", "/lines/2/unit_price"]


def test_a_discount_is_a_line_below_zero_but_an_invoice_is_not(do, refusal, client):
    one = client()
    discount = {"description": "Discount", "quantity": "1", "unit_price": "-50.00", "tax_rate": "20"}
    assert invoice(do, one, lines=[LINE, discount])["total"] == eur("240.00")
    below = refusal("create_invoice", client_id=one, publish=True, lines=[LINE, {**discount, "unit_price": "-250.01"}])
    assert [error["pointer"] for error in below.errors] == ["/lines"]


def test_what_belongs_to_another_client_is_not_there(do, refusal, client, make_caller):
    mine, other = client(), client()
    theirs = invoice(do, other)
    entry = do("add_credit", client_id=other, amount=eur("5.00"), description="Goodwill")
    for rpc, given in [
        ("publish_invoice", {}),
        ("cancel_invoice", {}),
        ("mark_invoice_paid", {}),
        ("apply_credit", {}),
        ("update_draft", {"version": 1, "lines": [LINE]}),
        ("record_payment", {"amount": eur("1.00"), "date": "2026-11-01", "gateway": "card"}),
        ("refund_invoice", {"amount": eur("1.00"), "to": "credit"}),
    ]:
        for invoice_id in (theirs["id"], str(uuid.uuid4()), "INV-00001"):
            assert refusal(rpc, client_id=mine, invoice_id=invoice_id, **given).code == "not-found", rpc
    assert refusal("reverse_credit", client_id=mine, entry_id=entry["id"], description="x").code == "not-found"
    named = refusal("add_credit", client_id=mine, amount=eur("1.00"), description="x", invoice_id=theirs["id"])
    assert [error["pointer"] for error in named.errors] == ["/invoice_id"]
    assert refusal("create_invoice", make_caller(client_id=mine), client_id=other, lines=[LINE]).code == "not-found"
    assert refusal("add_credit", client_id=str(uuid.uuid4()), amount=eur("1.00"), description="x").code == "not-found"


def test_the_same_key_gets_the_first_answer_again_and_with_another_body_none(do, refusal, client, make_caller, session):
    one = client()
    caller = make_caller(client_id=one, idempotency_key="key-0123456789abcdef")
    first = do("add_credit", caller, client_id=one, amount=eur("5.00"), description="Goodwill")
    assert do("add_credit", caller, client_id=one, amount=eur("5.00"), description="Goodwill") == first
    assert (
        refusal("add_credit", caller, client_id=one, amount=eur("6.00"), description="Goodwill").code
        == "idempotency-reuse"
    )
    made = do("create_invoice", caller, client_id=one, lines=[LINE], publish=True)
    assert do("create_invoice", caller, client_id=one, lines=[LINE], publish=True) == made
    assert session.scalar(select(func.count()).select_from(Invoice)) == 1
    assert session.scalar(select(func.count()).select_from(CreditEntry)) == 1
