"""Listings: lists over all clients, in several orders and through several filters, with what is listed in sum.

INVOICES = Listing("all-invoices", rows, orders={"due": ([DUE, table.c.id], [date.fromisoformat, UUID])},
                   conditions={"status": table.c.status == bindparam("status")}, sums=sums)
INVOICES.page(session, sort="-due", limit=25, after=None, before=None, filters={"status": "overdue"}, dump=to_wire)
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.paging import CompiledPage, Order, fetch_page, page_of
from chassis.db.row_estimates import estimated_rows

SUMMED_TO = 10_000
"""A list with more rows than this is neither counted nor summed up: its total is the planner's estimate."""


class Listing:
    """A list that many requests read. Each combination of an order and filters is compiled once, at its first use.

    `rows` selects what a row shows. `orders` has by name the columns of an order, the id last, and what makes them of a
    cursor's text; a minus before the name turns it round. `conditions` has by name what a filter asks of a row, its value
    bound by that name. `sums` selects, for rows that are added up, a count (`rows`) and sums, in a row for each currency.
    """

    def __init__(
        self,
        name: str,
        rows: Select,
        *,
        orders: Mapping[str, tuple[Sequence[Any], Sequence[Callable[[str], Any]]]],
        conditions: Mapping[str, ColumnElement[bool]],
        sums: Select,
    ):
        self._name, self.rows, self._sums = name, rows, sums
        self.orders, self._conditions = orders, conditions
        self._pages: dict[tuple, CompiledPage] = {}
        self._sums_of: dict[frozenset, CompiledSelect] = {}

    def page(
        self,
        session: Session,
        *,
        sort: str,
        limit: int,
        after: str | None,
        before: str | None,
        filters: Mapping[str, Any],
        found: Sequence[ColumnElement[bool]] = (),
        dump: Callable[[list], list[dict]],
        summed: Callable[[Any], dict],
        **values,
    ) -> dict:
        """A page with `totals`: of each row of the sums what `summed` makes of it, None beyond SUMMED_TO rows.

        `filters` that are None are left out. `found` are further conditions, of a search: a statement with these is
        compiled each time. `values` are those of binds in the sums.
        """
        given = {name: value for name, value in filters.items() if value is not None}
        place = {"limit": limit, "after": after, "before": before, "dump": dump}
        if found:
            rows, cursors = fetch_page(session, self._narrowed(self.rows, given, found), self.order(sort), **place)
        else:
            rows, cursors = self._page(sort, frozenset(given)).fetch(session, **place, **given)
        whole = after is None and before is None and cursors["next"] is None
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
