"""The pages that are measured: the list in its orders, filters and searches, the record, and the same for programs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, select

from chassis.db.paging import fetch_page
from gateway.composition.palette import FOUND
from services.audit.queries import activity, all_activity
from services.billing.models import Domain
from services.billing.queries import accounts, credits, domains, invoices, orders, overview, subscriptions
from services.billing.queries import search as billing_search
from services.clients.models import Client, ClientGroup, Contact, Tag
from services.clients.queries import client_list, clients, contacts, impersonation, names, notes
from services.clients.queries import search as clients_search
from services.clients.queries.client_orders import in_order
from services.clients.rules import ClientSort
from services.support.queries import search as support_search
from services.support.queries import tickets
from tools.bench.recorded_statements import Databases, Statement

ROWS, IMPERSONATIONS = 50, 5
RECORDS = 20
TAB = {"limit": 25, "after": None, "before": None}
# What each tab of the record asks for, beside what every one of them does.
TABS = {
    "services": lambda all, id: subscriptions.list_subscriptions(all["billing"], id, None, **TAB),
    "invoices": lambda all, id: (
        invoices.list_invoices(all["billing"], id, None, **TAB),
        invoices.owed_by_age(all["billing"], id, _today()),
    ),
    "orders": lambda all, id: orders.list_orders(all["billing"], id, None, **TAB),
    "domains": lambda all, id: domains.list_domains(all["billing"], id, **TAB),
    "tickets": lambda all, id: tickets.tickets(all["support"], id, statuses=None, **TAB),
    "contacts": lambda all, id: contacts.contact_page(all["clients"], id, **TAB),
    "notes": lambda all, id: notes.note_page(all["clients"], id, **TAB),
    "credits": lambda all, id: credits.list_credits(all["billing"], id, **TAB),
    "activity": lambda all, id: activity.activity(all["audit"], str(id), **TAB),
}
FIRST_LIST, RECORD, FIRST_LOG = "list by name", "record: Overview", "log of all clients"


@dataclass
class Page:
    """A page by its name on the report, with the requests for it in turn: (path, statements)."""

    name: str
    variants: list[tuple[str, list[Statement]]]


def client_count(databases: Databases) -> int:
    """How many clients there are."""
    return databases.sessions["clients"].scalar(select(func.count()).select_from(Client))


def pages(databases: Databases) -> list[Page]:
    """All pages on the data that are there."""
    return [*_lists(databases), *_palettes(databases), *_records(databases), *_logs(databases)]


def _lists(databases: Databases) -> list[Page]:
    found = [
        Page(name, [_listing(databases, "/admin/clients", query)])
        for name, query in (_orders(databases) | _filters(databases) | _searches(databases)).items()
    ]
    return [*found, Page("API: list", [_listing(databases, "/api/v1/clients", {}, _api_list)])]


def _orders(databases: Databases) -> dict[str, dict]:
    """Each order's first page, and of those that go up the middle and the last one."""
    session, found = databases.sessions["clients"], {}
    count = client_count(databases)
    for sort in ClientSort:
        name = f"list by {sort.lstrip('-').replace('_', ' ')}" + (", down" if sort.startswith("-") else "")
        found[name] = {"sort": sort.value}
        if not sort.startswith("-"):
            for place, row in (("in the middle", count // 2), ("the last", max(0, count - ROWS - 1))):
                statement, order = in_order(select(Client.id), Client, sort)
                cursor = fetch_page(session, statement.offset(row), order, limit=1)[1]["next"]
                found[f"{name}, page {place}"] = {"sort": sort.value, "after": cursor}
    return found


def _filters(databases: Databases) -> dict[str, dict]:
    session = databases.sessions["clients"]
    group = session.scalar(select(ClientGroup.id).where(ClientGroup.name == "Reseller"))
    tags = session.scalars(select(Tag.id).order_by(Tag.id)).all()
    return {
        "list of a group and status, by last login": {"group": str(group), "status": "active", "sort": "-last_login"},
        "list of the suspended": {"status": "suspended"},
        "list of a common tag": {"tag": str(tags[0])},
        "list of a rare tag": {"tag": str(tags[-1])},
        "list of three conditions": {"filter": "status = active AND outstanding > 100 EUR AND last_login < -30d"},
    }


def _searches(databases: Databases) -> dict[str, dict]:
    session = databases.sessions["clients"]
    middle = client_count(databases) // 2
    email = session.scalar(select(Contact.email).where(Contact.is_primary).order_by(Contact.id).offset(middle).limit(1))
    return {
        "search: common word": {"q": "smith"},
        "search: rare word": {"q": "gallacher"},
        "search: single hit": {"q": email},
        "search: nothing": {"q": "zzyzx qwv"},
        "search: one letter": {"q": "k"},
        "search: two letters, common": {"q": "an"},
        "search: two letters, rare": {"q": "fj"},
    }


def _palettes(databases: Databases) -> list[Page]:
    """The palette by what people type or hold in their hand."""
    clients, billing = databases.sessions["clients"], databases.sessions["billing"]
    middle = select(Client.id).order_by(Client.id).offset(client_count(databases) // 2).limit(1).scalar_subquery()
    of_middle = Contact.is_primary, Contact.client_id == middle
    phone = clients.scalar(select(Contact.phone).where(*of_middle))
    domain = billing.scalar(select(Domain.name).order_by(Domain.id).limit(1))
    typed = {
        "palette: common word": "smith",
        "palette: nothing": "zzyzx qwv",
        "palette: a phone": phone or "+1 212 555 0100",
        "palette: a domain": (domain or "example.example").partition(".")[0],
        "palette: common part of domains": "example",
        "palette: an invoice's number": "INV-00042",
        "palette: a number": "42",
        "palette: two characters of Han": "東京",
    }
    return [
        Page(name, [(f"/admin/palette?{urlencode({'q': q})}", databases.record(_palette, q))])
        for name, q in typed.items()
    ]


def _palette(sessions: dict, q: str) -> None:
    asked = {"q": q, "kinds": None, "limit": FOUND}
    hits = clients_search.search(sessions["clients"], **asked)["data"]
    others = billing_search.search(sessions["billing"], lambda _permission: True, **asked)["data"]
    others += support_search.search(sessions["support"], **asked)["data"]
    if others:
        clients_search.names_of(sessions["clients"], [UUID(hit["client_id"]) for hit in others[: FOUND - len(hits)]])


def _records(databases: Databases) -> list[Page]:
    session = databases.sessions["clients"]
    step = max(1, client_count(databases) // RECORDS)
    rows = select(Client.id, func.row_number().over(order_by=Client.id).label("place")).subquery()
    ids = session.scalars(select(rows.c.id).where(rows.c.place % step == 0).order_by(rows.c.place)).all()[:RECORDS]
    tabs = {
        f"record: {slug}": [_record(databases, one, f"/{slug}", _tab(query)) for one in ids]
        for slug, query in TABS.items()
    }
    return [
        Page(RECORD, [_record(databases, one, "", _overview) for one in ids]),
        *(Page(name, variants) for name, variants in tabs.items()),
        Page("API: record", [_record(databases, one, "", _api_record, "/api/v1/clients") for one in ids]),
    ]


def _logs(databases: Databases) -> list[Page]:
    asked = {
        FIRST_LOG: {},
        "log of all clients, of a category": {"category": "Invoices"},
        "log of all clients, by staff": {"actor": "staff"},
        "log of all clients, by nobody known": {"actor": "anonymous"},
    }
    return [
        Page(name, [(f"/admin/activity?{urlencode(query)}", databases.record(_log, query))])
        for name, query in asked.items()
    ]


def _tab(query: Callable) -> Callable:
    def ask(sessions: dict, client_id) -> None:
        _head(sessions, client_id)
        query(sessions, client_id)

    return ask


def _log(sessions: dict, filters: dict) -> None:
    shown = all_activity.page(sessions["audit"], **TAB, **filters)
    names.names(sessions["clients"], [UUID(row["client_id"]) for row in shown["data"] if row["client_id"]])


def _listing(databases: Databases, path: str, params: dict, query=None) -> tuple[str, list[Statement]]:
    return f"{path}?{urlencode({**params, 'limit': ROWS})}", databases.record(query or _html_list, params)


def _record(
    databases: Databases, client_id, tab: str, query, path: str = "/admin/clients"
) -> tuple[str, list[Statement]]:
    return f"{path}/{client_id}{tab}", databases.record(query, client_id)


def _api_list(sessions: dict, params: dict, choices: bool = False) -> None:
    page = {
        "q": "",
        "group": None,
        "status": None,
        "tag": None,
        "sort": "name",
        "after": None,
        "before": None,
        **params,
    }
    page |= {name: page[name] and UUID(page[name]) for name in ("group", "tag")}
    shown = client_list.client_page(sessions["clients"], limit=ROWS, **page)
    ids = [UUID(row["id"]) for row in shown["data"]]
    if ids:
        accounts.totals_for(sessions["billing"], _no_clients, ids)


def _html_list(sessions: dict, params: dict) -> None:
    _api_list(sessions, params, choices=True)


def _head(sessions: dict, client_id) -> None:
    clients.client_record(sessions["clients"], client_id, with_notes=True)
    accounts.totals_for(sessions["billing"], _no_clients, [client_id])
    tickets.overview(sessions["support"], client_id, counts_only=True)
    activity.overview(sessions["audit"], str(client_id), count_only=True)


def _overview(sessions: dict, client_id) -> None:
    clients.client_record(sessions["clients"], client_id, with_notes=True)
    impersonation.impersonations_of_client(sessions["clients"], client_id, limit=IMPERSONATIONS)
    overview.get_overview(sessions["billing"], _no_clients, client_id, _today())
    tickets.overview(sessions["support"], client_id)
    activity.overview(sessions["audit"], str(client_id))


def _api_record(sessions: dict, client_id) -> None:
    clients.client_record(sessions["clients"], client_id, with_notes=True)
    accounts.totals_for(sessions["billing"], _no_clients, [client_id])
    tickets.overview(sessions["support"], client_id, counts_only=True)
    accounts.get_billing(sessions["billing"], _no_clients, client_id)


def _no_clients(_ids: list[str]) -> dict:
    """Every client here has its account, so billing has nothing to ask of the clients service."""
    return {}


def _today() -> date:
    return datetime.now(UTC).date()
