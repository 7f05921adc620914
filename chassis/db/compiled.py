"""Compiled selects: reads that many requests make, built from the models and written out as SQL once.

    _TAGS = CompiledSelect(select(Tag.id, Tag.name).where(Tag.client_id == bindparam("client_id")))
    _TAGS.all(session, client_id=client_id)

SQLAlchemy builds, hashes and looks up a statement each time it is executed, and begins and ends a transaction around it:
for a read by an index that is several times the work of the read itself.
"""

from collections import namedtuple
from functools import cached_property
from typing import Any

from psycopg2 import Error as Psycopg2Error
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from chassis.db.engine import leave_out_values

DIALECT = PGDialect_psycopg2()
EXPLAIN = "EXPLAIN (FORMAT JSON) "
NUMERIC = 1700  # PostgreSQL's number for the type, which the driver gives as Decimal


class CompiledSelect:
    """A select that is compiled once, when it is first read. Each `bindparam("name")` in it without a value is given one,
    by name, at each read.

    It is read in the session's transaction where one is open, and sees what was changed there; else by itself, on a
    connection of the session's pool that is in autocommit, and goes back at once. Rows are named tuples of what the
    columns' types make of the values; nothing of them is kept in the session. Raises what `session.execute` would.
    """

    def __init__(self, statement: Select):
        if not isinstance(statement, Select):
            raise TypeError("a select alone is read in autocommit: what changes data has a unit of work")
        self._statement = statement

    @cached_property
    def _compiled(self) -> "_Compiled":
        return _Compiled(self._statement)

    def all(self, session: Session, **values) -> list[Any]:
        """All rows."""
        compiled = self._compiled
        return compiled.rows(_read(session, compiled.sql, compiled.parameters(values)))

    def estimated_rows(self, session: Session, **values) -> int:
        """How many rows the planner expects, from the tables' statistics; costs no reading."""
        compiled = self._compiled
        ((plan,),) = _read(session, EXPLAIN + compiled.sql, compiled.parameters(values))
        return int(plan[0]["Plan"]["Plan Rows"])

    def first(self, session: Session, **values) -> Any | None:
        """The first row, or None."""
        rows = self.all(session, **values)
        return rows[0] if rows else None

    def scalar(self, session: Session, **values) -> Any | None:
        """The first value of the first row, or None."""
        rows = self.all(session, **values)
        return rows[0][0] if rows else None


class _Compiled:
    """The SQL of a select, and what makes the driver's parameters of its values and rows of what the driver found."""

    def __init__(self, statement: Select):
        compiled = statement.compile(dialect=DIALECT)
        self._names = frozenset(bind.key for bind in compiled.bind_names if bind.required)
        expanded = compiled.construct_expanded_state(dict.fromkeys(self._names))
        self.sql, self._values = expanded.statement, dict(expanded.parameters)
        of_binds = ((name, bind.type.dialect_impl(DIALECT)) for bind, name in compiled.bind_names.items())
        self._binds = _those_with(lambda kind: kind.bind_processor(DIALECT), of_binds) | dict(expanded.processors)
        columns = enumerate(column.type.dialect_impl(DIALECT) for column in statement.selected_columns)
        self._results = _those_with(lambda kind: kind.result_processor(DIALECT, NUMERIC), columns)
        self._row = namedtuple("Row", statement.selected_columns.keys(), rename=True)._make

    def parameters(self, values: dict) -> dict:
        """What the driver is given. Raises TypeError where not each of the select's values is given, and nothing else."""
        if values.keys() != self._names:
            raise TypeError(f"the values of this select are {sorted(self._names)}, given are {sorted(values)}")
        values = self._values | values
        for name, process in self._binds.items():
            if name in values:
                values[name] = process(values[name])
        return values

    def rows(self, found: list) -> list[Any]:
        """The named tuples of the driver's rows."""
        if found and self._results:
            columns = list(zip(*found, strict=True))
            for place, process in self._results.items():
                columns[place] = map(process, columns[place])
            found = zip(*columns, strict=True)
        return list(map(self._row, found))


def _those_with(processor_of, kinds) -> dict:
    """{key: processor} of those (key, type) whose values are not passed on as they are."""
    found = {key: processor_of(kind) for key, kind in kinds}
    return {key: process for key, process in found.items() if process is not None}


def _read(session: Session, sql: str, values: dict) -> list:
    if session.in_transaction():
        return session.connection().exec_driver_sql(sql, values).all()
    return _read_alone(session.get_bind(), sql, values)


def _read_alone(engine: Engine, sql: str, values: dict) -> list[tuple]:
    """The rows of a statement that is a transaction by itself. Connections that the database has closed meanwhile, as a
    restart does, are all given up, and it is sent once more."""
    try:
        return _read_once(engine, sql, values)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        engine.dispose()
        return _read_once(engine, sql, values)


def _read_once(engine: Engine, sql: str, values: dict) -> list[tuple]:
    """The same; a connection on which it failed is not used again."""
    pooled = None
    try:
        pooled = engine.raw_connection()
        connection = pooled.dbapi_connection
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            found = cursor.fetchall()
        connection.autocommit = False
    except BaseException as error:
        gone = (
            pooled is not None
            and isinstance(error, Psycopg2Error)
            and engine.dialect.is_disconnect(error, connection, None)
        )
        if pooled is not None:
            pooled.invalidate()
        if not isinstance(error, Psycopg2Error):
            raise
        leave_out_values(error)
        raise DBAPIError.instance(
            sql, values, error, Psycopg2Error, hide_parameters=True, connection_invalidated=gone, dialect=engine.dialect
        ) from error
    pooled.close()
    return found
