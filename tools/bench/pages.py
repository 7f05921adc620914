"""The pages that are measured: the list in its orders, filters and searches, the record, and the same for programs."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, select

from chassis.db.paging import Order, fetch_page
from services.audit.queries import activity
from services.billing.queries import accounts, invoices, overview
from services.clients.models import Client, ClientGroup, Contact
from services.clients.queries import client_list, clients, settings
from services.support.queries import tickets
from tools.bench.recorded_statements import Databases, Statement

ROWS = 50
RECORDS = 20


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
    session = databases.sessions["clients"]
    middle = client_count(databases) // 2
    order = Order("clients:name", [Client.sort_name, Client.id], [str, UUID])
    cursor = fetch_page(session, select(Client.id).offset(middle), order, limit=1)[1]["next"]
    group = session.scalar(select(ClientGroup.id).where(ClientGroup.name == "Reseller"))
    email = session.scalar(select(Contact.email).where(Contact.is_primary).order_by(Contact.id).offset(middle).limit(1))
    ids = session.scalars(select(Client.id).order_by(Client.id)).all()[:: max(1, middle * 2 // RECORDS)][:RECORDS]
    filters = {"group": str(group), "status": "active"}
    params = {
        "list by name": {},
        "list by name, down": {"sort": "-name"},
        "list by join date": {"sort": "joined"},
        "list by join date, down": {"sort": "-joined"},
        "list by last login": {"sort": "last_login"},
        "list by last login, down": {"sort": "-last_login"},
        "list, page in the middle": {"after": cursor},
        "list of a group and status, by last login": {**filters, "sort": "-last_login"},
        "list of the suspended": {"status": "suspended"},
        "search: common word": {"q": "smith"},
        "search: single hit": {"q": email},
        "search: nothing": {"q": "zzyzx qwv"},
        "search: two letters, common": {"q": "an"},
        "search: two letters, rare": {"q": "fj"},
    }
    found = [Page(name, [_listing(databases, "/admin/clients", query)]) for name, query in params.items()]
    found += [
        Page("record: Overview", [_record(databases, one, "", _overview) for one in ids]),
        Page("record: Invoices tab", [_record(databases, one, "/invoices", _invoices) for one in ids]),
        Page("API: list", [_listing(databases, "/api/v1/clients", {}, _api_list)]),
        Page("API: record", [_record(databases, one, "", _api_record, "/api/v1/clients") for one in ids]),
    ]
    return found


def _listing(databases: Databases, path: str, params: dict, query=None) -> tuple[str, list[Statement]]:
    return f"{path}?{urlencode({**params, 'limit': ROWS})}", databases.record(query or _html_list, params)


def _record(
    databases: Databases, client_id, tab: str, query, path: str = "/admin/clients"
) -> tuple[str, list[Statement]]:
    return f"{path}/{client_id}{tab}", databases.record(query, client_id)


def _api_list(sessions: dict, params: dict) -> None:
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
    page["group"] = page["group"] and UUID(page["group"])
    shown = client_list.client_page(sessions["clients"], limit=ROWS, **page)
    ids = [UUID(row["id"]) for row in shown["data"]]
    if ids:
        accounts.totals_for(sessions["billing"], _no_clients, ids)


def _html_list(sessions: dict, params: dict) -> None:
    _api_list(sessions, params)
    settings.groups(sessions["clients"], counts=False)


def _head(sessions: dict, client_id) -> None:
    clients.client_record(sessions["clients"], client_id, with_notes=True)
    accounts.totals_for(sessions["billing"], _no_clients, [client_id])
    tickets.overview(sessions["support"], client_id)
    activity.overview(sessions["audit"], str(client_id))


def _overview(sessions: dict, client_id) -> None:
    _head(sessions, client_id)
    overview.get_overview(sessions["billing"], _no_clients, client_id, _today())
    accounts.get_billing(sessions["billing"], _no_clients, client_id)


def _invoices(sessions: dict, client_id) -> None:
    _head(sessions, client_id)
    invoices.list_invoices(sessions["billing"], client_id, None, limit=25, after=None, before=None)
    overview.get_overview(sessions["billing"], _no_clients, client_id, _today())


def _api_record(sessions: dict, client_id) -> None:
    _head(sessions, client_id)
    accounts.get_billing(sessions["billing"], _no_clients, client_id)


def _no_clients(_ids: list[str]) -> dict:
    """Every client here has its account, so billing has nothing to ask of the clients service."""
    return {}


def _today() -> date:
    return datetime.now(UTC).date()
