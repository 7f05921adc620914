"""Databases that `python -m tools.seed` loads, and queries on them."""

import os
import subprocess
import sys
from types import SimpleNamespace

from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from chassis.events.event import event_of, message_of
from deploy.services import PUBLISHERS, SERVICES

TABLES = """
    SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('public', 'identity')
    AND tablename NOT IN ('alembic_version', 'departments', 'inbox', 'billing_totals_progress') AND tablename NOT LIKE 'outbox_%'"""
DIGEST = """
    SELECT md5(string_agg(line, '|' ORDER BY line))
    FROM (SELECT (to_jsonb(one) {without})::text AS line FROM {table} one) lines"""


class Loaded:
    """The databases, and how to load and look into them."""

    def __init__(self, databases):
        self.databases = {service: databases(service) for service in SERVICES}
        self.engines = {
            service: create_engine(driver_url(one.superuser_url)) for service, one in self.databases.items()
        }

    def empty(self) -> None:
        for one in self.databases.values():
            one.empty()

    def load(self, *arguments: str) -> SimpleNamespace:
        """Run `python -m tools.seed`; its exit code, and what it printed."""
        return self.run("-m", "tools.seed", *arguments)

    def run(self, *arguments: str) -> SimpleNamespace:
        """Run Python on these databases; its exit code, and what it printed."""
        env = {"PATH": os.environ["PATH"]}
        for service, one in self.databases.items():
            env |= {
                f"{service.upper()}_DATABASE_URL": one.app_url,
                f"{service.upper()}_OWNER_DATABASE_URL": one.owner_url,
            }
        command = [sys.executable, "-W", "ignore", *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True)
        return SimpleNamespace(code=done.returncode, output=done.stdout + done.stderr)

    def rows(self, service: str, statement: str, **values) -> list:
        with self.engines[service].connect() as connection:
            return connection.execute(text(statement), values).all()

    def one(self, service: str, statement: str, **values):
        return self.rows(service, statement, **values)[0][0]

    def digests(self) -> dict[str, str]:
        """A digest of each table's rows; the order in which the outbox was filled and published, departments, and when the
        totals were rebuilt are left out."""
        return {
            f"{service}.{table}": self.one(
                service, DIGEST.format(without="- 'id' - 'position'" if table == "public.outbox" else "", table=table)
            )
            for service in SERVICES
            for (table,) in self.rows(service, TABLES)
        }

    def events(self) -> list[dict]:
        """All events, in the order of their streams."""
        return [
            event_of(message_of(row.body, row.personal))
            for service in PUBLISHERS
            for row in self.rows(service, "SELECT body, personal FROM outbox ORDER BY stream, sequence")
        ]

    def close(self) -> None:
        self.empty()
        for engine in self.engines.values():
            engine.dispose()
