"""Orders of the client list, each total by the id: those of ClientSort on an index of their own, those by any other
column computed for each client that the list has."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Case, ColumnElement, Integer, Select, Text, case, cast, func, literal_column, select

from chassis.db.paging import Order
from chassis.types.text import COLLATION
from services.clients import columns
from services.clients.models import (
    BillingTotals,
    Client,
    ClientGroup,
    ClientTag,
    Contact,
    CustomFieldValue,
    StaffAccount,
    Tag,
)
from services.clients.profile_fields import BY_NAME
from services.clients.rules import ClientSort

NEVER_UP = literal_column("timestamptz '9999-01-01 00:00:00+00'")
NEVER_DOWN = literal_column("timestamptz '1970-01-01 00:00:00+00'")
NOTHING_DUE_UP = literal_column("date '9999-12-31'")
NOTHING_DUE_DOWN = literal_column("date '0001-01-01'")


def has_index(sort: str) -> bool:
    """Whether an order is on an index: a page of any other reads all clients that the list has."""
    return sort in list(ClientSort)


def in_order(statement: Select, source, sort: str, *, with_totals: bool = False) -> tuple[Select, Order]:
    """`statement` over `source` (the table of clients, or what a search has collected of it) with what it needs for the
    order `sort`, and that order. It may be joined `with_totals` already."""
    if not has_index(sort):
        return _by_column(statement, source, sort)
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


def _by_column(statement: Select, source, sort: str) -> tuple[Select, Order]:
    """Clients that have nothing there come last both ways."""
    key, descending = sort.lstrip("-"), sort.startswith("-")
    if source is not Client:
        statement = statement.join(Client, Client.id == source.id)
    value = _value_of(key)
    if isinstance(value.type, Integer):
        return statement, Order(f"clients:{sort}", [value, Client.id], [int, UUID], descending)
    value = func.coalesce(value, "").collate(COLLATION)
    nothing_last = case((value == "", 0 if descending else 1), else_=1 if descending else 0)
    return statement, Order(f"clients:{sort}", [nothing_last, value, Client.id], [int, str, UUID], descending)


def _value_of(column: str) -> ColumnElement:
    """What a column shows of a client, as text or a whole number: of several tags the first by name."""
    if (field := columns.field_id(column)) is not None:
        value = CustomFieldValue.value.op("#>>")(literal_column("'{}'", Text))
        about = (CustomFieldValue.client_id == Client.id, CustomFieldValue.field_id == field)
        return select(cast(value, Text)).where(*about).correlate(Client).scalar_subquery()
    if column in _OTHERS:
        return _OTHERS[column].correlate(Client).scalar_subquery()
    if column in _OF_CLIENT:
        return _OF_CLIENT[column]
    of = getattr(Client if BY_NAME[column].of == "client" else Contact, column)
    value = cast(of, Integer) if BY_NAME[column].kind == "flag" else of
    if BY_NAME[column].of == "client":
        return value
    return select(value).where(Contact.client_id == Client.id, Contact.is_primary).correlate(Client).scalar_subquery()


_OF_CLIENT = {"status": Client.status}
_OTHERS = {
    "group": select(ClientGroup.name).where(ClientGroup.id == Client.group_id),
    "tags": (
        select(func.min(Tag.name.collate(COLLATION)))
        .join(ClientTag, ClientTag.tag_id == Tag.id)
        .where(ClientTag.client_id == Client.id)
    ),
    "created_by": select(StaffAccount.name).where(StaffAccount.id == Client.created_by),
    "suspended_services": select(BillingTotals.suspended_services).where(BillingTotals.client_id == Client.id),
}


def first_of_currency(minor) -> Case:
    """What an amount is ordered by first: its currency, and nothing before all of them."""
    return case((minor == 0, ""), else_=BillingTotals.currency)
