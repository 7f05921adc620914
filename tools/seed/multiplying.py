"""Multiplying: templates are loaded into a schema of their own, and copied from there inside PostgreSQL.

A million clients with a thin history take minutes so, where the ordinary way takes hours: tables are bare while they
fill, and rows never leave the server. Two databases at a time are filled, copy after copy, each in one transaction; so
whatever ends the load, the same command goes on behind the last copy. The schema goes away when all is done.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event

import psycopg2

from tools.seed.bare_tables import put_back, take_off
from tools.seed.copy_rows import COLUMNS, Databases
from tools.seed.sealing import FUNCTIONS, hashed_parts
from tools.seed.templates import ID_MARK, NUMBER_MARK, WORD_MARK, values_of

ORDER = ("audit", "clients", "billing", "support")  # the longest first
AT_ONCE = 2
# Running services lock rows of these all the time, so they keep their keys.
KEPT_WHOLE = ("streams", "chain_heads")
FILLED_BY_TRIGGERS = {"clients": ("billing_totals",)}
SETTINGS = """
SET synchronous_commit = off; SET maintenance_work_mem = '400MB'; SET work_mem = '256MB'; SET statement_timeout = 0;
SET max_parallel_maintenance_workers = 0; SET max_parallel_workers_per_gather = 0; SET timezone = 'UTC'"""
TYPES = """
SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"""
EVENTS = {"outbox": "body", "entries": "facts"}  # tables of events, and the column with their facts
ENTRIES = """
WITH copied AS (
  INSERT INTO entries ({names}, prev, hash)
  SELECT {names}, coalesce(lag(hash) OVER chains, %(genesis)s), hash FROM (
    SELECT *, multiplying.chained({parts}) OVER chains AS hash FROM (SELECT {values} FROM multiplying.entries) copies
    WINDOW chains AS (PARTITION BY chain ORDER BY seq)) sealed
  WINDOW chains AS (PARTITION BY chain ORDER BY seq) RETURNING chain, seq, hash)
INSERT INTO chain_heads (chain, seq, hash) SELECT DISTINCT ON (chain) chain, seq, hash FROM copied ORDER BY chain, seq DESC"""


def staging_name(table: str) -> str:
    """The table that holds the templates of `table`."""
    return f"multiplying.{table.replace('.', '_')}"


def stage(databases: Databases) -> None:
    """Make the schema, anew where an earlier one was never completed; templates go into it as text."""
    for service in ORDER:
        databases.query(service, f"DROP SCHEMA IF EXISTS multiplying CASCADE; CREATE SCHEMA multiplying; {FUNCTIONS}")
    for table, columns in COLUMNS.items():
        service, _, name = table.partition(".")
        texts = ", ".join(f"{column} text" for column in columns.split(", "))
        databases.query(service, f"CREATE UNLOGGED TABLE {staging_name(name)} ({texts})")
    databases.commit()


def begin(databases: Databases, plan: tuple[int, str, int]) -> None:
    """Write down that all templates are there: `plan` is how many clients in all, the seed, and copies of each."""
    for service in reversed(ORDER):
        databases.query(
            service,
            "CREATE TABLE multiplying.plan AS SELECT %s AS clients, %s AS seed, %s AS copies, 0 AS done",
            plan,
        )
    databases.commit()


def begun(databases: Databases) -> tuple[int, str, int] | None:
    """The plan of a load that was begun and is not finished."""
    if not databases.query("audit", "SELECT to_regclass('multiplying.plan') IS NOT NULL")[0][0]:
        return None
    return databases.query("audit", "SELECT clients, seed, copies FROM multiplying.plan")[0]


def multiply(progress) -> dict[str, int]:
    """Copy the templates as often as is planned; how many rows went into each table.

    `progress` is called with a sentence now and then, from several threads.
    """
    stop = Event()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        fillings = [_Filling(service, stop, progress) for service in ORDER]
        tasks = [pool.submit(filling.run) for filling in fillings]
        try:
            counts = [task.result() for task in tasks]
        except BaseException:
            stop.set()
            for filling in fillings:
                filling.connection.cancel()
            pool.shutdown(cancel_futures=True)
            raise
    for filling in reversed(fillings):  # the one that says whether there is a plan comes last
        filling.end()
    return {table: count for part in counts for table, count in part.items()}


class _Filling:
    """One database on its way."""

    def __init__(self, service: str, stop: Event, progress):
        self.service, self.stop, self.progress = service, stop, progress
        self.connection = psycopg2.connect(os.environ[f"{service.upper()}_OWNER_DATABASE_URL"])
        self.cursor = self.connection.cursor()
        self.cursor.execute(SETTINGS)
        self.connection.commit()

    def run(self) -> dict[str, int]:
        """All copies, keys and indexes; the rows that went into each table."""
        if not self._query("SELECT to_regclass('multiplying.plan') IS NOT NULL")[0][0]:
            return {}  # it was finished before
        counts = self._filled()
        filled = [*counts, *FILLED_BY_TRIGGERS.get(self.service, ())]
        take_off(self.cursor, [name for name in filled if name not in KEPT_WHOLE])
        self.connection.commit()
        copies, done = self._query("SELECT copies, done FROM multiplying.plan")[0]
        statements = [self._statement(table) for table in counts if table != "chain_heads"]
        for copy in range(done, copies):
            self._copy(statements, values_of(copy, copies))
            if copies < 20 or copy % (copies // 10) == 0:
                self.progress(f"{self.service}: {copy + 1} of {copies} copies")
        put_back(self.connection, lambda name: self._go_on(f"{self.service}: {name} built"))
        self.connection.autocommit = True
        self.cursor.execute("VACUUM ANALYZE")
        return {f"{self.service}.{name}": count * copies for name, count in counts.items()}

    def _query(self, statement: str, values: tuple = ()) -> list[tuple]:
        self.cursor.execute(statement, values)
        return self.cursor.fetchall()

    def _go_on(self, text: str) -> None:
        self.progress(text)
        if self.stop.is_set():
            raise SystemExit("stopped")

    def _filled(self) -> dict[str, int]:
        """The tables that there are templates of, with how many rows each has."""
        tables = [name.partition(".")[2] for name in COLUMNS if name.startswith(f"{self.service}.")]
        counts = {table: self._query(f"SELECT count(*) FROM {staging_name(table)}")[0][0] for table in tables}
        return {table: count for table, count in counts.items() if count}

    def _copy(self, statements: list[str], values: dict[str, str]) -> None:
        named = {"id": values[ID_MARK], "number": values[NUMBER_MARK], "word": values[WORD_MARK], "genesis": bytes(32)}
        for statement in statements:
            self.cursor.execute(statement, named)
        self.cursor.execute("UPDATE multiplying.plan SET done = done + 1")
        self.connection.commit()
        if self.stop.is_set():
            raise SystemExit("stopped")

    def _statement(self, table: str) -> str:
        """What copies the templates of `table` once."""
        types = dict(self._query(TYPES, (table,)))
        columns = [name for name in COLUMNS[f"{self.service}.{table}"].split(", ") if name not in ("prev", "hash")]
        values = {name: self._value(table, name) for name in columns}
        if facts := EVENTS.get(table):
            values[facts] = f"multiplying.bound({values[facts]}, personal::jsonb, {values['personal']}::jsonb)"
        listed = ", ".join(f"{value}::{types[name]} AS {name}" for name, value in values.items())
        names = ", ".join(columns)
        if table == "entries":
            return ENTRIES.format(names=names, values=listed, parts=hashed_parts(types))
        return f"INSERT INTO {table} ({names}) SELECT {listed} FROM {staging_name(table)}"

    def _value(self, table: str, column: str) -> str:
        """A column's value in a copy: the template's, with those marks replaced that occur in it."""
        value = column
        for mark, name in ((ID_MARK, "id"), (NUMBER_MARK, "number"), (WORD_MARK, "word")):
            marked = f"SELECT EXISTS (SELECT FROM {staging_name(table)} WHERE position('{mark}' IN {column}) > 0)"
            if self._query(marked)[0][0]:
                value = f"replace({value}, '{mark}', %({name})s)"
        return value

    def end(self) -> None:
        """Forget the templates."""
        with closing(self.connection):
            self.cursor.execute("DROP SCHEMA IF EXISTS multiplying CASCADE")
