"""A service of somebody else's, written with Nameko's own means as the README shows it and with no rights but a
subscriber's, gets the events."""

import yaml
from nameko.containers import ServiceContainer
from nameko.events import event_handler

from chassis.testing.plugin import wait_until
from tests.support.broker import as_user, import_users
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
