"""Orders of the client list, each total by the id and on an index of its own."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Case, Select, case, func, literal_column

from chassis.db.paging import Order
from services.clients.models import BillingTotals
from services.clients.rules import ClientSort

NEVER_UP = literal_column("timestamptz '9999-01-01 00:00:00+00'")
NEVER_DOWN = literal_column("timestamptz '1970-01-01 00:00:00+00'")
NOTHING_DUE_UP = literal_column("date '9999-12-31'")
NOTHING_DUE_DOWN = literal_column("date '0001-01-01'")


def in_order(statement: Select, source, sort: ClientSort, *, with_totals: bool = False) -> tuple[Select, Order]:
    """`statement` over `source` (the table of clients, or what a search has collected of it) with what it needs for the
    order `sort`, and that order. It may be joined `with_totals` already."""
    key, descending = sort.lstrip("-"), sort.startswith("-")
    own = _own(source, descending)
    if key in own:
        column, parse = own[key]
        return statement, Order(f"clients:{sort}", [column, source.id], [parse, UUID], descending)
    columns, parses = _of_totals(key, descending)
    joined = statement if with_totals else statement.join(BillingTotals, BillingTotals.client_id == source.id)
    return joined, Order(f"clients:{sort}", [*columns, BillingTotals.client_id], [*parses, UUID], descending)


def _own(source, descending: bool) -> dict:
    return {
        "name": (source.sort_name, str),
        "joined": (source.joined_at, datetime.fromisoformat),
        "last_login": (
            func.coalesce(source.last_login_at, NEVER_DOWN if descending else NEVER_UP),
            datetime.fromisoformat,
        ),
    }


def _of_totals(key: str, descending: bool) -> tuple[list, list]:
    """Amounts of one currency stand together: those of two are never compared."""
    if key == "services":
        return [BillingTotals.active_services], [int]
    if key == "next_due":
        nothing = NOTHING_DUE_DOWN if descending else NOTHING_DUE_UP
        return [func.coalesce(BillingTotals.next_due_on, nothing)], [date.fromisoformat]
    minor = {
        "outstanding": BillingTotals.outstanding_minor,
        "overdue": BillingTotals.overdue_minor,
        "credit_balance": BillingTotals.credit_minor,
    }[key]
    return [first_of_currency(minor), minor], [str, int]


def first_of_currency(minor) -> Case:
    """What an amount is ordered by first: its currency, and nothing before all of them."""
    return case((minor == 0, ""), else_=BillingTotals.currency)
