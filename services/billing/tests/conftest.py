"""A billing database with clients in it; billing's RPC methods on a real bus, beside a clients service that answers its
questions."""

import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from marshmallow import INCLUDE, Schema
from nameko.containers import ServiceContainer
from sqlalchemy import insert
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import not_found
from chassis.events.unit_of_work import SYSTEM, RequestUnitOfWork
from chassis.permissions import Access
from chassis.process.runtime import container_config
from chassis.process.service import Service
from chassis.rpc import server
from chassis.settings import Settings
from chassis.testing.plugin import Front, calls_of
from chassis.testing.virtual_host import declare_service, virtual_host
from services.billing.models import BillingAccount
from services.billing.service import BillingService
from tests.support.billing_rows import client_terms


class Anything(Schema):
    """Takes whatever is given."""

    class Meta:
        unknown = INCLUDE


class FakeClients(Service):
    """What billing asks of the clients service, answered from `known` ({client id: what differs from
    `client_terms`}), `external`
    ({external id: client id}) and `imports` ({import id: status}); `asked` counts the questions."""

    name = "clients"
    known: dict = {}
    external: dict = {}
    imports: dict = {}
    asked: dict = {}

    @server.rpc(Access.SERVICE, request=Anything)
    def clients_for_billing(self, client_ids):
        self.asked["clients_for_billing"] = self.asked.get("clients_for_billing", 0) + 1
        return {one: client_terms(**self.known[one]) for one in client_ids if one in self.known}

    @server.rpc(Access.SERVICE, request=Anything)
    def external_ids_for_billing(self, source, external_ids):
        self.asked["external_ids_for_billing"] = self.asked.get("external_ids_for_billing", 0) + 1
        return {one: self.external[one] for one in external_ids if one in self.external}

    @server.rpc(Access.SERVICE, request=Anything)
    def totals_published_for_billing(self, at, event_id):
        return {}

    @server.rpc(Access.SERVICE, request=Anything)
    def import_for_billing(self, import_id):
        if import_id not in self.imports:
            raise not_found()
        return {"id": import_id, "status": self.imports[import_id]}


@pytest.fixture
def session(session_of):
    """A session on an empty billing database, as the service's own role."""
    return session_of("billing")


@pytest.fixture
def account(session):
    """`account("EUR")`: the id of a client with an open billing account."""

    def open_one(currency: str = "EUR") -> uuid.UUID:
        client_id = uuid.uuid4()
        session.execute(insert(BillingAccount).values(client_id=client_id, currency=currency))
        session.commit()
        return client_id

    return open_one


@pytest.fixture
def open_uow_as(session):
    """`open_uow_as(caller, operation)`: what an RPC method's `self.open_uow` is, without a bus."""

    def opener(caller, operation: str = "test") -> RequestUnitOfWork:
        return RequestUnitOfWork(session, "billing", caller, operation, {})

    return opener


@dataclass(frozen=True)
class EachARequest:
    """An opener for many commands: each transaction is a request of its own."""

    session: Session
    make_caller: Callable[[], Caller]

    @property
    def caller(self) -> Caller:
        return self.make_caller()

    def __call__(self, stream=SYSTEM, **given):
        return RequestUnitOfWork(self.session, "billing", self.caller, "test", {})(stream, **given)


@pytest.fixture
def open_uow(session, make_caller) -> EachARequest:
    """The opener of a test with many commands, each of a request of its own."""
    return EachARequest(session, make_caller)


@pytest.fixture
def clients():
    """What the fake clients service knows; empty at first."""

    class Clients(FakeClients):
        known, external, imports, asked = {}, {}, {}, {}

    return Clients


@pytest.fixture
def billing(run_service, databases, session, clients):
    """Billing and the fake clients service, running."""
    url = databases("billing").app_url
    run_service(clients, url)
    return run_service(BillingService, url)


@pytest.fixture
def ask(calls, make_caller):
    """`ask("get_billing", client_id=…)`: an answer of billing to a super_admin on that client's record."""
    return rpc_of(calls, make_caller)


def rpc_of(calls, make_caller):
    """The function that `ask` and `rpc` are."""

    def call(rpc: str, caller=None, **arguments):
        arguments = {name: str(value) if isinstance(value, uuid.UUID) else value for name, value in arguments.items()}
        caller = caller or make_caller(client_id=arguments.get("client_id"))
        return calls.call(caller, f"billing.{rpc}", seconds=5, **arguments)

    return call


@pytest.fixture(scope="module")
def module_calls(databases, keys_dir):
    """Billing and the fake clients service, running for all tests of a module; the caller of their RPC methods."""
    with virtual_host() as uri, ExitStack() as running:

        def start(service_class, issuer, database_url=None):
            settings = Settings(
                amqp_uri=uri,
                database_url=database_url,
                signing_key_file=keys_dir / f"{issuer}.key",
                trusted_keys_dir=keys_dir,
            )
            declare_service(uri, service_class)
            container = ServiceContainer(service_class, container_config(settings))
            container.start()
            running.callback(container.stop)
            return container

        url = databases("billing").app_url
        start(FakeClients, "clients", url)
        start(BillingService, "billing", url)
        yield calls_of(start(Front, "gateway"))


@pytest.fixture
def rpc(module_calls, session, make_caller):
    """`rpc("get_billing", client_id=…)`: as `ask`, of the billing that runs for the module, on `session`'s
    database."""
    return rpc_of(module_calls, make_caller)


@pytest.fixture
def known():
    """What the module's fake clients service knows: {client id: what billing reads}."""
    FakeClients.known.clear()
    return FakeClients.known
