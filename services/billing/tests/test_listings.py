"""Lists over all clients: orders, filters, searches and totals, on indexes."""

import uuid
from datetime import UTC, date, datetime
from functools import partial

import pytest

from chassis.errors import ServiceProblem
from chassis.filters.fields import Kind
from chassis.listings import listing
from chassis.listings.counts import FRESH_SECONDS, CachedCounts
from chassis.permissions import Permission
from services.billing import filter_fields
from services.billing.models import Payment
from services.billing.queries import listing_pages, quoted, waiting
from services.billing.schemas import listings as schemas
from tests.support import billing_rows

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LISTS = {
    "invoices": (listing_pages.all_invoices, schemas.AllInvoices),
    "payments": (listing_pages.all_payments, schemas.AllPayments),
    "orders": (listing_pages.all_orders, schemas.AllOrders),
    "services": (listing_pages.all_services, schemas.AllServices),
    "domains": (listing_pages.all_domains, schemas.AllDomains),
}
ANSWERS = {
    "invoices": schemas.AllInvoicesAnswer,
    "payments": schemas.AllPaymentsAnswer,
    "orders": schemas.AllOrdersAnswer,
    "services": schemas.AllServicesAnswer,
    "domains": schemas.AllDomainsAnswer,
}


def page(session, kind: str, **given) -> dict:
    """A page of a list as the RPC method answers it, its arguments and the answer held to their schemas."""
    read, arguments = LISTS[kind]
    answer = read(session, now=NOW, **arguments().load(given))
    assert ANSWERS[kind]().validate(answer) == {}
    return answer


def numbers(session, kind: str, **given) -> list[str]:
    return [row["number"] for row in page(session, kind, **given)["data"]]


def pay(session, client, invoice, **values):
    return billing_rows.add(
        session,
        Payment,
        client_id=client,
        invoice_id=invoice,
        **{
            "currency": "EUR",
            "amount_minor": 500,
            "paid_on": TODAY,
            "gateway": "card",
            "actor_kind": "staff",
            **values,
        },
    )


@pytest.fixture
def owed(session, account) -> dict:
    """Invoices of a client in euro and of one in yen: overdue since 1, 31 and 61 days, due, paid, and a draft."""
    euro, yen = account("EUR"), account("JPY")
    for number, due in ((1, date(2026, 11, 21)), (2, date(2026, 10, 22)), (3, date(2026, 9, 22))):
        billing_rows.invoice(session, euro, number, status="overdue", due_date=due, paid_minor=100)
    billing_rows.invoice(session, euro, 4, due_date=date(2026, 11, 22), issue_date=date(2026, 11, 8))
    billing_rows.invoice(session, euro, 5, status="paid", paid_minor=1200, issue_date=date(2026, 11, 9))
    billing_rows.invoice(session, yen, 6, status="overdue", currency="JPY", due_date=date(2026, 11, 1))
    billing_rows.invoice(session, euro, None, status="draft", issue_date=None, due_date=None)
    return {"euro": euro, "yen": yen}


@pytest.mark.parametrize(
    "given, found",
    [
        ({}, [None, 5, 4, 6, 3, 2, 1]),
        ({"sort": "issued"}, [1, 2, 3, 6, 4, 5, None]),
        ({"status": "overdue", "sort": "due"}, [3, 2, 6, 1]),
        ({"status": "overdue,draft", "sort": "-due"}, [None, 1, 6, 2, 3]),
        ({"status": "unpaid,overdue", "sort": "-balance"}, [6, 4, 3, 2, 1]),
        ({"currency": "JPY"}, [6]),
        ({"from": "2026-11-08", "to": "2026-11-08"}, [4]),
        ({"due_from": "2026-11-21", "due_to": "2026-11-22", "sort": "due"}, [1, 4]),
        ({"filter": "status = overdue AND due < -30d", "sort": "due"}, [3, 2]),
        ({"filter": "balance > 11 EUR"}, [4]),
        ({"filter": "number = null OR total = 1200 JPY"}, [None, 6]),
        ({"filter": "issued = 2026-11-08", "status": "unpaid"}, [4]),
        ({"filter": "", "q": "INV-00004"}, [4]),
        ({"q": "ORD-4"}, []),
        ({"q": "nobody"}, []),
    ],
)
def test_invoices_are_sorted_filtered_and_found(session, owed, given, found):
    listed = [number and int(number[4:]) for number in numbers(session, "invoices", **given)]
    ties = {frozenset({1, 2, 3})} if given.get("sort") == "-balance" else set()
    if ties:
        assert listed[:2] == found[:2] and set(listed[2:]) == set(found[2:])
    else:
        assert listed == found


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({}, 7),
        ({"filter": "status = overdue AND due < -30d"}, 2),
        ({"q": "INV-00004"}, 1),
        ({"q": "lee", "clients": ["yen"]}, 1),
        ({"q": "nobody", "filter": "status = paid"}, 0),
    ],
)
def test_a_view_s_count_is_that_of_the_list(session, owed, asked, rows):
    asked = {"q": None, "filter": "", **asked, "clients": [owed[one] for one in asked.get("clients", [])]}
    assert listing_pages.count_listed(session, "invoices", now=NOW, **asked) == (rows, True)


def test_what_is_counted_of_a_list_is_kept_for_half_a_minute_and_what_is_wrong_stands_beside_it(session, owed):
    now = [0.0]
    counts = CachedCounts(lambda: now[0])
    count = partial(listing_pages.count_listed, session, "payments", now=NOW)
    asked = [{"q": "", "clients": [], "filter": filter} for filter in ("amount > 0", "amuont > 0")]
    asked.append({"q": "ab", "clients": [], "filter": ""})
    counted, unknown, short = counts.of_list("payments", asked, count)["data"]
    assert counted == {"total": 0, "exact": True, "fault": None}
    assert unknown["total"] is None and "amount" in unknown["fault"] and "3 characters" in short["fault"]
    pay(session, owed["euro"], billing_rows.invoice(session, owed["euro"], 9))
    assert counts.of_list("payments", asked, count)["data"][0]["total"] == 0
    now[0] = FRESH_SECONDS + 1
    assert counts.of_list("payments", asked, count)["data"][0]["total"] == 1


def test_totals_are_by_currency_and_age(session, owed):
    euro, yen = page(session, "invoices", status="unpaid,overdue", limit=1)["totals"]
    assert (euro["currency"], euro["count"], euro["total"], euro["amount_due"]) == (
        "EUR",
        4,
        {"amount": "48.00", "currency": "EUR"},
        {"amount": "45.00", "currency": "EUR"},
    )
    assert [one["amount"]["amount"] for one in euro["ageing"]] == ["12.00", "11.00", "11.00", "11.00"]
    assert (yen["currency"], yen["count"], yen["amount_due"]["amount"]) == ("JPY", 1, "1200")


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("sort", ["", "-"])
def test_all_pages_have_each_row_once_forwards_and_back(session, account, kind, sort):
    for _ in range(3):
        one_of_each(session, account(), 4)
    names = schemas_sorts(kind)
    for name in names:
        whole = [row["id"] for row in page(session, kind, sort=sort + name)["data"]]
        forwards, cursor = [], None
        while cursor is not None or not forwards:
            part = page(session, kind, sort=sort + name, limit=5, **({"after": cursor} if cursor else {}))
            forwards.append([row["id"] for row in part["data"]])
            cursor, first = part["page"]["next"], part["page"]["prev"]
        assert sum(forwards, []) == whole and len(whole) == 12
        back = page(session, kind, sort=sort + name, limit=5, before=first)
        assert [row["id"] for row in back["data"]] == forwards[-2]


def schemas_sorts(kind: str) -> list[str]:
    choices = LISTS[kind][1]().fields["sort"].validate.choices
    return [choice for choice in choices if not choice.startswith("-")]


def one_of_each(session, client, count: int) -> None:
    for _ in range(count):
        number = uuid.uuid4().int % 10**9
        invoice = billing_rows.invoice(session, client, number)
        pay(session, client, invoice, reference=f"SEPA {number}")
        billing_rows.order(session, client, number)
        billing_rows.subscription(session, client, next_due_date=date(2026, 12, 1))
        billing_rows.domain(session, client, name=f"d{number}.example", expires_on=date(2027, 1, 1))


def test_a_list_of_too_many_rows_has_an_estimate_and_no_totals(session, owed, monkeypatch):
    monkeypatch.setattr(listing, "SUMMED_TO", 0)
    found = page(session, "invoices", limit=2)
    assert (found["totals"], found["page"]["exact"]) == (None, False)


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_is_narrowed_to_a_client_and_to_the_clients_that_a_name_has_found(session, account, kind):
    mine, other = account(), account()
    one_of_each(session, mine, 1)
    one_of_each(session, other, 1)
    assert {row["client_id"] for row in page(session, kind, client=str(mine))["data"]} == {str(mine)}
    found = page(session, kind, q="brightwater", clients=[str(other)])["data"]
    assert {row["client_id"] for row in found} == {str(other)}
    assert page(session, kind, q="brightwater")["data"] == []


def test_a_payment_is_found_by_its_reference_and_by_its_invoice_and_leads_to_it(session, account):
    client = account()
    invoice = billing_rows.invoice(session, client, 2919)
    pay(session, client, invoice, reference="MERIDIAN FREIGHT RE INV 02919")
    pay(session, client, billing_rows.invoice(session, client, 7), reference=None, amount_minor=700, refunded_minor=50)
    for q in ("freight meridian", "INV-02919", "2919"):
        (found,) = page(session, "payments", q=q)["data"]
        assert found["invoice"] == {"id": str(invoice), "number": "INV-02919", "status": "unpaid"}
    assert numbers(session, "invoices", q="meridian") == ["INV-02919"]
    (total,) = page(session, "payments")["totals"]
    assert (total["count"], total["amount"]["amount"], total["refunded"]["amount"]) == (2, "12.00", "0.50")


def test_orders_of_a_day_begin_and_end_with_it_in_utc(session, account):
    client = account()
    for number, when in enumerate(((21, 23, 59), (22, 0, 0), (22, 23, 59), (23, 0, 0)), 1):
        billing_rows.order(session, client, number, placed_at=datetime(2026, 11, *when, tzinfo=UTC))
    assert numbers(session, "orders", **{"from": "2026-11-22", "to": "2026-11-22"}) == ["ORD-00003", "ORD-00002"]


def test_services_come_to_so_much_in_a_month(session, account):
    client = account()
    for cycle, minor in (("monthly", 1000), ("annual", 1000), ("annual", 200), ("one_time", 99_999)):
        billing_rows.subscription(session, client, billing_cycle=cycle, price_minor=minor)
    (total,) = page(session, "services")["totals"]
    assert (total["count"], total["monthly"]["amount"]) == (4, "11.00")
    assert len(page(session, "services", q="cloud vps")["data"]) == 4


def test_domains_are_filtered_by_what_becomes_of_them(session, account):
    client = account()
    billing_rows.domain(session, client, name="xn--bcher-kva.example", auto_renew=False, expires_on=date(2026, 11, 29))
    billing_rows.domain(session, client, name="other.example", auto_renew=True, expires_on=None)
    for given in ({"auto_renew": "false"}, {"q": "bücher"}, {"to": "2026-11-29"}):
        found = page(session, "domains", **given)
        assert ([one["name"] for one in found["data"]], found["totals"]) == (["bücher.example"], [{"count": 1}])


@pytest.mark.parametrize(
    "kind, given",
    [
        ("invoices", {"status": "open"}),
        ("invoices", {"sort": "name"}),
        ("invoices", {"q": "ab"}),
        ("payments", {"from": "soon"}),
        ("orders", {"currency": "XXX"}),
        ("domains", {"client": "me"}),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(session, kind, given):
    assert LISTS[kind][1]().validate(given).keys() == given.keys()


def test_the_cursor_of_another_order_is_refused(session, owed):
    cursor = page(session, "invoices", limit=1)["page"]["next"]
    with pytest.raises(ServiceProblem):
        page(session, "invoices", sort="due", after=cursor)


def test_what_waits_is_counted_for_who_may_view_it(session, owed, account):
    client = owed["euro"]
    billing_rows.order(session, client, 1, status="pending")
    billing_rows.order(session, client, 2, status="active")
    for day in (date(2026, 11, 20), date(2026, 11, 29), date(2026, 11, 30)):
        billing_rows.domain(session, client, name=f"d{day}.example", status="active", expires_on=day)
    every = frozenset(Permission)
    assert waiting.count_waiting(session, every.__contains__, TODAY) == {"invoices": 4, "orders": 1, "domains": 2}
    held = {Permission.ORDERS_VIEW}
    assert waiting.count_waiting(session, held.__contains__, TODAY) == {"invoices": None, "orders": 1, "domains": None}


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("MERIDIAN FREIGHT RE INV 02919 RF", [2919]),
        ("inv-4402 INV:4403, 2026", [4402, 4403]),
        ("Hosting 2919/4402", [2919, 4402]),
        ("INV", []),
        ("REINV02919X 12a", []),
        ("0", []),
        ("9" * 30, []),
    ],
)
def test_numbers_are_read_out_of_what_a_payer_wrote(text, numbers):
    assert quoted.quoted_numbers(text) == numbers


def test_the_invoices_that_a_reference_quotes_are_found_what_is_owed_first(session, account):
    client = account()
    for number, status in ((2919, "paid"), (4402, "overdue"), (7, "unpaid")):
        billing_rows.invoice(session, client, number, status=status)
    found = quoted.quoted_invoices(session, "RE INV 02919, INV-04402 and 7")
    assert schemas.QuotedInvoices().validate(found) == {}
    assert [(one["number"], one["client_id"]) for one in found["data"]] == [
        ("INV-04402", str(client)),
        ("INV-02919", str(client)),
    ]
    assert quoted.quoted_invoices(session, "nothing")["data"] == []


@pytest.mark.parametrize("kind", LISTS)
def test_each_field_of_a_filter_can_be_asked_of_a_row(session, account, kind):
    one_of_each(session, account(), 1)
    for field in getattr(filter_fields, kind.upper()):
        for operator in field.kind.operators:
            value = {Kind.TEXT: "x", Kind.NUMBER: "7", Kind.MONEY: "0", Kind.FLAG: "true"}.get(field.kind, "today")
            value = field.choices[0] if field.choices else value
            assert page(session, kind, filter=f"{field.name} {operator} {value}")["page"]["exact"] is True
        if field.nullable:
            assert page(session, kind, filter=f"{field.name} = null OR {field.name} != null")["page"]["total"] == 1


def test_a_filter_that_cannot_be_read_says_where(session, account):
    with pytest.raises(ServiceProblem) as refused:
        page(session, "invoices", filter="statis = paid")
    assert (refused.value.extra["position"], refused.value.extra["nearest"]) == (1, "status")
