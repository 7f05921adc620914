"""What a client's own people see of billing and do: what is their client's and was issued, nothing for staff alone."""

import inspect
import json
import uuid

import pytest
from sqlalchemy import select, update

from chassis.permissions import Portal
from chassis.rate_limits import most_of
from services.billing.models import CreditEntry, Invoice, Order
from services.billing.rpc.portal import PortalRpc
from tests.support import billing_rows
from tests.support.outbox_helpers import events_of, refusal_of

EVERYTHING = tuple(map(str, Portal))
BILLING = ("portal.account", "portal.home", "portal.invoices.pay", "portal.invoices.view")
TECHNICAL = (
    "portal.account",
    "portal.home",
    "portal.domains.manage",
    "portal.domains.view",
    "portal.services.view",
    "portal.tickets.reply",
    "portal.tickets.view",
)
ONE = {
    "portal_invoice": "invoice_id",
    "portal_pay_invoice": "invoice_id",
    "portal_order": "order_id",
    "portal_subscription": "service_id",
    "portal_domain": "domain_id",
    "portal_update_domain": "domain_id",
}
LISTS = ("portal_invoices", "portal_orders", "portal_subscriptions", "portal_domains")
RPC_METHODS = {name: rpc for name, rpc in inspect.getmembers(PortalRpc) if name.startswith("portal_")}


@pytest.fixture
def client(known, account):
    """`client(...)`: a client with an account in euro, on whose terms the clients service is asked."""

    def make(**given) -> str:
        client_id = str(account("EUR"))
        address = dict.fromkeys(("address1", "address2", "city", "state", "postcode", "country"), "")
        known[client_id] = {
            "currency": "EUR",
            "tax_id": "GB 293",
            "tax_exempt": False,
            "group_discount": "0",
            "address": {**address, "city": "Bristol"},
            **given,
        }
        return client_id

    return make


@pytest.fixture
def portal(rpc, make_caller):
    """`portal(client, "portal_invoices", …)`: an RPC method asked by the client's contact, an owner unless given."""

    def ask(own: str, name: str, *, caller: dict | None = None, **arguments):
        who = {
            "kind": "contact",
            "id": str(uuid.UUID(int=7)),
            "name": "Imogen Hartley",
            "permissions": EVERYTHING,
            "client_id": own,
            **(caller or {}),
        }
        return rpc(name, make_caller(**who), **arguments)

    return ask


@pytest.fixture
def product(rpc) -> str:
    """A product at 24.00 a month and 259.20 a year in euro, taxed at 20 percent."""
    prices = [
        {"billing_cycle": cycle, "currency": currency, "amount": amount}
        for cycle, currency, amount in (
            ("monthly", "EUR", "24.00"),
            ("annual", "EUR", "259.20"),
            ("monthly", "GBP", "20.00"),
        )
    ]
    return rpc("create_product", name="Managed WordPress", tax_rate="20", prices=prices)["id"]


def eur(amount: str) -> dict:
    return {"amount": amount, "currency": "EUR"}


def with_everything(rpc, session, client_id: str) -> dict[str, str]:
    """One of each for a client: what the RPC methods that take an id are asked about."""
    service = billing_rows.subscription(
        session, client_id, status="suspended", suspended_reason="Told by the bank: STAFF-ONLY"
    )
    line = {"description": "Hosting", "quantity": "1", "unit_price": "10.00", "tax_rate": "20"}
    invoice = rpc("create_invoice", client_id=client_id, lines=[line], publish=True)["id"]
    rpc("add_credit", client_id=client_id, amount=eur("5.00"), description="STAFF-ONLY goodwill")
    order = billing_rows.order(
        session,
        client_id,
        uuid.uuid4().int % 10**6,
        status="fraud",
        placed_by_kind="staff",
        placed_by_name="STAFF-ONLY",
    )
    return {
        "invoice_id": invoice,
        "order_id": str(order),
        "service_id": str(service),
        "domain_id": str(
            billing_rows.domain(session, client_id, f"{uuid.uuid4().hex}.example", registrar="STAFF-ONLY")
        ),
    }


def draft(rpc, client_id: str) -> str:
    return rpc(
        "create_invoice",
        client_id=client_id,
        lines=[{"description": "Not for you yet", "quantity": "1", "unit_price": "99.00", "tax_rate": "0"}],
    )["id"]


def test_no_rpc_takes_a_client_so_that_nobody_can_name_another(portal, client):
    mine, other = client(), client()
    for name in RPC_METHODS:
        assert refusal_of(lambda name=name: portal(mine, name, client_id=other)).code in (
            "unknown-field",
            "validation",
        ), name


def test_every_rpc_asks_for_what_the_role_may_and_staff_pass_none(portal, client, rpc, make_caller):
    mine = client()
    for name, one in RPC_METHODS.items():
        assert isinstance(one.contract.access, Portal), name
        for role, held in (("billing", BILLING), ("technical", TECHNICAL)):
            if str(one.contract.access) not in held:
                assert (
                    refusal_of(lambda n=name, h=held: portal(mine, n, caller={"permissions": h})).code == "forbidden"
                ), (role, name)
        assert refusal_of(lambda n=name: rpc(n, make_caller(client_id=mine))).code == "forbidden", name
    assert {name for name, one in RPC_METHODS.items() if str(one.contract.access) in BILLING} == {
        "portal_owed",
        "portal_invoices",
        "portal_invoice",
        "portal_pay_invoice",
    }
    assert {name for name, one in RPC_METHODS.items() if str(one.contract.access) in TECHNICAL} == {
        "portal_subscriptions",
        "portal_subscription",
        "portal_domains",
        "portal_domain",
        "portal_update_domain",
    }


@pytest.mark.parametrize("name", ONE)
def test_what_is_another_clients_is_answered_like_what_does_not_exist(portal, client, rpc, session, name):
    mine, other = client(), client()
    foreign = with_everything(rpc, session, other)[ONE[name]]
    answers = [
        refusal_of(lambda i=i: portal(mine, name, **{ONE[name]: i})).to_wire()
        for i in (foreign, str(uuid.uuid4()), "not-an-id", "")
    ]
    assert answers[0]["code"] == "not-found" and all(one == answers[0] for one in answers)


def test_a_list_holds_what_is_the_callers_alone_and_nothing_that_is_for_staff(portal, client, rpc, session):
    mine, other = client(), client()
    own = with_everything(rpc, session, mine)
    with_everything(rpc, session, other)
    for name in LISTS:
        found = portal(mine, name)
        assert len(found["data"]) == found["page"]["total"] == 1, name
    everything = [
        portal(mine, name, **({ONE[name]: own[ONE[name]]} if name in ONE else {}))
        for name in (*LISTS, "portal_owed", "portal_invoice", "portal_order", "portal_domain", "portal_subscription")
    ]
    assert "STAFF-ONLY" not in json.dumps(everything) and "Ada Staff" not in json.dumps(everything)
    (order,) = portal(mine, "portal_orders", status="cancelled")["data"]
    assert (order["status"], order["placed_by"]) == ("cancelled", {"kind": "staff", "name": None})


def test_a_draft_is_nowhere_and_neither_is_one_that_was_cancelled(portal, client, rpc, session):
    mine = client()
    kept, gone = draft(rpc, mine), draft(rpc, mine)
    rpc("cancel_invoice", client_id=mine, invoice_id=gone)
    for hidden in (kept, gone):
        for name in ("portal_invoice", "portal_pay_invoice"):
            assert refusal_of(lambda n=name, h=hidden: portal(mine, n, invoice_id=h)).code == "not-found"
    found = portal(mine, "portal_invoices")
    assert (found["data"], found["counts"], found["page"]["total"]) == ([], {"to_pay": 0, "paid": 0, "other": 0}, 0)
    owed = portal(mine, "portal_owed")
    assert (owed["outstanding"], owed["invoices"]) == (eur("0.00"), [])
    assert session.scalar(select(Invoice.status).where(Invoice.id == uuid.UUID(kept))) == "draft"


def test_what_is_owed_comes_longest_due_first_with_how_many_are_late(portal, client, session):
    mine = client()
    billing_rows.invoice(session, mine, 2, status="overdue")
    billing_rows.invoice(session, mine, 1, due_date=billing_rows.NOON.date())
    billing_rows.invoice(session, mine, 3, status="paid", paid_minor=1200)
    owed = portal(mine, "portal_owed")
    assert [one["number"] for one in owed["invoices"]] == ["INV-00001", "INV-00002"] and owed["overdue_invoices"] == 1
    assert portal(mine, "portal_invoices", status="to_pay")["page"]["total"] == 2
    assert portal(mine, "portal_invoices")["counts"] == {"to_pay": 2, "paid": 1, "other": 0}


def test_the_overdue_invoice_stands_first_however_old_and_pages_agree(portal, client, session):
    mine = client()
    for number in range(1, 8):
        paid = {} if number == 2 else {"status": "paid", "paid_minor": 1200}
        billing_rows.invoice(session, mine, number, **{"status": "overdue", **paid})
    order = [f"INV-0000{number}" for number in (2, 7, 6, 5, 4, 3, 1)]
    assert [one["number"] for one in portal(mine, "portal_invoices")["data"]] == order
    seen, after = [], None
    while not seen or after:
        page = portal(mine, "portal_invoices", limit=2, after=after)
        seen, after = [*seen, *(one["number"] for one in page["data"])], page["page"]["next"]
    assert seen == order


def test_a_technical_contact_is_told_no_price(portal, client, session):
    mine = client()
    billing_rows.subscription(session, mine)
    assert portal(mine, "portal_subscriptions")["data"][0]["price"] == eur("10.00")
    assert "10.00" not in json.dumps(portal(mine, "portal_subscriptions", caller={"permissions": TECHNICAL}))
    asked = {"service_id": portal(mine, "portal_subscriptions")["data"][0]["id"]}
    whole = portal(mine, "portal_subscription", **asked)
    assert (whole["price"], whole["invoices"], whole["number"][:4]) == (eur("10.00"), [], "SVC-")
    bare = portal(mine, "portal_subscription", caller={"permissions": TECHNICAL}, **asked)
    assert bare == {name: value for name, value in whole.items() if name not in ("price", "invoices")}


def test_paying_uses_the_credit_as_far_as_it_goes_once_for_a_key_and_says_who_did(portal, client, rpc, session):
    mine = client()
    invoice = with_everything(rpc, session, mine)["invoice_id"]
    paid = portal(mine, "portal_pay_invoice", invoice_id=invoice, caller={"idempotency_key": "k" * 20})
    assert (paid["status"], paid["credit_applied"], paid["amount_due"]) == ("unpaid", eur("5.00"), eur("7.00"))
    assert paid == portal(mine, "portal_pay_invoice", invoice_id=invoice, caller={"idempotency_key": "k" * 20})
    assert refusal_of(lambda: portal(mine, "portal_pay_invoice", invoice_id=invoice)).code == "insufficient-credit"
    rpc("add_credit", client_id=mine, amount=eur("50.00"), description="More")
    assert portal(mine, "portal_pay_invoice", invoice_id=invoice)["status"] == "paid"
    assert portal(mine, "portal_owed")["credit_balance"] == eur("43.00")
    used = session.execute(
        select(CreditEntry.actor_kind, CreditEntry.actor_name).where(CreditEntry.kind == "applied")
    ).all()
    assert used == [("contact", "Imogen Hartley")] * 2
    applied = next(event for event in events_of(session, mine) if event["type"] == "credit.applied.v1")
    assert applied["actor"]["kind"] == "contact" and applied["acting_as"] is None


def test_an_impersonator_orders_as_the_client_and_pays_nothing(portal, client, rpc, session, product):
    mine = client()
    contact = str(uuid.uuid4())
    impersonation = {
        "kind": "staff",
        "id": str(uuid.uuid4()),
        "name": "Mara Lindqvist",
        "acting_as": {"contact_id": contact, "name": "Imogen Hartley", "impersonation_id": "v1"},
    }
    invoice = with_everything(rpc, session, mine)["invoice_id"]
    refused = refusal_of(lambda: portal(mine, "portal_pay_invoice", invoice_id=invoice, caller=impersonation))
    assert (refused.code, refused.extra["permission"]) == ("impersonation-denied", "portal.invoices.pay")
    assert portal(mine, "portal_owed")["credit_balance"] == eur("5.00")
    order = portal(
        mine, "portal_place_order", items=[{"product_id": product, "billing_cycle": "monthly"}], caller=impersonation
    )
    assert order["status"] == "pending" and order["placed_by"] == {"kind": "staff", "name": None}
    event = next(event for event in events_of(session, mine) if event["type"] == "order.placed.v1")
    assert event["actor"] == {"kind": "staff", "id": impersonation["id"]} and event["acting_as"] == {
        "contact_id": contact
    }


def test_one_key_of_an_impersonator_orders_for_each_client_apart(portal, client, product):
    impersonation = {
        "kind": "staff",
        "id": str(uuid.uuid4()),
        "idempotency_key": "k" * 20,
        "acting_as": {"contact_id": str(uuid.uuid4()), "name": "Imogen Hartley", "impersonation_id": "v1"},
    }
    items = [{"product_id": product, "billing_cycle": "monthly"}]
    first, second = (portal(client(), "portal_place_order", items=items, caller=impersonation) for _ in range(2))
    assert first["number"] != second["number"]


def test_the_catalogue_and_the_quote_are_what_the_order_then_comes_to(portal, client, product):
    mine = client(group_discount="20")
    sold = portal(mine, "portal_catalogue")
    assert (sold["currency"], sold["discount_percent"]) == ("EUR", "20")
    assert sold["products"] == [
        {
            "id": product,
            "name": "Managed WordPress",
            "description": "",
            "takes_domain": True,
            "prices": [
                {"billing_cycle": "monthly", "list_price": eur("24.00"), "price": eur("19.20")},
                {"billing_cycle": "annual", "list_price": eur("259.20"), "price": eur("207.36")},
            ],
        }
    ]
    items = [{"product_id": product, "billing_cycle": "annual", "domain": "new.example"}]
    assert portal(mine, "portal_quote", items=items)["total"] == eur("248.83")
    order = portal(mine, "portal_place_order", items=items)
    assert order["total"] == eur("248.83") and order["placed_by"] == {"kind": "contact", "name": "Imogen Hartley"}
    assert portal(mine, "portal_invoice", invoice_id=order["invoice_id"])["status"] == "unpaid"
    assert portal(mine, "portal_subscriptions", status="pending")["page"]["total"] == 1


def test_of_a_domain_a_client_sets_renewal_and_nameservers_and_nothing_else(portal, client, session):
    mine = client()
    domain = str(billing_rows.domain(session, mine, "mine.example"))
    changed = portal(
        mine, "portal_update_domain", domain_id=domain, auto_renew=False, nameservers=["ns8.example", "ns9.example"]
    )
    assert (changed["auto_renew"], changed["nameservers"]) == (False, ["ns8.example", "ns9.example"])
    for field, value in (("expires_on", "2040-01-01"), ("registrar", "Mine"), ("status", "cancelled")):
        refused = refusal_of(lambda f=field, v=value: portal(mine, "portal_update_domain", domain_id=domain, **{f: v}))
        assert (refused.code, refused.errors[0]["pointer"]) == ("unknown-field", f"/{field}")


@pytest.mark.usefixtures("default_limits")
def test_so_many_orders_of_a_client_wait_for_payment_and_so_many_are_placed_an_hour(
    portal, client, rpc, product, session
):
    mine, items = client(), [{"product_id": product, "billing_cycle": "monthly"}]
    for _ in range(most_of("unpaid-orders-of-client")):
        portal(mine, "portal_place_order", items=items)
    waits = refusal_of(lambda: portal(mine, "portal_place_order", items=items))
    assert (waits.code, waits.extra["limit"]) == ("too-many-requests", "unpaid-orders-of-client")
    assert waits.extra["retry_after"] > 0 and "wait for payment" in waits.detail
    portal(client(), "portal_place_order", items=items)
    rpc("place_order", client_id=mine, items=items)
    session.execute(update(Order).values(status="cancelled"))
    session.commit()
    for _ in range(most_of("orders-of-client") - most_of("unpaid-orders-of-client")):
        portal(mine, "portal_place_order", items=items)
    assert refusal_of(lambda: portal(mine, "portal_place_order", items=items)).extra["limit"] == "orders-of-client"
