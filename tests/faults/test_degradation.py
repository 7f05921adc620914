"""Every page with each service at fault in turn: it shows what is missing and how to retry, and the rest is as
ever."""

import re
from collections.abc import Collection, Iterator
from itertools import combinations, cycle
from statistics import median

import pytest

from deploy.services import SERVICES
from gateway.composition.activity import VERIFY_SECONDS
from tests.support.broker import as_user
from tests.support.browser.import_pages import small_files
from tests.support.browser.system import STAFF_EMAIL, System, run, wait_until
from tests.support.chassis.fake_service import GARBAGE, FakeService
from tests.support.page_crawler import Answer, Browser, Site, unseen

pytestmark = pytest.mark.faults

FAULTS = ("frozen", "down", "garbage", "slow")
LATE = 1.5  # seconds that an answer of a slow service takes; a page waits for one
INSTEAD = re.compile(  # what a page may say in place of what it could not read
    r"Temporarily unavailable|temporarily unavailable|Unknown|Retry|.+ are temporarily unavailable\.|"
    r"(.+ could not be read\. )?(The rest of this (record|page)|Everything else on this page) is up to date\.|"
    r"Services and Outstanding are as of|\d+ \w{3} \d{4}, \d\d:\d\d:\d\d|What has happened since is not in them yet\.|"
    r".+ could not be read\.|(System chain|Chain) could not be verified"
)
# What no link leads to: what a code opens once, steps of a form that was begun, files, addresses that lead elsewhere;
# and two dialogs about what takes an app's code, or ends by itself while the pages are looked at.
NOT_LINKED = {
    "/admin/waiting",
    # Asked for by scripts, of a job or a view that the demo has not, or of an invoice beyond the few that are followed.
    "/admin/live",
    "/admin/palette",
    "/admin/clients/views/counts",
    "/admin/clients/export/progress",
    "/admin/clients/views/<view_id>/delete",
    "/admin/jobs/<job_id>",
    "/admin/jobs/<job_id>/undo",
    "/admin/system/parked/<queue>/<any(replay, drop):act>",
    "/admin/clients/<client_id>/invoices/<invoice_id>/refund",
    "both /",
    "both /static/<path:rest>",
    "/admin/login/code",
    "portal /client/login/code",
    "/admin/login/once/<code>",
    "portal /client/login/once/<code>",
    "/admin/password/<code>",
    "portal /client/password/<code>",
    "portal /client/email/<code>",
    "portal /client/invitation/<code>",
    "portal /client/impersonation/<code>",
    "portal /client/impersonation/continue",
    "/admin/impersonations/<impersonation_id>/browser",
    "/admin/profile/second-factor/confirm",
    "portal /client/profile/second-factor/confirm",
    "/admin/activity/export",
    "/admin/clients/import/<import_id>/failed-<kind>.csv",
    "/admin/clients/<client_id>/invoices/<invoice_id>/pdf",
    "portal /client/invoices/<invoice_id>/pdf",
    "/admin/staff/<staff_id>/second-factor",
    "/admin/clients/<client_id>/impersonations/<impersonation_id>/end",
    # Nobody waits for a confirmation, and who signs in ends the session of before.
    "/admin/clients/<client_id>/contacts/<contact_id>/confirm",
    "portal /client/contacts/<contact_id>/confirm",
    "portal /client/profile/sessions/<session_id>/end",
    "portal /client/profile/sessions/end-others",
    "/admin/profile/sessions/end-others",
}
SESSIONS = ("sessions", "portal_sessions")
NOBODY = ("anybody's admin", "anybody's portal")


@pytest.fixture(scope="module")
def sites(system) -> dict[str, Site]:
    """The staff's pages, a client's, and those that anybody sees; by whose they are."""
    webhook = webhooks(system)
    client = everything(system)
    email = client["profile"]["email"]
    admin = (
        "/admin/clients",
        f"/admin/clients/{client['id']}/invoices",
        f"/admin/clients/{client['id']}",
        f"/admin/clients/import/{imported(system)}",
        f"/admin/staff/{disabled(system)}",
        f"/admin/staff/{holder_of_a_token(system)}",
        f"/admin/webhooks/{webhook}",
        f"/admin/webhooks/{webhook}/deliveries/{delivery_of(system, webhook)}",
    )
    return {
        "admin": Site(Browser(system).enter(STAFF_EMAIL).enter(STAFF_EMAIL), *admin),
        "portal": Site(Browser(system, portal=True).enter(email, "--portal").enter(email, "--portal"), "/dashboard"),
        NOBODY[0]: Site(Browser(system), "/admin/login"),
        NOBODY[1]: Site(Browser(system, portal=True), "/client/login"),
    }


def everything(system: System) -> dict:
    """A new client of whom much is still to be done, made through the API."""
    client = system.new_client(company="Everything Ltd", currency="USD")
    path = f"/clients/{client['id']}"
    product, price = next(
        (product, price)
        for product in system.rows("/products", limit=100)
        for price in product["prices"]
        if price["currency"] == "USD"
    )
    order = {"items": [{"product_id": product["id"], "billing_cycle": price["billing_cycle"]}]}
    line = {"description": "Hosting", "quantity": "1", "unit_price": "80.00", "tax_rate": "20"}
    system.post(f"{path}/notes", {"body": "Calls on Mondays", "sticky": True})
    system.post(f"{path}/invoices", {"lines": [line], "publish": False, "apply_credit": False})
    system.post(f"{path}/orders/{system.post(f'{path}/orders', order)['id']}/approve", {})
    system.post(f"{path}/services/suspend-all", {"reason": "Abuse"})
    system.post(f"{path}/orders", order)
    system.post(
        f"{path}/domains",
        {
            "name": f"{client['id'][-12:]}.example",
            "kind": "existing",
            "auto_renew": True,
            "registrar": "Nominet",
            "nameservers": ["ns1.example.com", "ns2.example.com"],
        },
    )
    system.post(f"{path}/credits", {"amount": {"amount": "5.00", "currency": "USD"}, "description": "Gift"})
    for name, status in (("ann", "active"), ("bob", "inactive")):
        made = system.post(
            f"{path}/contacts",
            {
                "first_name": name,
                "last_name": "Other",
                "role": "billing",
                "email": f"{name}-{client['id']}@example.com",
            },
        )
        system.patch(f"{path}/contacts/{made['id']}", {"status": status})
    system.post(f"{path}/tickets", {"subject": "Question", "body": "Hello"})
    return client


def webhooks(system: System) -> str:
    """The id of a disabled webhook, for which the next client's event waits; another is enabled and wants nothing."""
    system.post("/webhooks", {"url": "http://127.0.0.1:9/enabled", "filters": ["nothing.*"]})
    made = system.post("/webhooks", {"url": "http://127.0.0.1:9/", "filters": ["client.created.v1"]})["id"]
    system.post(f"/webhooks/{made}/disable", {})
    return made


def delivery_of(system: System, webhook: str) -> str:
    """The id of what waits for it."""
    path = f"/webhooks/{webhook}/deliveries"
    return wait_until(lambda: system.get(path).json()["data"], "what the webhook is to be sent")[0]["id"]


def disabled(system: System) -> str:
    """The id of somebody of the staff who may not sign in any more."""
    made = colleague(system, "Dora Disabled", "dora@example.com")
    system.post(f"/staff/{made}/disable", {})
    return made


def holder_of_a_token(system: System) -> str:
    """The id of somebody of the staff who has a token for the API."""
    made = colleague(system, "Tom Token", "tom@example.com")
    clients = {"COMMERCE_DATABASE_URL": system.databases["clients"].app_url, "COMMERCE_DEVELOPMENT": "1"}
    run("services.clients", "token", "tom@example.com", **clients)
    return made


def colleague(system: System, name: str, email: str) -> str:
    """The id of a new member of the staff."""
    account = {"name": name, "email": email, "role": "support", "password": "correct horse battery"}
    return system.post("/staff", account)["id"]


def imported(system: System) -> str:
    """The id of an import that has come to its end."""
    clients = small_files().contents["clients"].replace(b"reach_at", b"email")
    begun = system.upload("/imports", {"clients": ("clients.csv", clients, "text/csv")})["id"]
    wait_until(lambda: system.get(f"/imports/{begun}").json()["finished_at"], "the import to end", seconds=60)
    return begun


def look(
    system: System, sites: dict[str, Site], callers: int = 8, pages: Collection[str] | None = None
) -> dict[str, Answer]:
    """These pages of all sites, else all of them, by site and address; who signed in long ago need not prove it again."""
    system.databases["clients"].tamper(*(f"UPDATE identity.{table} SET authenticated_at = now()" for table in SESSIONS))
    looked = {}
    for name, site in sites.items():
        chosen = [one for one in site.pages.values() if pages is None or f"{name} {one}" in pages]
        answers = site.browser.fetch_all(chosen, callers)
        looked |= {f"{name} {address}": answer for address, answer in answers.items()}
    return looked


@pytest.fixture(scope="module")
def whole(system, sites) -> dict[str, Answer]:
    """The pages with everything there."""
    return look(system, sites)


@pytest.fixture(scope="module")
def seen(system, sites, whole) -> dict[str, dict[str, dict[str, Answer]]]:
    """The pages by service at fault and kind of fault."""
    return {service: dict(zip(FAULTS, looks(system, sites, whole, service), strict=True)) for service in SERVICES}


def looks(
    system: System, sites: dict[str, Site], whole: dict[str, Answer], service: str
) -> Iterator[dict[str, Answer]]:
    """The pages while the service is frozen; then a third of them each while it is not there, answers garbage, answers too
    late: a call of the gateway ends alike whichever it was (chassis/tests/rpc/test_client.py)."""
    callers = 12 if service == "clients" else 8  # a page about nothing is soon drawn
    with system.processes[service].halted():
        yield (frozen := look(system, sites, callers))
    uri, garbage = as_user(system.broker.uri, service), cycle(GARBAGE.values())
    down, garbled, slow = thirds(whole, frozen)
    with system.processes[service].gone():
        yield look(system, sites, callers, down)
        with FakeService(uri, service, lambda message: next(garbage)):
            yield look(system, sites, pages=garbled)
        with FakeService(uri, service, lambda message: b'{"result": {"data": {}}}', delay=LATE):
            yield look(system, sites, callers, slow)


def thirds(whole: dict[str, Answer], looked: dict[str, Answer]) -> list[set[str]]:
    """The pages in three parts, each with as many of those that have lost something."""
    dealt = sorted(looked, key=lambda page: looked[page].texts >= whole[page].texts)
    return [set(dealt[first::3]) for first in range(3)]


def lost(whole: dict[str, Answer], looked: dict[str, Answer]) -> set[tuple[str, str, str]]:
    """Each piece of text that is not there any more, with the page and the element that it stood in."""
    return {(page, *piece) for page, answer in looked.items() for piece in whole[page].texts - answer.texts}


def test_each_page_is_looked_at(sites, whole):
    assert unseen(*sites.values()) == NOT_LINKED
    assert {page: answer.status for page, answer in whole.items() if answer.status != 200} == {}
    staffs = {page for page in whole if page.startswith("admin /admin")}
    assert {page for page in staffs if ("side", "Activity Log") not in whole[page].texts} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_says_what_is_missing_and_how_to_retry(whole, seen, service):
    for fault, looked in seen[service].items():
        for page, answer in looked.items():
            if answer.status == 503:
                assert {"Temporarily unavailable", "Retry"} <= answer.plain_texts and answer.retry_after, (fault, page)
                continue
            assert answer.status == 200, (fault, page)
            assert {
                text for text in answer.plain_texts - whole[page].plain_texts if not INSTEAD.fullmatch(text)
            } == set(), (
                fault,
                page,
            )
            assert answer.texts >= whole[page].texts or "Retry" in answer.plain_texts, (fault, page)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_costs_the_same_whatever_its_fault(whole, seen, service):
    frozen = seen[service]["frozen"]
    assert frozen.keys() == set().union(*(seen[service][fault] for fault in FAULTS[1:]))
    for fault, looked in seen[service].items():
        cost = lost(whole, looked)
        assert cost and cost == lost(whole, {page: frozen[page] for page in looked}), fault


def test_what_one_service_costs_is_not_what_another_costs(whole, seen):
    frozen = {service: seen[service]["frozen"] for service in SERVICES if service != "clients"}
    gone = {
        service: {page for page, answer in looked.items() if answer.status == 503} for service, looked in frozen.items()
    }
    costs = {
        service: {piece for piece in lost(whole, looked) if piece[0] not in gone[service]}
        for service, looked in frozen.items()
    }
    for one, other in combinations(frozen, 2):
        assert (gone[one] & gone[other], costs[one] & costs[other]) == (set(), set()), (one, other)


def test_without_clients_nobody_is_known_and_only_the_pages_for_anybody_are_shown(whole, seen):
    for looked in seen["clients"].values():
        shown = {page for page, answer in looked.items() if answer.status == 200}
        assert shown == {page for page in looked if page.startswith(NOBODY)}
        assert all(looked[page].texts == whole[page].texts for page in shown)


def test_no_page_waits_for_what_does_not_come(seen, request):
    """A page's calls end with READ_SECONDS (gateway/http/context.py). What each took is printed: no shared clock
    judges."""
    with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
        for service, by_fault in seen.items():
            for fault, looked in by_fault.items():
                times = sorted(answer.seconds for answer in looked.values())
                print(
                    f"\n{service} {fault}: {len(times)} pages, median {median(times):.2f} s, longest {times[-1]:.2f}",
                    end="",
                )
                assert times[-1] < VERIFY_SECONDS / 2
