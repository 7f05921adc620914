"""One whole system: its addresses, the settings of each process, and the table of processes."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from urllib.parse import quote, urlsplit

from deploy.services import SERVICES
from tools.dev import postgres, rabbitmq
from tools.dev.passwords import load_passwords
from tools.dev.paths import Failure, Paths, read_json, write_private
from tools.dev.ports import Ports
from tools.dev.process_table import Process

GATEWAY = "gateway"
ISSUERS = (GATEWAY, *SERVICES)
HTTP_PORT = 8000


@dataclass(frozen=True)
class System:
    """Addresses of a system. `own_postgres` and `own_rabbitmq` say which engines are ours to run.

    `amqp_uri` is the broker's as its administrator reaches it, `brokers` as each kind of process does.
    """

    admin_database: str
    databases: dict[str, dict[str, str]]
    amqp_uri: str
    brokers: dict[str, str]
    own_postgres: bool
    own_rabbitmq: bool
    ports: dict[str, int]
    scale: dict[str, int]

    @property
    def admin_origin(self) -> str:
        return f"http://127.0.0.1:{self.ports['http']}"

    @property
    def portal_origin(self) -> str:
        """Another origin on the same port: cookies of one are never sent to the other."""
        return f"http://localhost:{self.ports['http']}"

    def save(self, paths: Paths) -> None:
        write_private(paths.local / "system.json", json.dumps(asdict(self), indent=1))


def load(paths: Paths) -> System:
    """The system as `up` last left it."""
    known = read_json(paths.local / "system.json", {})
    if set(known) != {field.name for field in fields(System)}:
        raise Failure("nothing has been started here yet, or by an older version: ./dev up")
    return System(**known)


def assemble(paths: Paths, ports: Ports, scale: dict[str, int]) -> System:
    """Choose ports and addresses. `AMQP_URI` and `DATABASE_URL` of the environment win over engines of our own.

    `DATABASE_URL` names an account that may create roles and databases; each service still gets its own two roles. The
    account of `AMQP_URI` is every process' own: its users are not ours to make.
    """
    passwords = load_passwords(paths)
    amqp_uri = os.environ.get("AMQP_URI") or os.environ.get("COMMERCE_AMQP_URI")
    database = os.environ.get("DATABASE_URL")
    requested = os.environ.get("COMMERCE_HTTP_PORT", "")
    if requested and not (requested.isdigit() and 1 <= int(requested) <= 65535):
        raise Failure(f"COMMERCE_HTTP_PORT: {requested!r} is not a port between 1 and 65535.")
    numbers = {"http": ports.take("http", int(requested) if requested else None, HTTP_PORT)}
    engines = ([] if database else ["postgres"]) + ([] if amqp_uri else ["amqp", "management", "epmd", "dist"])
    for name in (*engines, *replicas(scale)):
        numbers[name] = ports.take(name)
    admin = database or f"postgresql://postgres:{passwords['postgres']}@127.0.0.1:{numbers['postgres']}/postgres"
    brokers = {
        user: amqp_uri or rabbitmq.uri(numbers["amqp"], user, passwords[rabbitmq.password_name(user)])
        for user in rabbitmq.USERS
    }
    return System(
        admin_database=admin,
        databases={service: _urls(admin, service, passwords) for service in SERVICES},
        amqp_uri=brokers[rabbitmq.ADMIN],
        brokers=brokers,
        own_postgres=not database,
        own_rabbitmq=not amqp_uri,
        ports=numbers,
        scale=scale,
    )


def replicas(scale: dict[str, int]) -> list[str]:
    """Names of the application's processes: `clients`, and `clients-2` where two are wanted."""
    return [
        name if number == 1 else f"{name}-{number}"
        for name in (*SERVICES, GATEWAY)
        for number in range(1, scale.get(name, 1) + 1)
    ]


def engines(paths: Paths, system: System) -> list[Process]:
    """The processes of our own engines, none where an address was given."""
    found = []
    if system.own_rabbitmq:
        found += rabbitmq.processes(paths, system.ports)
    if system.own_postgres:
        found.append(postgres.process(paths, system.ports["postgres"]))
    return found


def application(paths: Paths, system: System) -> list[Process]:
    """The five services and the gateway, each with the settings that it needs and no others."""
    found = []
    for name in replicas(system.scale):
        role = name.partition("-")[0]
        module = GATEWAY if role == GATEWAY else f"services.{role}"
        env = settings(paths, system, role) | {"COMMERCE_OPS_PORT": str(system.ports[name])}
        # Several gateways share the public port's socket; what is listed is where its users reach it.
        public = system.ports["http"] if role == GATEWAY else None
        found.append(
            Process(
                name,
                [paths.python, "-m", module],
                env,
                public or system.ports[name],
                f"http://127.0.0.1:{system.ports[name]}/readyz",
                cwd=str(paths.checkout),
                listens=public,
            )
        )
    return found


def settings(paths: Paths, system: System, role: str) -> dict[str, str]:
    """The environment of one kind of process, without its operations port."""
    chosen = {
        "COMMERCE_AMQP_URI": system.brokers[role],
        "COMMERCE_SIGNING_KEY_FILE": str(paths.keys / f"{role}.key"),
        "COMMERCE_TRUSTED_KEYS_DIR": str(paths.keys),
        "COMMERCE_DEVELOPMENT": "1",
        "COMMERCE_ADMIN_ORIGIN": system.admin_origin,
    }
    if role == GATEWAY:
        chosen |= {"COMMERCE_HTTP_HOST": "127.0.0.1", "COMMERCE_HTTP_PORT": str(system.ports["http"])}
    else:
        chosen["COMMERCE_DATABASE_URL"] = system.databases[role]["app"]
    if role == "audit":
        chosen["COMMERCE_CHECKPOINTS_FILE"] = str(paths.checkpoints / "activity.jsonl")
    if role == "clients":
        chosen["COMMERCE_MAIL_DIR"] = str(paths.mail)
    if role in ("clients", "webhooks"):
        chosen["COMMERCE_ENCRYPTION_KEYS_FILE"] = str(paths.encryption_keys)
    if role == "webhooks":
        chosen["COMMERCE_WEBHOOK_LOOPBACK"] = "1"
    if role in (GATEWAY, "clients"):
        chosen["COMMERCE_PORTAL_ORIGIN"] = system.portal_origin
    return base_environment(paths) | _given() | chosen


def migration_settings(paths: Paths, system: System, service: str) -> dict[str, str]:
    """A service's environment with the owner's account beside its own."""
    return settings(paths, system, service) | {"COMMERCE_OWNER_DATABASE_URL": system.databases[service]["owner"]}


def tool_environment(paths: Paths, system: System) -> dict[str, str]:
    """The environment of `tools.seed` and `tools.bench`: every database, by both accounts, and the addresses."""
    env = base_environment(paths) | {
        "COMMERCE_AMQP_URI": system.amqp_uri,
        "COMMERCE_ADMIN_ORIGIN": system.admin_origin,
        "COMMERCE_PORTAL_ORIGIN": system.portal_origin,
        "COMMERCE_TRUSTED_KEYS_DIR": str(paths.keys),
        "COMMERCE_DEVELOPMENT": "1",
    }
    for service, urls in system.databases.items():
        env[f"{service.upper()}_DATABASE_URL"] = urls["app"]
        env[f"{service.upper()}_OWNER_DATABASE_URL"] = urls["owner"]
    return env


def base_environment(paths: Paths) -> dict[str, str]:
    """What any of our Python processes needs of the machine."""
    return {
        "PATH": f"{paths.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",  # what one thread has freed is taken by another
        "PYTHONWARNINGS": "ignore",  # the logs are JSON lines; the tests show what libraries deprecate
    }


def _given() -> dict[str, str]:
    """Settings from the caller's environment (COMMERCE_TIMEZONE=… ./dev up); the services judge them."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith("COMMERCE_") and not name.startswith("COMMERCE_TEST_")
    }


def _urls(admin: str, service: str, passwords: dict[str, str]) -> dict[str, str]:
    parts = urlsplit(admin)
    where = f"{parts.hostname or '127.0.0.1'}:{parts.port or 5432}"
    query = f"?{parts.query}" if parts.query else ""
    return {
        kind: f"postgresql://{service}_{kind}:{quote(passwords[f'{service}_{kind}'])}@{where}/{service}{query}"
        for kind in ("owner", "app")
    }
