"""Orders: what placing one makes, how it is approved, and how it ends otherwise."""

import uuid

import pytest
from sqlalchemy import func, select, update

from services.billing.models import Domain, Invoice, Order, Product, Subscription
from tests.support import billing_rows
from tests.support.outbox_helpers import events_of, refusal_of

PRICES = {"monthly": "24.00", "annual": "259.20", "one_time": "49.99"}


@pytest.fixture
def client(known):
    """`client(...)`: the id of a client that exists, in euro, taxed, without discount unless given."""

    def make(**given) -> str:
        client_id = str(uuid.uuid4())
        known[client_id] = {"currency": "EUR", **given}
        return client_id

    return make


@pytest.fixture
def product(rpc):
    """A product at 24.00 a month, 259.20 a year and 49.99 once, in euro, taxed at 20 percent; its id."""
    prices = [{"billing_cycle": cycle, "currency": "EUR", "amount": amount} for cycle, amount in PRICES.items()]
    return rpc("create_product", name="Managed WordPress", tax_rate="20", prices=prices)["id"]


def item(product: str, cycle: str = "monthly", domain: str | None = None) -> dict:
    return {"product_id": product, "billing_cycle": cycle, **({"domain": domain} if domain else {})}


def eur(amount: str) -> dict:
    return {"amount": amount, "currency": "EUR"}


def types(session, client_id) -> list[str]:
    return [event["type"].removesuffix(".v1") for event in events_of(session, client_id)]


def place(rpc, client_id, *items, **options):
    return rpc("place_order", client_id=client_id, items=list(items), **options)


def test_one_transaction_makes_the_order_its_services_its_domain_and_its_invoice(rpc, session, client, product):
    buyer = client()
    order = place(rpc, buyer, item(product, domain="Bücher.example"), item(product, "annual"))
    assert (order["number"], order["status"], order["total"]) == ("ORD-00001", "pending", eur("339.84"))
    assert order["placed_by"]["name"] == "Ada Staff" and order["placed_by"]["acting_as"] is None
    assert [(one["domain"], one["price"]) for one in order["items"]] == [
        ("bücher.example", eur("24.00")),
        (None, eur("259.20")),
    ]
    assert types(session, buyer) == [
        "billing_account.opened",
        "order.placed",
        "subscription.created",
        "subscription.created",
        "domain.added",
        "invoice.published",
    ]
    invoice = rpc("get_invoice", client_id=buyer, invoice_id=order["invoice_id"])
    assert (invoice["status"], invoice["number"], invoice["subtotal"], invoice["tax_total"], invoice["total"]) == (
        "unpaid",
        order["invoice_number"],
        eur("283.20"),
        eur("56.64"),
        eur("339.84"),
    )
    assert [line["description"] for line in invoice["lines"]] == [
        f"Managed WordPress, monthly (bücher.example), {order['items'][0]['service_number']}",
        f"Managed WordPress, annual, {order['items'][1]['service_number']}",
    ]
    (domain,) = rpc("list_domains", client_id=buyer)["data"]
    assert (domain["name"], domain["status"], order["items"][0]["domain_id"]) == (
        "bücher.example",
        "pending",
        domain["id"],
    )
    totals = rpc("totals_for", client_ids=[buyer])[buyer]
    assert (totals["outstanding"], totals["active_services"], totals["counts"]["pending_services"]) == (
        eur("339.84"),
        0,
        2,
    )
    assert rpc("get_order", client_id=buyer, order_id=order["id"]) == order
    assert rpc("list_orders", client_id=buyer)["counts"] == {"pending": 1, "active": 0, "fraud": 0, "cancelled": 0}


def test_a_service_tells_the_order_that_brought_it_and_what_billed_it_to_who_may_view_these(
    rpc, client, product, make_caller
):
    buyer = client(group_discount="12.50")
    order = place(rpc, buyer, item(product, "one_time"), item(product))
    invoice = rpc("get_invoice", client_id=buyer, invoice_id=order["invoice_id"])
    asked = {"client_id": buyer, "service_id": order["items"][0]["service_id"]}
    service = rpc("get_subscription", **asked)
    assert service["number"] == order["items"][0]["service_number"]
    assert service["order"] == {"id": order["id"], "number": order["number"], "status": "pending"}
    assert service["invoices"] == [
        {
            "id": invoice["id"],
            "number": invoice["number"],
            "status": "unpaid",
            "issue_date": invoice["issue_date"],
            "amount": eur("43.74"),
        }
    ]
    blind = rpc("get_subscription", make_caller(client_id=buyer, permissions=["services.view"]), **asked)
    assert (blind["number"], blind["order"], blind["invoices"]) == (service["number"], None, None)


def test_the_event_tells_items_discount_and_invoice(rpc, session, client, product):
    buyer = client(group_discount="12.50")
    order = place(rpc, buyer, item(product, "one_time"))
    facts = next(event["facts"] for event in events_of(session, buyer) if event["type"] == "order.placed.v1")
    assert facts["items"] == [
        {
            "product_id": product,
            "subscription_id": order["items"][0]["service_id"],
            "domain_id": None,
            "product": "Managed WordPress",
            "billing_cycle": "one_time",
            "domain": None,
            "list_price": eur("49.99"),
            "price": eur("43.74"),
        }
    ]
    assert (facts["discount_percent"], facts["invoice_id"], facts["total"]) == (
        "12.5",
        order["invoice_id"],
        eur("52.49"),
    )


def test_the_group_s_discount_lowers_unit_prices_before_tax_and_is_shown(rpc, client, product):
    buyer = client(group_discount="12.50")
    order = place(rpc, buyer, item(product, "one_time"), item(product))
    assert [(one["list_price"], one["price"]) for one in order["items"]] == [
        (eur("49.99"), eur("43.74")),
        (eur("24.00"), eur("21.00")),
    ]
    invoice = rpc("get_invoice", client_id=buyer, invoice_id=order["invoice_id"])
    assert [line["unit_price"] for line in invoice["lines"]] == [eur("43.74"), eur("21.00")]
    number = order["items"][0]["service_number"]
    assert invoice["lines"][0]["description"] == f"Managed WordPress, one-time, less 12.5% discount, {number}"
    assert (invoice["tax_total"], order["total"]) == (eur("12.95"), eur("77.69"))


def test_a_quote_is_what_the_order_then_comes_to_and_orders_nothing(rpc, session, client, product):
    buyer = client(group_discount="12.50")
    wanted = [item(product, "one_time"), item(product)]
    quote = rpc("quote_order", client_id=buyer, items=wanted)
    assert session.scalar(select(func.count()).select_from(Order)) == 0
    order = place(rpc, buyer, *wanted)
    invoice = rpc("get_invoice", client_id=buyer, invoice_id=order["invoice_id"])
    assert [quote[name] for name in ("subtotal", "tax_total", "total")] == [
        invoice[name] for name in ("subtotal", "tax_total", "total")
    ]
    assert (quote["list_total"], quote["discount"], quote["discount_percent"]) == (eur("73.99"), eur("-9.25"), "12.5")


def test_a_tax_exempt_client_pays_no_tax(rpc, client, product):
    order = place(rpc, client(tax_exempt=True), item(product))
    assert order["total"] == eur("24.00")


def test_what_is_not_sold_is_named_by_its_item_and_nothing_is_made(rpc, session, client, product):
    retired = rpc("create_product", name="Old", prices=[{"billing_cycle": "monthly", **eur("1.00")}])["id"]
    rpc("update_product", product_id=retired, version=1, retired=True)
    buyer, in_yen = client(), client(currency="JPY")
    nobody = str(uuid.uuid4())
    refusal = refusal_of(
        lambda: place(rpc, buyer, item(retired), item(product), item(product, "biennial"), item(nobody))
    )
    assert (refusal.status, refusal.code) == (422, "validation")
    assert [(error["pointer"], error["message"]) for error in refusal.errors] == [
        ("/items/0/product_id", "This product is not sold."),
        ("/items/2/product_id", "Managed WordPress has no price for biennial billing in EUR."),
        ("/items/3/product_id", "This product is not sold."),
    ]
    refusal = refusal_of(lambda: place(rpc, in_yen, item(product)))
    assert refusal.errors[0]["message"] == "Managed WordPress has no price for monthly billing in JPY."
    assert all(session.scalar(select(func.count()).select_from(model)) == 0 for model in (Order, Invoice, Subscription))


ITEM = {"product_id": "0192f0c1-2345-7abc-8def-0123456789ab", "billing_cycle": "monthly"}


@pytest.mark.parametrize(
    ("items", "pointer"),
    [
        ([], "/items"),
        ("x", "/items"),
        ([ITEM] * 21, "/items"),
        ([{**ITEM, "product_id": "x"}], "/items/0/product_id"),
        ([{**ITEM, "billing_cycle": "weekly"}], "/items/0/billing_cycle"),
        ([{**ITEM, "domain": "no dots"}], "/items/0/domain"),
        ([ITEM, {**ITEM, "domain": "a\x00.example"}], "/items/1/domain"),
        ([{**ITEM, "price": "1"}], "/items/0/price"),
    ],
)
def test_a_faulty_item_is_named(rpc, client, items, pointer):
    refusal = refusal_of(lambda: rpc("place_order", client_id=client(), items=items))
    assert refusal.status == 422 and pointer in [error["pointer"] for error in refusal.errors]


def test_what_is_sold_without_a_domain_is_not_ordered_with_one(rpc, session, client, product):
    buyer = client()
    prices = [{"billing_cycle": "monthly", "currency": "EUR", "amount": "19.00"}]
    backup = rpc("create_product", name="Backup", takes_domain=False, prices=prices)["id"]
    with_one = [item(product, domain="shop.example"), item(backup, domain="shop.example")]
    for method in ("quote_order", "place_order"):
        refusal = refusal_of(lambda m=method: rpc(m, client_id=buyer, items=with_one))
        assert [(error["pointer"], error["message"]) for error in refusal.errors] == [
            ("/items/1/domain", "Backup is sold without a domain.")
        ]
    assert session.scalar(select(func.count()).select_from(Order)) == 0
    assert place(rpc, buyer, item(product, domain="shop.example"), item(backup))["total"] == eur("47.80")


def test_a_domain_on_the_record_is_used_and_somebody_else_s_is_refused(rpc, session, client, product):
    first, other = client(), client()
    place(rpc, first, item(product, domain="shop.example"), item(product, "annual", "SHOP.example"))
    place(rpc, first, item(product, domain="shop.example"))
    assert rpc("list_domains", client_id=first)["page"]["total"] == 1
    rpc("approve_order", client_id=first, order_id=rpc("list_orders", client_id=first)["data"][-1]["id"])
    refusal = refusal_of(lambda: place(rpc, other, item(product), item(product, domain="shop.example")))
    assert (refusal.code, refusal.errors[0]["pointer"]) == ("duplicate", "/items/1/domain")
    assert session.scalar(select(func.count()).select_from(Order)) == 2


def test_an_order_that_nobody_has_paid_keeps_a_name_from_nobody_and_the_first_approval_takes_it(
    rpc, session, client, product
):
    slow, quick = client(), client()
    late = place(rpc, slow, item(product, domain="shop.example"))
    paid = place(rpc, quick, item(product, domain="shop.example"))
    rpc("approve_order", client_id=quick, order_id=paid["id"])
    assert rpc("list_domains", client_id=quick)["data"][0]["status"] == "active"
    assert rpc("approve_order", client_id=slow, order_id=late["id"])["status"] == "active"
    (domain,) = rpc("list_domains", client_id=slow)["data"]
    assert domain["status"] == "cancelled"
    assert types(session, slow)[-3:] == ["order.approved", "subscription.activated", "domain.status_changed"]


def test_whose_a_domain_is_is_not_told_in_the_portal(rpc, session, client, product, make_caller):
    owner, curious = client(), client()
    rpc("approve_order", client_id=owner, order_id=place(rpc, owner, item(product, domain="shop.example"))["id"])
    caller = make_caller(kind="contact", client_id=str(curious), permissions=("portal.orders.place", "portal.home"))
    refusal = refusal_of(lambda: rpc("portal_place_order", caller=caller, items=[item(product, domain="shop.example")]))
    assert (refusal.code, "already" in refusal.detail, "cannot be ordered here" in refusal.detail) == (
        "duplicate",
        False,
        True,
    )


def test_approval_makes_services_and_domain_active_and_leaves_the_invoice_owed(rpc, session, client, product):
    buyer = client()
    order = place(rpc, buyer, item(product, domain="shop.example"), item(product, "one_time"))
    approved = rpc("approve_order", client_id=buyer, order_id=order["id"])
    assert (approved["status"], approved["invoice_status"]) == ("active", "unpaid")
    services = rpc("list_subscriptions", client_id=buyer)["data"]
    assert [one["status"] for one in services] == ["active", "active"]
    assert {one["billing_cycle"]: one["next_due_date"] is not None for one in services} == {
        "monthly": True,
        "one_time": False,
    }
    assert rpc("list_domains", client_id=buyer)["data"][0]["status"] == "active"
    assert types(session, buyer)[-4:] == [
        "order.approved",
        "subscription.activated",
        "subscription.activated",
        "domain.status_changed",
    ]
    activated = next(event for event in events_of(session, buyer) if event["type"] == "subscription.activated.v1")
    assert activated["changes"] == [
        {"field": "status", "old": "pending", "new": "active"},
        {"field": "next_due_date", "old": None, "new": activated["facts"]["next_due_date"]},
    ]
    assert rpc("totals_for", client_ids=[buyer])[buyer]["active_services"] == 2


def test_the_invoice_s_payment_approves_the_order_in_the_same_transaction(rpc, session, client, product):
    buyer = client()
    order = place(rpc, buyer, item(product))
    rpc("mark_invoice_paid", client_id=buyer, invoice_id=order["invoice_id"])
    assert rpc("get_order", client_id=buyer, order_id=order["id"])["status"] == "active"
    assert types(session, buyer)[-4:] == [
        "payment.recorded",
        "invoice.paid",
        "order.approved",
        "subscription.activated",
    ]
    assert len({event["cause"] for event in events_of(session, buyer)[-4:]}) == 1


def test_a_part_payment_approves_nothing(rpc, client, product):
    buyer = client()
    order = place(rpc, buyer, item(product))
    rpc(
        "record_payment",
        client_id=buyer,
        invoice_id=order["invoice_id"],
        amount=eur("28.79"),
        date="2026-11-22",
        gateway="bank",
    )
    assert rpc("get_order", client_id=buyer, order_id=order["id"])["status"] == "pending"


def test_an_order_that_comes_to_nothing_is_paid_and_approved_at_once(rpc, session, client, product):
    buyer = client(group_discount="100")
    order = place(rpc, buyer, item(product))
    assert (order["status"], order["invoice_status"], order["total"]) == ("active", "paid", eur("0.00"))
    assert types(session, buyer)[1:] == [
        "order.placed",
        "subscription.created",
        "invoice.published",
        "invoice.paid",
        "order.approved",
        "subscription.activated",
    ]


@pytest.mark.parametrize(
    ("way", "status", "event", "reason"),
    [
        ("cancel_order", "cancelled", "order.cancelled", "ORD-00001 was cancelled"),
        ("mark_order_fraud", "fraud", "order.marked_fraud", "ORD-00001 was marked as fraud"),
    ],
)
def test_an_order_that_ends_takes_back_what_waited_for_it(rpc, session, client, product, way, status, event, reason):
    buyer = client()
    order = place(rpc, buyer, item(product, domain="shop.example"))
    ended = rpc(way, client_id=buyer, order_id=order["id"])
    assert (ended["status"], ended["invoice_status"]) == (status, "cancelled")
    assert types(session, buyer)[-4:] == [event, "subscription.cancelled", "domain.status_changed", "invoice.cancelled"]
    facts = next(one["facts"] for one in events_of(session, buyer) if one["type"] == "subscription.cancelled.v1")
    assert (facts["reason"], facts["status"]) == (reason, "cancelled")
    assert rpc("list_domains", client_id=buyer)["data"][0]["status"] == "cancelled"
    assert rpc("totals_for", client_ids=[buyer])[buyer]["outstanding"] == eur("0.00")


def test_an_order_with_money_on_its_invoice_does_not_end_and_says_what_to_undo(rpc, session, client, product):
    buyer = client()
    order = place(rpc, buyer, item(product))
    rpc(
        "record_payment",
        client_id=buyer,
        invoice_id=order["invoice_id"],
        amount=eur("10.00"),
        date="2026-11-22",
        gateway="bank",
    )
    before = types(session, buyer)
    for way in ("cancel_order", "mark_order_fraud"):
        refusal = refusal_of(lambda way=way: rpc(way, client_id=buyer, order_id=order["id"]))
        assert refusal.code == "invalid-state" and "has money on it: refund €10.00 of payments first." in refusal.detail
    assert types(session, buyer) == before
    assert rpc("get_order", client_id=buyer, order_id=order["id"])["status"] == "pending"


def test_what_staff_cancelled_meanwhile_stays_so_when_the_order_is_approved(rpc, client, product):
    buyer = client()
    order = place(rpc, buyer, item(product), item(product, "annual"))
    rpc("cancel_subscription", client_id=buyer, service_id=order["items"][0]["service_id"], reason="Not wanted")
    rpc("approve_order", client_id=buyer, order_id=order["id"])
    assert [one["status"] for one in rpc("list_subscriptions", client_id=buyer)["data"]] == ["active", "cancelled"]


@pytest.mark.parametrize("state", ["active", "fraud", "cancelled"])
def test_only_a_pending_order_changes(rpc, session, account, state):
    buyer = account()
    order = billing_rows.order(session, buyer, 7, status=state)
    for way in ("approve_order", "cancel_order", "mark_order_fraud"):
        refusal = refusal_of(lambda way=way: rpc(way, client_id=buyer, order_id=order))
        assert (refusal.code, refusal.detail) == (
            "invalid-state",
            f"ORD-00007 is {state}; only a pending order changes.",
        )
    assert events_of(session, buyer) == []


def test_an_order_of_another_client_is_like_one_that_does_not_exist(rpc, session, account):
    mine, foreign = account(), billing_rows.order(session, account(), 7, status="pending")
    for order in (foreign, uuid.uuid4(), "ORD-00007"):
        for way in ("get_order", "approve_order", "cancel_order", "mark_order_fraud"):
            assert refusal_of(lambda w=way, o=order: rpc(w, client_id=mine, order_id=o)).code == "not-found"


def test_who_placed_it_is_kept_with_whom_they_acted_as(rpc, client, product, make_caller):
    buyer = client()
    impersonator = make_caller(
        client_id=buyer,
        permissions=("portal.orders.place",),
        acting_as={"contact_id": str(uuid.uuid4()), "name": "Imogen Hartley"},
    )
    placed = rpc("portal_place_order", impersonator, items=[item(product)])
    assert placed["placed_by"] == {"kind": "staff", "name": None}
    by = rpc("get_order", client_id=buyer, order_id=placed["id"])["placed_by"]
    assert (by["kind"], by["name"], by["acting_as"]["name"]) == ("staff", "Ada Staff", "Imogen Hartley")


def test_numbers_have_no_gap_though_orders_are_refused_and_placed_at_once(
    module_calls, rpc, client, product, make_caller, session
):
    buyers = [client() for _ in range(6)]
    refusal_of(lambda: place(rpc, buyers[0], item(str(uuid.uuid4()))))
    pending = [
        module_calls.start(
            make_caller(client_id=buyer),
            "billing.place_order",
            seconds=10,
            writes=True,
            client_id=buyer,
            items=[item(product)],
        )
        for buyer in buyers
    ]
    assert sorted(call.result()["number"] for call in pending) == [f"ORD-{number:05d}" for number in range(1, 7)]


def test_the_same_key_places_one_order_and_another_body_is_refused(rpc, session, client, product, make_caller):
    buyer = client()
    caller = make_caller(client_id=buyer, idempotency_key="key-0123456789abcdef")
    assert place(rpc, buyer, item(product), caller=caller) == place(rpc, buyer, item(product), caller=caller)
    assert session.scalar(select(func.count()).select_from(Order)) == 1
    refusal = refusal_of(lambda: place(rpc, buyer, item(product, "annual"), caller=caller))
    assert refusal.code == "idempotency-reuse"


def test_a_sold_service_keeps_name_and_price_when_its_product_changes(rpc, session, client, product):
    buyer = client()
    order = place(rpc, buyer, item(product))
    rpc(
        "update_product",
        product_id=product,
        version=1,
        name="WP",
        prices=[{"billing_cycle": "monthly", **eur("99.00")}],
    )
    rpc("approve_order", client_id=buyer, order_id=order["id"])
    (service,) = rpc("list_subscriptions", client_id=buyer)["data"]
    assert (service["product"], service["price"]) == ("Managed WordPress", eur("24.00"))


def test_a_price_too_large_to_bill_is_refused_by_its_item(rpc, session, client, product):
    session.execute(update(Product).where(Product.id == uuid.UUID(product)).values(tax_rate=100))
    session.commit()
    rpc(
        "update_product", product_id=product, version=1, prices=[{"billing_cycle": "monthly", **eur("999999999999.99")}]
    )
    refusal = refusal_of(lambda: place(rpc, client(), item(product)))
    assert (refusal.status, refusal.errors[0]["pointer"]) == (422, "/items")
    assert session.scalar(select(func.count()).select_from(Domain)) == 0
