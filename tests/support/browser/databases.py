"""What the browser tests' system stands on: a database for each service and a virtual host, on `./dev test`'s
engines."""

import os
import uuid
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
import requests

from tests.support.broker import import_users


def engine(name: str) -> str:
    """Where an engine of the tests is."""
    if name not in os.environ:
        pytest.fail(f"{name} is not set: run the tests with ./dev test", pytrace=False)
    return os.environ[name]


class Database:
    """A service's database for this run, with the owner and the app role of the service."""

    def __init__(self, service: str):
        self._root = engine("COMMERCE_TEST_POSTGRES_URL")
        parts = urlsplit(self._root)
        address = f"{parts.hostname}:{parts.port}"
        self.service, self.name = service, f"browser_{service}_{os.getpid()}"
        self.owner_url = f"postgresql://{service}_owner:test@{address}/{self.name}"
        self.app_url = f"postgresql://{service}_app:test@{address}/{self.name}"

    def create(self) -> None:
        """Make the roles, where the cluster lacks them, and the database."""
        owner, app = f"{self.service}_owner", f"{self.service}_app"
        with self._superuser() as cursor:
            cursor.execute("SELECT pg_advisory_lock(4711)")
            for role in (owner, app):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'test'")
            cursor.execute(f"CREATE DATABASE {self.name} OWNER {owner}")
            cursor.execute(f"REVOKE CONNECT ON DATABASE {self.name} FROM PUBLIC")
            cursor.execute(f"GRANT CONNECT ON DATABASE {self.name} TO {app}")

    def drop(self) -> None:
        """Remove the database, whoever is still connected."""
        with self._superuser() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def tamper(self, *statements: str) -> None:
        """Change what nobody may change: as superuser, with all triggers set aside."""
        with self._superuser(self.name) as cursor:
            cursor.execute("SET session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)

    @contextmanager
    def _superuser(self, database: str = "postgres"):
        connection = psycopg2.connect(urlsplit(self._root)._replace(path=f"/{database}").geturl())
        connection.autocommit = True
        try:
            yield connection.cursor()
        finally:
            connection.close()


class VirtualHost:
    """A virtual host of the broker for this run."""

    def __init__(self):
        self._name = f"browser-{uuid.uuid4().hex[:12]}"
        self._user = urlsplit(engine("COMMERCE_TEST_AMQP_URI"))
        self._api = engine("COMMERCE_TEST_RABBIT_API")
        self.uri = urlunsplit(self._user._replace(path=f"/{self._name}"))

    def create(self) -> None:
        """Make it, with our users beside that of the tests."""
        import_users(self.uri)

    def publish(self, exchange: str, routing_key: str, body: str) -> None:
        """Publish what is no event."""
        message = {"routing_key": routing_key, "payload": body, "payload_encoding": "string", "properties": {}}
        address = f"{self._api}/api/exchanges/{self._name}/{exchange}/publish"
        requests.post(address, json=message, timeout=10).raise_for_status()

    def delete(self) -> None:
        """Remove it with its queues."""
        requests.delete(f"{self._api}/api/vhosts/{self._name}", timeout=10)
