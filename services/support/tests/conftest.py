"""Tickets to read, and the RPC methods to read them through."""

import uuid
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from nameko.containers import ServiceContainer

from chassis.process.runtime import container_config
from chassis.settings import Settings
from chassis.testing.plugin import Front, calls_of
from chassis.testing.virtual_host import declare_service, virtual_host
from services.support.models import Reply, Ticket
from services.support.service import SupportService

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLIENT = uuid.UUID("0192f0c1-0000-7000-8000-00000000c11e")
OTHER = uuid.UUID("0192f0c1-0000-7000-8000-00000000c12e")


@pytest.fixture
def session(session_of):
    """A session of the service's app role on an empty database."""
    return session_of("support")


@pytest.fixture
def make_ticket(session):
    """`make_ticket(minutes_ago, replies=[…], **columns)`: a committed ticket whose last reply is that old."""

    def make(minutes_ago: int = 0, *, replies=(), client_id=CLIENT, **columns) -> Ticket:
        at = NOON - timedelta(minutes=minutes_ago)
        defaults = {
            "subject": f"Ticket of {minutes_ago}",
            "opened_at": at - timedelta(days=1),
            "last_reply_at": at,
            "last_reply_by_kind": "staff",
            "last_reply_by_name": "Ada Staff",
        }
        ticket = Ticket(client_id=client_id, **{**defaults, **columns})
        session.add(ticket)
        session.flush()
        for number, reply in enumerate(replies):
            session.add(
                Reply(
                    **{
                        "ticket_id": ticket.id,
                        "author_kind": "contact",
                        "author_id": "c1",
                        "author_name": "Cleo",
                        "created_at": at + timedelta(seconds=number),
                        **reply,
                    }
                )
            )
        session.commit()
        return ticket

    return make


@pytest.fixture(scope="module")
def support(databases, keys_dir):
    """The calls to the service on a virtual host of their own; it runs for all tests of a module."""
    with virtual_host() as uri, ExitStack() as running:

        def start(service_class, issuer, database_url=None):
            declare_service(uri, service_class)
            container = ServiceContainer(
                service_class,
                container_config(
                    Settings(
                        amqp_uri=uri,
                        database_url=database_url,
                        signing_key_file=keys_dir / f"{issuer}.key",
                        trusted_keys_dir=keys_dir,
                    )
                ),
            )
            container.start()
            running.callback(container.stop)
            return container

        start(SupportService, "support", databases("support").app_url)
        yield calls_of(start(Front, "gateway"))


@pytest.fixture
def ask(support, session, make_caller):
    """`ask("list_tickets", …)`: call an RPC method as staff at that client's record."""

    def call(rpc: str, *, caller: dict | None = None, **arguments):
        who = make_caller(**{"client_id": str(CLIENT), **(caller or {})})
        about = {} if rpc == "list_departments" else {"client_id": str(CLIENT)}
        return support.call(who, f"support.{rpc}", seconds=5, writes=True, **{**about, **arguments})

    return call
