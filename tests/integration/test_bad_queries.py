"""Query parameters and cursors that nobody sends by mistake: each is answered or refused by name, none breaks anything."""

import json
import re
import sys
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select

from chassis.db.paging import Order
from chassis.errors import ServiceProblem
from chassis.listings.listing import Listing
from chassis.testing.plugin import wait_until
from chassis.types.cursors import _checksum, read_cursor, write_cursor
from gateway.http.routing import BOTH, PORTAL, ROUTES, Route
from services.clients.models import Client
from services.clients.queries.client_orders import in_order
from services.clients.rules import ClientSort
from tests.conftest import STAFF_EMAIL, STAFF_PASSWORD
from tests.support.one_of_each import make_everything
from tests.support.portal_session import Person
from tests.support.route_sampler import ROUTES as API_ROUTES
from tests.support.route_sampler import ApiClient, address, name, pointers
from tests.support.staff_session import StaffBrowser
from tools.docs.openapi import path_of

NUL = "a%00b"
BAD = [
    "%00",
    NUL,
    "%ed%a0%80",
    quote("0001-01-01T00:00:00+14:00"),
    quote("9999-12-31T23:59:59-14:00"),
    quote("2026-01-01T00:00:00+00:00:00.5"),
    "0001-01-01",
    "9" * 30,
    "-1",
    quote('{"$gt": 1}'),
    quote("\u202e\u200b"),
    quote("'\";--"),
    "x" * 3000,
]
FORGED = [
    "\x00",
    "a\x00b",
    "\ud800",
    "",
    "x" * 600,
    "9" * 40,
    str(2**63),
    "-1",
    "nan",
    "Infinity",
    "maybe",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-01-01T00:00:00+00:00:00.5",
    "2026-01-01T00:00:00",
    "9999-12-31",
    "{}",
    None,
    True,
    7,
    1e300,
    [],
    {"a": 1},
]
NO_POSITION = [None]
READS = [route for route in API_ROUTES if route.method == "GET" and route.contract.query]
PAGED = [route for route in READS if "after" in route.contract.query]
# Their cursors are the gateway's own: gateway/tests/http/test_short_lists.py and composition/test_events.py forge them.
SHORT = {
    "/events",
    "/views",
    "/views/counts",
    "/client-groups",
    "/tags",
    "/custom-fields",
    "/products",
    "/me/sessions",
    "/me/tokens",
    "/clients/{client_id}/tags",
    "/clients/{client_id}/custom-fields",
    "/webhooks",
    "/webhooks/{endpoint_id}/secrets",
}
PAGES = [route for route in ROUTES if route.kind == "page" and route.method == "GET"]
ASKED = sorted(
    {one for route in API_ROUTES for one in route.contract.query}
    | {"below", "cause", "client", "sold", "next", "view", "columns", "id"}
)
# What is read by gateway/http/query_params.py has no NUL, as the API's reads show of each; these are read by pages themselves.
READ_ALONE = [["next"], ["reference"]]


@pytest.fixture(scope="module")
def ids(system) -> dict[str, str]:
    return make_everything(system)


@pytest.fixture(scope="module")
def ask(system) -> ApiClient:
    return ApiClient(system)


@pytest.fixture(scope="module")
def staff(system):
    browser = StaffBrowser(system.origin)
    browser.sign_in(STAFF_EMAIL, STAFF_PASSWORD)
    return browser


@pytest.fixture(scope="module")
def owner(system, ids):
    client = system.get(f"/clients/{ids['client_id']}").json()
    return Person(system).enter(client["profile"]["email"])


def in_time(get, path: str):
    """What is answered; asked again while a busy machine does not answer in time."""
    (answer,) = wait_until(
        lambda: [answer for answer in (get(path),) if answer.status_code not in (503, 504)], "an answer", seconds=30
    )
    return answer


def refused_by_name(answer, parameter: str) -> bool:
    return answer.status_code == 422 and set(pointers(answer)) == {f"/{parameter}"}


@pytest.mark.parametrize("route", READS, ids=name)
def test_a_bad_parameter_is_answered_or_refused_by_its_name(ask, ids, route: Route):
    needed = (
        {"format": "csv"} if "format" in route.contract.query else {"q": "abc"} if route.path.endswith("search") else {}
    )
    for parameter in route.contract.query:
        others = "".join(f"&{one}={value}" for one, value in needed.items() if one != parameter)
        for value in BAD:
            answer = in_time(partial(ask, "GET"), f"{address(route, ids)}?{parameter}={value}{others}")
            refused = refused_by_name(answer, parameter)
            assert refused or value not in (NUL, "%00") and answer.status_code == 200, (parameter, value, answer.text)


def joined(query: dict[str, str]) -> str:
    """A query whose values are as they are sent."""
    return "&".join(f"{one}={value}" for one, value in query.items())


def orders(service: str) -> list[Order]:
    """Every order of a list that the service has; what tests of paging make is none."""
    queries = [module for name, module in sys.modules.items() if name.startswith(f"services.{service}.queries.")]
    found = {it.name: it for module in queries for it in vars(module).values() if isinstance(it, Order)}
    listings = [it for module in queries for it in vars(module).values() if isinstance(it, Listing)]
    found |= {
        order.name: order for it in listings for one in it.orders for order in (it.order(one), it.order(f"-{one}"))
    }
    of_clients = ClientSort if service == "clients" else ()
    return [*found.values(), *(in_order(select(Client.id), Client, sort)[1] for sort in of_clients)]


def position(order: Order) -> list[str]:
    """Values that a cursor of `order` may have."""
    samples = ("1", "True", "2026-01-01", "2026-01-01T00:00:00+00:00", str(uuid.uuid4()))

    def first(parse) -> str:
        for sample in samples:
            try:
                read_cursor(write_cursor("x", [sample]), "x", [parse], "/after")
                return sample
            except ServiceProblem:
                pass
        raise AssertionError(f"no sample for {order.name}")

    return [first(parse) for parse in order.parse]


def forged(order: Order, values: list) -> str:
    payload = json.dumps([order.name, *values]).encode()
    return urlsafe_b64encode(_checksum(payload) + payload).decode().rstrip("=")


@pytest.mark.parametrize("route", [route for route in PAGED if path_of(route) not in SHORT], ids=name)
def test_a_forged_cursor_is_answered_or_refused_by_its_name(ask, ids, route: Route):
    """What `read_cursor` refuses, each list refuses: one of those is asked for; what it lets through, a database is to
    compare."""
    owners = ("clients.", "billing.") if "import_id" in route.path else ("",)
    ours = [
        (owner, order)
        for owner in owners
        for order in orders((owner or route.contract.rpc).partition(".")[0])
        if answers_to(ask, address(route, ids), owner, order)
    ]
    assert ours
    for owner, order in ours:
        for values in [*filter(partial(is_read, order), forgeries(position(order))), NO_POSITION]:
            for direction in ("after", "before"):
                path = f"{address(route, ids)}?{direction}={owner}{forged(order, values)}{sorted_by(order)}"
                answer = in_time(partial(ask, "GET"), path)
                read = answer.status_code == 200 and values is not NO_POSITION
                assert read or refused_by_name(answer, direction), (order.name, values, answer.text)


def is_read(order: Order, values: list) -> bool:
    """Whether `read_cursor` takes these values; it refuses others as a 422 at the cursor's name."""
    try:
        return bool(read_cursor(forged(order, values), order.name, order.parse, "/after"))
    except ServiceProblem as problem:
        assert [error["pointer"] for error in problem.errors] == ["/after"]
        return False


def answers_to(ask, path: str, owner: str, order: Order) -> bool:
    """Whether the list at `path` is in this order."""
    return ask("GET", f"{path}?after={owner}{forged(order, position(order))}{sorted_by(order)}").status_code == 200


def sorted_by(order: Order) -> str:
    return f"&sort={order.name.partition(':')[2]}" if ":" in order.name else ""


def forgeries(good: list[str]) -> Iterator[list]:
    """A position with one value that is none, then with too few and too many values."""
    for place in range(len(good)):
        for value in FORGED:
            yield [*good[:place], value, *good[place + 1 :]]
    yield from (good[:-1] or [1], [*good, "1"])


@pytest.mark.parametrize("route", [one for one in PAGES if one.origin != PORTAL], ids=lambda route: route.path)
def test_no_page_of_the_admin_breaks_by_a_parameter(staff, ids, route: Route):
    for asked in (ASKED, *READ_ALONE):
        answer = in_time(staff.get, f"{address(route, ids)}?{joined(dict.fromkeys(asked, NUL))}")
        assert answer.status_code < 500, (asked, answer.text)


@pytest.mark.parametrize("route", [one for one in PAGES if one.origin in (PORTAL, BOTH)], ids=lambda route: route.path)
def test_no_page_of_the_portal_breaks_by_a_parameter(owner, ids, route: Route):
    for asked in (ASKED, *READ_ALONE):
        answer = in_time(owner.get, f"{address(route, ids)}?{joined(dict.fromkeys(asked, NUL))}")
        assert answer.status_code < 500, (asked, answer.text)


def test_a_page_reads_its_parameters_by_one_function_but_for_those_that_are_asked_for_alone():
    sources = [path.read_text() for path in Path("gateway").rglob("*.py") if path.name != "query_params.py"]
    read = re.findall(r"request\.(?:args|values)\b(.{,20})", "".join(one for one in sources if "def test_" not in one))
    assert {re.match(r"\.get\(\"(\w+)\"", how)[1] for how in read} == {name for (name,) in READ_ALONE}
