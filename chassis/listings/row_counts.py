"""Row counts: how many rows a statement has, exactly where that is cheap, else what the planner expects."""

from sqlalchemy import Select, func, literal, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from chassis.db.row_estimates import estimated_rows
from chassis.listings.patience import CANCELLED, limited_to

COUNTED_TO = 1001
SURELY_MORE = 10 * COUNTED_TO
COUNT_SECONDS = 0.3  # for the number of rows of a filter, beside its page


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


def count_in_time(session: Session, statement: Select) -> tuple[int, bool]:
    """`count_of` a filter's statement; what the planner expects where counting takes more than COUNT_SECONDS."""
    try:
        with session.begin_nested(), limited_to(session, COUNT_SECONDS):
            return count_of(session, statement)
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != CANCELLED:
            raise
        return max(COUNTED_TO, estimated_rows(session, statement)), False
