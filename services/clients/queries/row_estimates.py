"""Row estimates: how many rows a statement has, exactly where that is cheap, else what the planner expects."""

from sqlalchemy import Select, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ClauseElement, Executable

COUNTED_TO = 1001
SURELY_MORE = 10 * COUNTED_TO


class _Explain(Executable, ClauseElement):
    """EXPLAIN of a statement: the plan, without running it."""

    inherit_cache = False

    def __init__(self, statement: Select):
        self.statement = statement


@compiles(_Explain, "postgresql")
def _explain(element, compiler, **options):
    return "EXPLAIN (FORMAT JSON) " + compiler.process(element.statement, **options)


def estimated_rows(session: Session, statement: Select) -> int:
    """How many rows the planner expects of `statement`, from the table's statistics; costs no reading."""
    plan = session.execute(_Explain(statement)).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


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
