"""The whole system in one process: five services and the gateway on real engines, spoken to over HTTP."""

import socket
import subprocess
import sys
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import psycopg2
import pytest
import requests
from nameko.containers import ServiceContainer

from chassis import rate_limits
from chassis.events.event import publish_schemas_at
from chassis.process.runtime import container_config
from chassis.settings import Settings
from chassis.testing.plugin import migrated_databases, wait_until
from chassis.testing.virtual_host import virtual_host
from deploy.services import SERVICES
from gateway.server.service import Gateway
from tests.support.broker import as_user, import_users
from tools.docs.service_classes import service_class

STAFF_EMAIL, STAFF_PASSWORD = "admin@example.com", "correct horse battery staple"


@dataclass
class System:
    """A running system: `get`, `post` speak to its API as the first staff member."""

    origin: str
    portal_origin: str
    token: str
    containers: dict[str, ServiceContainer]
    mail_dir: Path

    def request(self, method: str, path: str, **options) -> requests.Response:
        """A request to the admin origin with the API token."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return requests.request(
            method, self.origin + path, headers=headers, timeout=30, allow_redirects=False, **options
        )

    def get(self, path: str, **options) -> requests.Response:
        """GET below /api/v1."""
        return self.request("GET", f"/api/v1{path}", **options)

    def mail(self, recipient: str, subject: str) -> str:
        """The text of the newest mail to somebody with this subject; waits for it."""

        def found() -> str:
            messages = (
                message_from_bytes(file.read_bytes(), policy=policy.default)
                for file in sorted(self.mail_dir.glob("*.eml"), reverse=True)
            )
            return next(
                (one.get_content() for one in messages if (one["To"], one["Subject"]) == (recipient, subject)), ""
            )

        return wait_until(found, f"a mail “{subject}” to {recipient}")

    def new_client(self, **given) -> dict:
        """A client made through the API, with an email of its own; its record."""
        body = {
            "first_name": "Ada",
            "last_name": "Lovelace",
            "email": f"ada-{uuid.uuid4().hex[:12]}@example.com",
            "currency": "EUR",
            **given,
        }
        answer = self.post("/clients", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def post(self, path: str, body=None, **options) -> requests.Response:
        """POST JSON below /api/v1 under a fresh idempotency key."""
        headers = {"Idempotency-Key": uuid.uuid4().hex, **options.pop("headers", {})}
        return self.request("POST", f"/api/v1{path}", json=body, headers=headers, **options)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def shared_amqp_uri():
    """A virtual host for the whole run."""
    with virtual_host() as uri:
        yield uri


@pytest.fixture(scope="session")
def system(shared_amqp_uri, keys_dir):
    """The system, started once for the run on databases that no other test empties; with one super_admin and their
    token."""
    with running_system("system", shared_amqp_uri, keys_dir) as running:
        yield running


# One token and one address stand for everybody here, and one client for many.
UNLIMITED = dict.fromkeys(rate_limits.LIMITS, 10**9)
PATIENCE_SECONDS = 4.0  # a machine that is busy makes a test slow, not red


_RUNNING: list[System] = []


@pytest.fixture(scope="module", autouse=True)
def forgotten_attempts():
    """Each module begins as somebody from another address: what others tried in vain does not hold it up."""
    for running in _RUNNING:
        with psycopg2.connect(running.containers["clients"].config["settings"].database_url) as database:
            database.cursor().execute("DELETE FROM identity.sign_in_attempts")


@contextmanager
def running_system(prefix: str, amqp_uri: str, keys_dir):
    """A system for as long as the block lasts, on databases of its own whose names begin with `prefix`."""
    rate_limits.configure(UNLIMITED)
    with migrated_databases(prefix) as databases:
        containers, origins = make_containers(databases, amqp_uri, keys_dir)
        publish_schemas_at(origins["admin_origin"])
        for container in containers.values():
            container.start()
        running = System(
            origins["admin_origin"],
            origins["portal_origin"],
            make_token(databases("clients")),
            containers,
            containers["clients"].config["settings"].mail_dir,
        )
        wait_until(lambda: running.get("/me").status_code == 200, "the API to answer", seconds=20)
        _RUNNING.append(running)
        yield running
        _RUNNING.remove(running)
        for container in reversed(containers.values()):
            container.stop()
        if _RUNNING:
            publish_schemas_at(_RUNNING[-1].origin)


def make_containers(databases, amqp_uri: str, keys_dir) -> tuple[dict[str, ServiceContainer], dict[str, str]]:
    """The five services and the gateway on a free port, each as its own user of the broker, not started; and the
    gateway's origins."""
    import_users(amqp_uri)
    port = free_port()
    mail_dir = keys_dir / f"mail-{port}"
    mail_dir.mkdir()
    origins = {"admin_origin": f"http://127.0.0.1:{port}", "portal_origin": f"http://localhost:{port}"}
    containers = {}
    for name in (*SERVICES, "gateway"):
        settings = Settings(
            amqp_uri=as_user(amqp_uri, name),
            http_port=port,
            database_url=databases(name).app_url if name in SERVICES else None,
            signing_key_file=keys_dir / f"{name}.key",
            trusted_keys_dir=keys_dir,
            encryption_keys_file=keys_dir / "encryption.keys" if name in ("clients", "webhooks") else None,
            development=True,
            read_seconds=PATIENCE_SECONDS,
            webhook_loopback=name == "webhooks",
            **origins,
            mail_dir=mail_dir if name == "clients" else None,
            checkpoints_file=keys_dir / f"checkpoints-{port}.jsonl" if name == "audit" else None,
        )
        containers[name] = ServiceContainer(
            service_class(name) if name in SERVICES else Gateway, container_config(settings)
        )
    return containers, origins


def make_token(database) -> str:
    """A super_admin in the clients database and a fresh API token for them, by the service's own commands."""
    environment = {"COMMERCE_DATABASE_URL": database.app_url, "COMMERCE_DEVELOPMENT": "1", "PATH": "/usr/bin:/bin"}
    run = [sys.executable, "-W", "ignore", "-m", "services.clients"]
    subprocess.run(
        [*run, "staff", "--email", STAFF_EMAIL, "--name", "Ada Admin"],
        env=environment,
        check=True,
        input=f"{STAFF_PASSWORD}\n",
        text=True,
        capture_output=True,
    )
    return subprocess.run([*run, "token"], env=environment, check=True, text=True, capture_output=True).stdout.strip()
