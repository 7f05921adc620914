"""What the reading queries answer, on real rows."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from chassis.errors import ServiceProblem
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.models import CreditApplication, InvoiceLine, Payment
from services.billing.queries import accounts, credits, domains, invoices, orders, overview, subscriptions
from tests.support import billing_rows

TODAY = date(2026, 11, 22)
PAGE = {"limit": 25, "after": None, "before": None}


def eur(amount: str) -> dict:
    return {"amount": amount, "currency": "EUR"}


def no_clients(_ids):
    return {}


def test_a_service_row_is_that_of_the_api(session, account):
    client = account()
    service = billing_rows.subscription(session, client, domain="a.example", next_due_date=date(2026, 12, 1))
    answer = subscriptions.list_subscriptions(session, client, None, **PAGE)
    assert answer["data"] == [
        {
            "id": str(service),
            "number": answer["data"][0]["number"],
            "product": "Cloud VPS 4",
            "domain": "a.example",
            "billing_cycle": "monthly",
            "price": eur("10.00"),
            "status": "active",
            "next_due_date": "2026-12-01",
            "created_at": "2026-11-01T12:00:00Z",
            "suspended_reason": None,
            "stopped": None,
        }
    ]
    assert re.fullmatch(r"SVC-\d{5}", answer["data"][0]["number"])
    assert answer["page"] == {"next": None, "prev": None, "total": 1, "exact": True}
    assert answer["counts"] == {"active": 1, "pending": 0, "suspended": 0, "cancelled": 0, "terminated": 0}


def test_services_that_run_come_first_and_the_next_due_before_the_rest(session, account):
    client = account()
    billing_rows.subscription(session, client, product="gone", status="terminated")
    billing_rows.subscription(session, client, product="later", next_due_date=date(2027, 1, 1))
    billing_rows.subscription(session, client, product="held", status="suspended")
    billing_rows.subscription(session, client, product="sooner", next_due_date=date(2026, 12, 1))
    billing_rows.subscription(session, client, product="undated")
    named = [row["product"] for row in subscriptions.list_subscriptions(session, client, None, **PAGE)["data"]]
    assert named == ["sooner", "later", "undated", "held", "gone"]
    assert [
        row["product"] for row in subscriptions.list_subscriptions(session, client, "suspended", **PAGE)["data"]
    ] == ["held"]


def test_invoices_are_paged_newest_first_with_drafts_on_top(session, account):
    client = account()
    for number in range(1, 6):
        billing_rows.invoice(session, client, number, issue_date=date(2026, 1, number))
    billing_rows.invoice(session, client, None, status="draft", issue_date=None, due_date=None)
    seen, after = [], None
    while True:
        answer = invoices.list_invoices(session, client, None, limit=2, after=after, before=None)
        seen += [row["number"] for row in answer["data"]]
        after = answer["page"]["next"]
        if after is None:
            break
    assert seen == [None, "INV-00005", "INV-00004", "INV-00003", "INV-00002", "INV-00001"]
    assert answer["page"]["total"] == 6 and answer["counts"]["draft"] == 1
    assert invoices.list_invoices(session, client, "draft", **PAGE)["page"]["total"] == 1


def test_invoices_of_one_day_stand_in_the_order_of_their_numbers_on_every_page(session, account):
    client = account()
    for number in (4, 1, 6, 2, 5, 3):
        billing_rows.invoice(session, client, number)
    seen, after = [], None
    while not seen or after:
        page = invoices.list_invoices(session, client, None, limit=4, after=after, before=None)
        seen, after = [*seen, *(row["number"] for row in page["data"])], page["page"]["next"]
    assert seen == [f"INV-0000{number}" for number in (6, 5, 4, 3, 2, 1)]


def test_an_invoice_shows_its_lines_payments_and_amounts(session, account):
    client = account()
    one = billing_rows.invoice(session, client, 42, credit_applied_minor=200, paid_minor=300)
    session.execute(
        insert(InvoiceLine).values(
            invoice_id=one,
            position=1,
            description="Consulting",
            quantity="2.5",
            unit_price_minor=400,
            tax_rate=20,
            total_minor=1000,
            tax_minor=200,
        )
    )
    billing_rows.add(
        session,
        Payment,
        client_id=client,
        invoice_id=one,
        currency="EUR",
        amount_minor=300,
        paid_on=date(2026, 11, 3),
        gateway="bank_transfer",
        reference="R1",
        actor_kind="system",
    )
    answer = invoices.get_invoice(session, client, one)
    (payment,) = answer["payments"]
    assert {name: answer[name] for name in answer if name not in ("id", "payments")} == {
        "number": "INV-00042",
        "status": "unpaid",
        "issue_date": "2026-11-01",
        "due_date": "2026-11-15",
        "subtotal": eur("10.00"),
        "tax_total": eur("2.00"),
        "total": eur("12.00"),
        "credit_applied": eur("2.00"),
        "paid": eur("3.00"),
        "amount_due": eur("7.00"),
        "notes": None,
        "version": 1,
        "buyer": None,
        "seller": None,
        "document": None,
        "tax_by_rate": [{"rate": "20", "net": eur("10.00"), "tax": eur("2.00")}],
        "credits": [],
        "refundable": {"gateway": eur("3.00"), "credit": eur("3.00")},
        "lines": [
            {
                "position": 1,
                "description": "Consulting",
                "quantity": "2.5",
                "unit_price": eur("4.00"),
                "tax_rate": "20",
                "total": eur("10.00"),
                "tax": eur("2.00"),
            }
        ],
    }
    assert {name: payment[name] for name in payment if name != "id"} == {
        "amount": eur("3.00"),
        "date": "2026-11-03",
        "gateway": "bank_transfer",
        "reference": "R1",
        "refunded": eur("0.00"),
        "credited": eur("0.00"),
        "actor": {"kind": "system", "id": None, "name": "System"},
    }


def test_each_invoice_of_a_page_has_its_own_lines_payments_and_credit(session, account):
    client = account()
    credit = billing_rows.credit(session, client, 1, 500, 500)
    made = [billing_rows.invoice(session, client, number, paid_minor=number) for number in (1, 2, 3)]
    for number, one in enumerate(made, 1):
        session.execute(
            insert(InvoiceLine).values(
                invoice_id=one,
                position=1,
                description=f"Line {number}",
                quantity=1,
                unit_price_minor=1000,
                tax_rate=20,
                total_minor=1000,
                tax_minor=200,
            )
        )
        billing_rows.add(
            session,
            Payment,
            client_id=client,
            invoice_id=one,
            currency="EUR",
            amount_minor=number,
            paid_on=date(2026, 11, 3),
            gateway="card",
            actor_kind="system",
        )
    billing_rows.add(
        session, CreditApplication, client_id=client, invoice_id=made[1], credit_entry_id=credit, amount_minor=7
    )
    listed = {row["id"]: row for row in invoices.list_invoices(session, client, None, **PAGE)["data"]}
    assert listed == {str(one): invoices.get_invoice(session, client, one) for one in made}
    assert [
        (
            listed[str(one)]["lines"][0]["description"],
            listed[str(one)]["payments"][0]["amount"]["amount"],
            len(listed[str(one)]["credits"]),
        )
        for one in made
    ] == [("Line 1", "0.01", 0), ("Line 2", "0.02", 1), ("Line 3", "0.03", 0)]


@pytest.mark.parametrize("which", ["foreign", "absent", "malformed"])
def test_an_invoice_of_nobody_here_is_not_found(session, account, which):
    mine, foreign = account(), billing_rows.invoice(session, account(), 1)
    with pytest.raises(ServiceProblem) as refused:
        invoices.get_invoice(session, mine, {"foreign": foreign, "absent": uuid.uuid4(), "malformed": None}[which])
    assert refused.value.code == "not-found"


def test_an_order_names_its_items_and_who_placed_it_for_whom(session, account):
    client = account()
    invoice = billing_rows.invoice(session, client, 7)
    billing_rows.order(
        session,
        client,
        1187,
        invoice_id=invoice,
        placed_by_kind="staff",
        placed_by_name="Mara",
        placed_by_id="s2",
        acting_as_contact_id="c1",
        acting_as_name="Imogen Hartley",
    )
    (order,) = orders.list_orders(session, client, **PAGE)["data"]
    assert order["number"] == "ORD-01187" and order["invoice_number"] == "INV-00007" and order["total"] == eur("10.00")
    assert order["placed_by"] == {
        "kind": "staff",
        "id": "s2",
        "name": "Mara",
        "acting_as": {"contact_id": "c1", "name": "Imogen Hartley"},
    }
    assert [(item["product"], item["billing_cycle"], item["price"]) for item in order["items"]] == [
        ("Cloud VPS 4", "monthly", eur("10.00"))
    ]


def test_domains_expire_in_order_and_those_gone_come_last(session, account):
    client = account()
    billing_rows.domain(session, client, "gone.example", status="cancelled", expires_on=date(2020, 1, 1))
    billing_rows.domain(session, client, "unknown.example", expires_on=None)
    billing_rows.domain(session, client, "soon.example", expires_on=TODAY + timedelta(days=11))
    billing_rows.domain(session, client, "late.example", expires_on=TODAY + timedelta(days=61))
    named = [row["name"] for row in domains.list_domains(session, client, **PAGE)["data"]]
    assert named == ["soon.example", "late.example", "unknown.example", "gone.example"]
    assert [row["name"] for row in domains.domains_soon(session, client, TODAY, 5)] == ["soon.example"]


def test_the_ledger_runs_newest_first_with_its_balance(session, account):
    client = account()
    billing_rows.credit(session, client, 1, 5000, 5000)
    billing_rows.credit(
        session, client, 2, -2000, 3000, kind="applied", actor_kind="system", actor_id=None, actor_name=None
    )
    answer = credits.list_credits(session, client, **PAGE)
    assert [(row["amount"], row["balance_after"], row["kind"]) for row in answer["data"]] == [
        (eur("-20.00"), eur("30.00"), "applied"),
        (eur("50.00"), eur("50.00"), "added"),
    ]
    assert answer["data"][0]["actor"] == {"kind": "system", "id": None, "name": "System"}
    assert answer["page"]["total"] == 2


def test_the_balance_of_a_year_begins_with_what_was_there(session, account):
    client = account()
    billing_rows.credit(session, client, 1, 5000, 5000, created_at=datetime(2024, 5, 1, tzinfo=UTC))
    billing_rows.credit(session, client, 2, 1000, 6000, created_at=datetime(2026, 3, 1, 9, tzinfo=UTC))
    billing_rows.credit(session, client, 3, -4000, 2000, created_at=datetime(2026, 3, 1, 10, tzinfo=UTC))
    assert credits.credit_history(session, client, TODAY) == [
        {"date": "2025-11-22", "balance": eur("50.00")},
        {"date": "2026-03-01", "balance": eur("20.00")},
    ]
    assert credits.credit_history(session, account(), TODAY) == []


def test_totals_count_what_the_rows_say(session, account):
    client = account()
    for status, due in (("active", 9), ("active", 3), ("suspended", 1), ("pending", None), ("terminated", None)):
        next_due_date = due and date(2026, 12, due)
        billing_rows.subscription(session, client, status=status, next_due_date=next_due_date)
    billing_rows.invoice(session, client, 1, status="overdue", due_date=date(2026, 10, 1), credit_applied_minor=200)
    billing_rows.invoice(session, client, 2)
    billing_rows.invoice(session, client, 3, status="paid", paid_minor=1200)
    billing_rows.invoice(session, client, None, status="draft", issue_date=None)
    billing_rows.credit(session, client, 1, 700, 700)
    billing_rows.domain(session, client, "a.example")
    billing_rows.order(session, client, 1)
    carried = refresh_totals(session, client)
    session.commit()
    kept = accounts.totals_for(session, no_clients, [client])[str(client)]
    assert kept == {**carried, "sequence": 0}
    assert carried == {
        "active_services": 2,
        "outstanding": eur("22.00"),
        "overdue": eur("10.00"),
        "oldest_due_on": "2026-10-01",
        "credit_balance": eur("7.00"),
        "next_due_on": "2026-12-01",
        "counts": {
            "services": 5,
            "suspended_services": 1,
            "pending_services": 1,
            "invoices": 4,
            "orders": 1,
            "domains": 1,
        },
    }


def test_a_client_without_an_account_has_nothing_in_its_own_currency(session):
    client, unknown = uuid.uuid4(), uuid.uuid4()
    answer = accounts.totals_for(session, lambda ids: {str(client): {"currency": "JPY"}}, [client, unknown])
    assert list(answer) == [str(client)]
    assert answer[str(client)]["outstanding"] == {"amount": "0", "currency": "JPY"}
    assert accounts.get_billing(session, lambda ids: {str(client): {"currency": "JPY"}}, client) == {
        "currency": "JPY",
        "currency_locked": False,
        "address": None,
        "version": 1,
    }


def test_the_overview_sums_what_is_owed_by_age(session, account):
    client = account()
    for number, late in enumerate((-5, 0, 1, 30, 31, 60, 61), 1):
        billing_rows.invoice(session, client, number, due_date=TODAY - timedelta(days=late))
    for _ in range(8):
        billing_rows.subscription(session, client)
    refresh_totals(session, client)
    session.commit()
    answer = overview.get_overview(session, no_clients, client, TODAY)
    assert [(row["label"], row["from_days"], row["amount"]) for row in answer["ageing"]] == [
        ("Not due", 0, eur("24.00")),
        ("1–30 days", 1, eur("24.00")),
        ("31–60 days", 31, eur("24.00")),
        ("Over 60 days", 61, eur("12.00")),
    ]
    assert len(answer["services"]) == 6 and answer["credit_history"] == [] and answer["domains_soon"] == []
    assert answer["outstanding"] == eur("84.00")
