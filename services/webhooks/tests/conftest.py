"""A running webhooks service, receivers of ours, and events as they come over the bus."""

import pytest

from services.webhooks import dispatcher
from services.webhooks.service import WebhooksService
from tests.support.webhooks import ClientEvents, Receiver


@pytest.fixture
def receiver():
    """A receiver that takes everything."""
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def other_receiver():
    """Another one."""
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def session(session_of):
    """A session of the service's app role on an empty database."""
    return session_of("webhooks")


@pytest.fixture
def start_webhooks(databases, session, run_service, monkeypatch):
    """`start_webhooks()`: the service on this test's virtual host and the emptied database; when it is stopped it waits
    for nobody who hangs."""
    monkeypatch.setattr(dispatcher, "STOP_SECONDS", 0.1)

    def start(**settings):
        given = {"development": True, "webhook_loopback": True, **settings}
        return run_service(WebhooksService, databases("webhooks").app_url, **given)

    return start


@pytest.fixture
def webhooks(start_webhooks, calls, make_caller):
    """`webhooks("create_endpoint", …)`: call an RPC method of the running service as an admin."""
    start_webhooks()

    def call(name: str, *, caller: dict | None = None, **arguments):
        return calls.call(make_caller(**(caller or {})), f"webhooks.{name}", seconds=5, writes=True, **arguments)

    return call


@pytest.fixture
def make_endpoint(webhooks):
    """`make_endpoint(url, …)`: an endpoint for events of clients; its record."""

    def make(url: str, **given) -> dict:
        return webhooks("create_endpoint", **{"url": url, "filters": ["client.*"], **given})

    return make


@pytest.fixture
def publish(amqp_uri):
    """`publish(stream, number)`: so many events of one client over the bus, numbered on; answers their ids."""
    return ClientEvents(amqp_uri).publish
