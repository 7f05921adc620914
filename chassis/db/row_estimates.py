"""Row estimates: how many rows the planner expects of a statement, from the tables' statistics."""

from sqlalchemy import Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ClauseElement, Executable


class _Explain(Executable, ClauseElement):
    """EXPLAIN of a statement: the plan, without running it."""

    inherit_cache = False

    def __init__(self, statement: Select):
        self.statement = statement


@compiles(_Explain, "postgresql")
def _explain(element, compiler, **options):
    return "EXPLAIN (FORMAT JSON) " + compiler.process(element.statement, **options)


def estimated_rows(session: Session, statement: Select) -> int:
    """How many rows the planner expects of `statement`; costs no reading."""
    plan = session.execute(_Explain(statement)).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])
