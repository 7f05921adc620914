"""Row estimates: how many rows a statement has, exactly where that is cheap, else what the planner expects; and how long a
statement of somebody's own making may take."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Select, func, literal, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from chassis.db.row_estimates import estimated_rows
from chassis.filters.faults import too_slow

COUNTED_TO = 1001
SURELY_MORE = 10 * COUNTED_TO
PAGE_SECONDS, COUNT_SECONDS = 2.0, 0.3  # for a filter's page, and for its number of rows besides
CANCELLED = "57014"


def count_of(session: Session, statement: Select) -> tuple[int, bool]:
    """(rows of `statement`, whether that is exact): counted up to a thousand, estimated beyond.

    Where the planner expects ten times as many, nothing is counted.
    """
    expected = estimated_rows(session, statement)
    if expected >= SURELY_MORE:
        return expected, False
    first = (
        statement.with_only_columns(literal(1), maintain_column_froms=True).order_by(None).limit(COUNTED_TO).subquery()
    )
    counted = session.scalar(select(func.count()).select_from(first))
    return (counted, True) if counted < COUNTED_TO else (max(COUNTED_TO, expected), False)


@contextmanager
def within_patience(session: Session) -> Iterator[None]:
    """A block of reads by a filter, each of which may take PAGE_SECONDS; raises a 422 of the filter where one takes longer,
    and the transaction is over."""
    _set_patience(session, PAGE_SECONDS)
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != CANCELLED:
            raise
        session.rollback()
        raise too_slow() from error
    _set_patience(session, None)


def count_in_time(session: Session, statement: Select) -> tuple[int, bool]:
    """`count_of` a filter's statement; what the planner expects where counting takes more than COUNT_SECONDS."""
    _set_patience(session, COUNT_SECONDS)
    try:
        with session.begin_nested():
            return count_of(session, statement)
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != CANCELLED:
            raise
        return max(COUNTED_TO, estimated_rows(session, statement)), False
    finally:
        _set_patience(session, PAGE_SECONDS)


def _set_patience(session: Session, seconds: float | None) -> None:
    """Set what a statement of this transaction may take; None for as long as the database's role may."""
    if seconds is None:
        session.execute(text("SET LOCAL statement_timeout TO DEFAULT"))
    else:
        session.execute(text(f"SET LOCAL statement_timeout = {round(seconds * 1000)}"))
