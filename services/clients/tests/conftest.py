"""Fixtures: a clients database, an opener of units of work without a bus, callers, and a maker of clients."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from nameko.containers import ServiceContainer

from chassis.context import Caller
from chassis.errors import ServiceProblem
from chassis.events.unit_of_work import RequestUnitOfWork
from chassis.process.runtime import container_config
from chassis.rpc.client import Calls
from chassis.settings import Settings
from chassis.testing.plugin import Front, calls_of
from chassis.testing.virtual_host import declare_service, virtual_host
from chassis.types.ids import new_id
from services.clients import passwords, rules
from services.clients.commands.identity.staff import create_staff, find_staff
from services.clients.commands.records.folded_copies import renew_copies
from services.clients.models import Client, Contact, StaffAccount
from services.clients.service import ClientsService
from tests.support.portal_contact import Portal

KEPT_COST = passwords.COST
passwords.COST = {**KEPT_COST, "time_cost": 1, "memory_cost": 64}  # somebody signs in in most tests


@pytest.fixture
def session(session_of):
    """A session as the service's app role on an empty database."""
    return session_of("clients")


@dataclass(frozen=True)
class FreshUnitOfWork(RequestUnitOfWork):
    """An opener whose every unit of work is a request of its own: no key is claimed twice."""

    def __call__(self, stream=None, *, caller: Caller | None = None, part: str = ""):
        return super().__call__(stream, caller=caller, part=f"{part}:{new_id()}")


@pytest.fixture
def open_uow_as(session):
    """`open_uow_as(caller)`: an opener in the caller's name."""
    return lambda caller: FreshUnitOfWork(session, "clients", caller, "test", {})


@pytest.fixture
def open_uow(open_uow_as, make_caller):
    """An opener in a super admin's name."""
    return open_uow_as(make_caller())


@pytest.fixture(scope="module")
def clients_host(databases, keys_dir):
    """The service and its caller on a virtual host, running for all tests of a module."""
    with virtual_host() as uri, ExitStack() as running:

        def start(service_class, issuer, database_url=None):
            settings = Settings(
                amqp_uri=uri,
                database_url=database_url,
                signing_key_file=keys_dir / f"{issuer}.key",
                trusted_keys_dir=keys_dir,
                encryption_keys_file=keys_dir / "encryption.keys",
                development=True,
            )
            declare_service(uri, service_class)
            container = ServiceContainer(service_class, container_config(settings))
            container.start()
            running.callback(container.stop)
            return container

        start(ClientsService, "clients", databases("clients").app_url)
        yield start(Front, "gateway")


@pytest.fixture
def service(clients_host, session):
    """The running service, on the same empty database as `session`."""
    return clients_host


@pytest.fixture
def calls(clients_host) -> Calls:
    """A caller of the service, signing as the gateway."""
    return calls_of(clients_host)


@pytest.fixture
def anonymous(make_caller):
    """`anonymous(**fields)`: nobody yet, from an address."""

    def make(**given):
        return make_caller(**{"kind": "anonymous", "id": None, "name": None, "permissions": (), **given})

    return make


@pytest.fixture
def account(open_uow, session) -> StaffAccount:
    """A super_admin, ada@example.com, whose password is "correct horse"."""
    create_staff(open_uow, email="ada@example.com", name="Ada Staff", role="super_admin", password="correct horse")
    return find_staff(session, "ada@example.com")


@pytest.fixture
def make_client(session):
    """`make_client("Ann", "Lee", company=…, …)`: a client with its primary contact, committed; returns its id."""

    def make(first_name="Ann", last_name="Lee", *, company="", email=None, phone="", **fields):
        client_id = fields.pop("id", None) or new_id()
        email = email or f"{client_id}@example.com"
        client = Client(
            id=client_id,
            company=company,
            sort_name="",
            search_text="",
            **{"currency": "EUR", "joined_at": datetime(2026, 1, 1, tzinfo=UTC), **fields},
        )
        session.add(client)
        session.flush()
        session.add(
            Contact(
                client_id=client_id,
                is_primary=True,
                first_name=first_name,
                last_name=last_name,
                email=email,
                email_key=rules.email_key(email),
                phone=phone,
                phone_e164=rules.phone_e164(phone, client.country or ""),
            )
        )
        renew_copies(session, client)
        session.commit()
        return client_id

    return make


@pytest.fixture
def ask(service, calls, make_caller, client_id):
    """`ask("add_note", body=…)`: an RPC method of the client that the module's `client_id` names."""

    def call(rpc, *, caller=None, **given):
        return calls.call(
            make_caller(**(caller or {})), f"clients.{rpc}", seconds=5, writes=True, **{"client_id": client_id, **given}
        )

    return call


@pytest.fixture
def refusal(ask):
    """What `ask` is refused with."""

    def call(rpc, **given) -> ServiceProblem:
        with pytest.raises(ServiceProblem) as refused:
            ask(rpc, **given)
        return refused.value

    return call


@pytest.fixture
def portal(service, calls, make_caller, session) -> Portal:
    """The portal's RPC methods of the running service."""
    return Portal(calls, make_caller, session)


@pytest.fixture
def imogen(portal, make_client):
    """The owner of a client, imogen@example.com, who has accepted an invitation; `(client's id, contact's id)`."""
    client_id = make_client("Imogen", "Hartley", company="Brightwater", email="imogen@example.com")
    return str(client_id), portal.joins(client_id)
