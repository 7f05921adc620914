"""A service of somebody else's, written with Nameko as the README and docs/subscribing.md show it and with no rights but a
subscriber's, gets the events."""

import yaml
from nameko.containers import ServiceContainer
from nameko.events import event_handler

from chassis.testing.plugin import wait_until
from commerce_events import SqliteInbox
from commerce_events.catalogue import ClientCreated
from commerce_events.nameko_extension import handle_events
from commerce_events.testing import make_event
from tests.support.broker import as_user, import_users
from tests.support.example_subscribers import depth, publish
from tools.dev.subscribers import SETTINGS

RECEIVED: list[tuple[str, str]] = []


class Welcome:
    """The README's subscriber."""

    name = "welcome"

    @event_handler("clients", "client.created.v1")
    def greet(self, event):
        RECEIVED.append((event["subject"], event["facts"]["currency"]))


def test_a_plain_nameko_service_gets_the_event_of_a_new_client(system, shared_amqp_uri):
    import_users(shared_amqp_uri, "welcome")
    config = {"AMQP_URI": as_user(shared_amqp_uri, "welcome"), **yaml.safe_load(SETTINGS)}
    container = ServiceContainer(Welcome, config)
    container.start()
    client = system.new_client(currency="KWD")
    wait_until(lambda: (client["id"], "KWD") in RECEIVED, "the event to reach the subscriber")
    container.stop()


def test_a_nameko_service_with_an_inbox_has_each_event_once_and_parks_what_it_cannot_use(amqp_uri, tmp_path):
    import_users(amqp_uri, "greeter")
    inbox, failures = SqliteInbox(tmp_path / "greeter.db"), []
    inbox.connection.execute("CREATE TABLE greeted (id text)")
    good, unlucky, bad = (make_event(ClientCreated) for _ in range(3))

    class Greeter:
        name = "greeter"

        @handle_events(ClientCreated, inbox=inbox, tries=2, first_delay=0.01)
        def greet(self, event, transaction):
            transaction.execute("INSERT INTO greeted VALUES (?)", (event.id,))
            if event.id == bad["id"] or (event.id == unlucky["id"] and not failures):
                failures.append(event.id)
                raise RuntimeError("no greeting")

    def run() -> ServiceContainer:
        made = ServiceContainer(Greeter, {"AMQP_URI": as_user(amqp_uri, "greeter"), **yaml.safe_load(SETTINGS)})
        made.start()
        return made

    container = run()
    wait_until(lambda: depth(amqp_uri, "greeter.greet") is not None, "the queue of the service")
    publish(amqp_uri, [good, unlucky, bad, good])
    wait_until(lambda: depth(amqp_uri, "greeter.greet.parked") == 1, "the bad one to be parked")
    container.stop()
    publish(amqp_uri, [last := make_event(ClientCreated), unlucky])
    container = run()

    def greeted() -> list[str]:
        return [row[0] for row in inbox.connection.execute("SELECT id FROM greeted ORDER BY rowid")]

    wait_until(lambda: len(greeted()) == 3, "the last one to be greeted")
    container.stop()
    assert greeted() == [good["id"], unlucky["id"], last["id"]]
    assert failures == [unlucky["id"], bad["id"], bad["id"]]
