"""The statements that the services' queries send for a page, caught once, so that they can be sent again by psycopg2
alone."""

import os
import time
from collections.abc import Callable
from typing import NamedTuple

import psycopg2
from psycopg2.extras import register_uuid
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url
from deploy.services import SERVICES


class Statement(NamedTuple):
    """One statement as it went to the database of `service`."""

    service: str
    text: str
    values: object


class Databases:
    """A session of each service's database, for its queries, and a bare connection, for what they were seen to send."""

    def __init__(self):
        register_uuid()
        urls = {service: os.environ[f"{service.upper()}_DATABASE_URL"] for service in SERVICES}
        self._engines = {service: create_engine(driver_url(url)) for service, url in urls.items()}
        self.sessions = {service: Session(engine) for service, engine in self._engines.items()}
        self._bare = {service: psycopg2.connect(url) for service, url in urls.items()}
        self._caught: list[Statement] = []
        for service, engine in self._engines.items():
            event.listen(engine, "before_cursor_execute", self._catcher(service))

    def _catcher(self, service: str) -> Callable:
        def catch(_connection, _cursor, text, values, _context, _many):
            self._caught.append(Statement(service, text, values))

        return catch

    def record(self, query: Callable, *arguments) -> list[Statement]:
        """Run `query(sessions, *arguments)` in a transaction each, where what it sends can be caught, and return that."""
        self._caught = []
        for session in self.sessions.values():
            session.rollback()
            session.begin()
        query(self.sessions, *arguments)
        for session in self.sessions.values():
            session.rollback()
        return self._caught

    def repeat(self, statements: list[Statement]) -> float:
        """Send `statements` one after another, fetch all rows; the seconds it took."""
        begun = time.perf_counter()
        for statement in statements:
            with self._bare[statement.service].cursor() as cursor:
                cursor.execute(statement.text, statement.values)
                if cursor.description:
                    cursor.fetchall()
        for service in {statement.service for statement in statements}:
            self._bare[service].rollback()
        return time.perf_counter() - begun

    def plan(self, statement: Statement) -> dict:
        """What PostgreSQL did for a statement, as EXPLAIN (ANALYZE, BUFFERS) shows it."""
        with self._bare[statement.service].cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.text}", statement.values)
            found = cursor.fetchone()[0][0]["Plan"]
        self._bare[statement.service].rollback()
        return found

    def holds(self, service: str, condition: str) -> bool:
        """Whether a condition holds in the database of `service` now."""
        with self._bare[service].cursor() as cursor:
            cursor.execute(f"SELECT {condition}")
            found = cursor.fetchone()[0]
        self._bare[service].rollback()
        return found

    def close(self) -> None:
        """Close all connections."""
        for service in SERVICES:
            self.sessions[service].close()
            self._engines[service].dispose()
            self._bare[service].close()
