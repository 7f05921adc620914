"""Listings: lists over all clients, in several orders and through several filters, with what is listed in sum.

INVOICES = Listing("all-invoices", rows, orders={"due": ([DUE, table.c.id], [date.fromisoformat, UUID])},
                   conditions={"status": table.c.status == bindparam("status")}, filter=filter, sums=sums)
INVOICES.page(session, sort="-due", limit=25, after=None, before=None, filters={"status": "overdue"}, dump=to_wire)
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, Order, fetch_page, page_of
from chassis.db.row_estimates import estimated_rows
from chassis.listings.filters import ListingFilter
from chassis.listings.patience import within_patience
from chassis.listings.row_counts import count_in_time

SUMMED_TO = 10_000
"""A list with more rows than this is neither counted nor summed up: its total is the planner's estimate."""


class Listing:
    """A list that many requests read. Each combination of an order and filters is compiled once, at its first use.

    `rows` selects what a row shows. `orders` has by name the columns of an order, the id last, and what makes them of a
    cursor's text; a minus before the name turns it round. `conditions` has by name what a parameter asks of a row, its
    value bound by that name; `filter` is what the filter language can name. `sums` selects, for rows that are added up, a
    count (`rows`) and sums, in a row for each currency.
    """

    def __init__(
        self,
        name: str,
        rows: Select,
        *,
        orders: Mapping[str, tuple[Sequence[Any], Sequence[Callable[[str], Any]]]],
        conditions: Mapping[str, ColumnElement[bool]],
        filter: ListingFilter,
        sums: Select,
    ):
        self._name, self.rows, self._sums = name, rows, sums
        self.orders, self._conditions, self._filter = orders, conditions, filter
        self._pages: dict[tuple, CompiledPage] = {}
        self._sums_of: dict[frozenset, CompiledSelect] = {}

    def page(
        self,
        session: Session,
        *,
        sort: str,
        place: Mapping[str, Any],
        filters: Mapping[str, Any],
        found: Sequence[ColumnElement[bool]] = (),
        filter: str = "",
        now: datetime | None = None,
        dump: Callable[[list], list[dict]],
        summed: Callable[[Any], dict],
        **values,
    ) -> dict:
        """The page at `place` (`limit`, `after`, `before`) with `totals`: of each row of the sums what `summed` makes of it,
        None beyond SUMMED_TO rows.

        `filters` that are None are left out. `found` are further conditions, of a search, and `filter` is a text of the
        filter language, whose days are those of the time zone of `now`: a statement with these is compiled each time.
        `values` are those of binds in the sums. Raises a `fault` of the filter, also where it takes too long.
        """
        chosen = self._filter.conditions(filter or "", now or datetime.now(UTC))
        with within_patience(session) if chosen else nullcontext():
            return self._read(session, sort, place, filters, [*found, *chosen], dump, summed, values)

    def count(
        self, session: Session, *, found: Sequence[ColumnElement[bool]], filter: str, now: datetime
    ) -> tuple[int, bool]:
        """How many rows a search and a text of the filter language have, and whether that is exact. Raises a `fault` of the
        filter."""
        narrowed = self.rows.where(*found, *self._filter.conditions(filter, now))
        with within_patience(session):
            return count_in_time(session, narrowed)

    def _read(self, session, sort: str, place: dict, filters: dict, found: list, dump, summed, values: dict) -> dict:
        given = {name: value for name, value in filters.items() if value is not None}
        if found:
            narrowed = self._narrowed(self.rows, given, found)
            rows, cursors = fetch_page(session, narrowed, self.order(sort), **place, dump=dump)
        else:
            rows, cursors = self._page(sort, frozenset(given)).fetch(session, **place, dump=dump, **given)
        whole = place["after"] is None and place["before"] is None and cursors["next"] is None
        expected = len(rows) if whole else estimated_rows(session, self._narrowed(self.rows, given, found))
        if expected > SUMMED_TO:
            return {**page_of(rows, cursors, total=expected, exact=False), "totals": None}
        sums = self._sum(session, given, found, values)
        total = sum(row.rows for row in sums)
        return {**page_of(rows, cursors, total=total), "totals": [summed(row) for row in sums]}

    def order(self, sort: str) -> Order:
        """The order called `sort`, a minus before the name for the other way round."""
        columns, parse = self.orders[sort.lstrip("-")]
        return Order(f"{self._name}:{sort}", columns, parse, sort.startswith("-"))

    def _page(self, sort: str, names: frozenset[str]) -> CompiledPage:
        if (sort, names) not in self._pages:
            statement = self.rows.where(*(self._conditions[name] for name in sorted(names)))
            self._pages[sort, names] = CompiledPage(statement, self.order(sort))
        return self._pages[sort, names]

    def _sum(self, session: Session, given: dict, found: Sequence, values: dict) -> list:
        if found:
            return session.execute(self._narrowed(self._sums, {**given, **values}, found)).all()
        names = frozenset(given)
        if names not in self._sums_of:
            statement = self._sums.where(*(self._conditions[name] for name in sorted(names)))
            self._sums_of[names] = CompiledSelect(statement)
        return self._sums_of[names].all(session, **given, **values)

    def _narrowed(self, statement: Select, given: dict, found: Sequence[ColumnElement[bool]]) -> Select:
        """`statement` with the conditions of what is given, and their values."""
        conditions = (self._conditions[name] for name in sorted(given) if name in self._conditions)
        return statement.where(*conditions, *found).params(**given)
