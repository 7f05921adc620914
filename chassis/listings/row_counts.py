"""Row counts: how many rows a statement has, exactly where that is cheap, else what the planner expects."""

from collections.abc import Callable

from sqlalchemy import Select, func, literal, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from chassis.db.row_estimates import estimated_rows
from chassis.listings.patience import CANCELLED, limited_to

COUNTED_TO = 1001
SURELY_MORE = 10 * COUNTED_TO
COUNT_SECONDS = 0.3  # for the number of rows of a filter, beside its page


def count_of(session: Session, statement: Select) -> tuple[int, bool]:
    """(rows of `statement`, whether that is exact): counted up to a thousand, estimated beyond.

    Where the planner expects ten times as many, nothing is counted.
    """
    return _count(estimated_rows(session, statement), lambda: session.scalar(_counting(statement)))


class CompiledCount:
    """The `count_of` a statement that is compiled once, as a CompiledSelect."""

    def __init__(self, statement: Select):
        self._rows, self._counting = CompiledSelect(statement), CompiledSelect(_counting(statement))

    def of(self, session: Session, **values) -> tuple[int, bool]:
        """What count_of answers of the statement with these values."""
        expected = self._rows.estimated_rows(session, **values)
        return _count(expected, lambda: self._counting.scalar(session, **values))


def _counting(statement: Select) -> Select:
    first = statement.with_only_columns(literal(1), maintain_column_froms=True).order_by(None).limit(COUNTED_TO)
    return select(func.count()).select_from(first.subquery())


def _count(expected: int, count: Callable[[], int]) -> tuple[int, bool]:
    if expected >= SURELY_MORE:
        return expected, False
    counted = count()
    return (counted, True) if counted < COUNTED_TO else (max(COUNTED_TO, expected), False)


def count_in_time(session: Session, statement: Select) -> tuple[int, bool]:
    """`count_of` a filter's statement; what the planner expects where counting takes more than COUNT_SECONDS."""
    try:
        with session.begin_nested(), limited_to(session, COUNT_SECONDS):
            return count_of(session, statement)
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != CANCELLED:
            raise
        return max(COUNTED_TO, estimated_rows(session, statement)), False
