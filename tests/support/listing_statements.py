"""Pages of the lists over all clients: each in its orders, the first page and one in the middle, by status, searched."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import func, select

from chassis.db.paging import fetch_page
from chassis.listings.listing import Listing
from services.billing.queries import listing_pages, listings
from services.billing.schemas import listings as billing
from services.clients.queries import search
from services.support import schemas as support
from services.support.queries import listing
from tools.bench.pages import Page
from tools.bench.recorded_statements import Databases

LISTINGS: dict[str, tuple[str, Listing, type[Schema], Callable]] = {
    "invoices": ("billing", listings.INVOICES, billing.AllInvoices, listing_pages.all_invoices),
    "payments": ("billing", listings.PAYMENTS, billing.AllPayments, listing_pages.all_payments),
    "orders": ("billing", listings.ORDERS, billing.AllOrders, listing_pages.all_orders),
    "services": ("billing", listings.SERVICES, billing.AllServices, listing_pages.all_services),
    "domains": ("billing", listings.DOMAINS, billing.AllDomains, listing_pages.all_domains),
    "tickets": ("support", listing.TICKETS, support.AllTickets, listing.all_tickets),
}
"""Whose each list is, and how it is read."""


def pages_over_all(databases: Databases) -> list[Page]:
    """All of them on the data that are there, with what each sends to the databases."""
    asked: list = []
    databases.record(lambda _sessions: asked.extend(_asked(databases)))  # what finding a middle sends is no page's
    return [
        Page(f"all {slug} {name}", [(f"/admin/{slug}?{urlencode(query)}", databases.record(_read, slug, query))])
        for slug, name, query in asked
    ]


def _asked(databases: Databases) -> Iterator[tuple[str, str, dict]]:
    for slug, (service, over, arguments, _) in LISTINGS.items():
        session, fields = databases.sessions[service], arguments().fields
        rows = session.scalar(select(func.count()).select_from(over.rows.subquery()))
        for sort in fields["sort"].validate.choices:
            cursor = fetch_page(session, over.rows.offset(rows // 2), over.order(sort), limit=1)[1]["next"]
            yield slug, f"by {sort}", {"sort": sort}
            if cursor is not None:
                yield slug, f"by {sort}, page in the middle", {"sort": sort, "after": cursor}
        for status in fields["status"].words if "status" in fields else ():
            yield slug, f"of the {status}", {"status": status}
        yield slug, "search: single hit", {"q": "100"}


def _read(sessions: dict, slug: str, query: dict) -> None:
    service, _, arguments, read = LISTINGS[slug]
    shown = read(sessions[service], now=datetime.now(UTC), **arguments().load(query))
    search.names_of(sessions["clients"], [UUID(row["client_id"]) for row in shown["data"]])
