"""Row estimates: how many rows a statement has, exactly where that is cheap, else what the planner expects."""

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from chassis.db.row_estimates import estimated_rows

COUNTED_TO = 1001
SURELY_MORE = 10 * COUNTED_TO


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
