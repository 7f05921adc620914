"""Virtual hosts of the tests' broker, with what deployment makes before any process: exchanges, queues, bindings."""

import inspect
import uuid
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import requests

from chassis.bus.address import connect
from chassis.bus.topology import (
    GATEWAY_ANSWERS,
    GATEWAY_CALLS,
    GATEWAY_PRESENCE,
    answers_exchange,
    call_queue,
    calls_exchange,
)
from chassis.events.listener import Listener, listener_queue
from chassis.events.parking_lot import parking_queue
from chassis.testing.engines import ISSUERS, engine_address

SERVICES = (*ISSUERS, "sample")

KEPT = {
    "name": "kept-until-acknowledged",
    "pattern": ".*",
    "apply-to": "queues",
    "definition": {"delivery-limit": 2_000_000_000},
    "priority": 0,
}
"""The policy of deployment: RabbitMQ 4 keeps what was delivered often by it alone."""


def shared_exchanges() -> dict[str, str]:
    """The exchanges of all services by name, with their types."""
    kinds = {GATEWAY_CALLS: "topic", GATEWAY_ANSWERS: "direct", GATEWAY_PRESENCE: "fanout"}
    for name in SERVICES:
        kinds |= {calls_exchange(name): "direct", answers_exchange(name): "direct"} if name != "gateway" else {}
        kinds |= {f"{name}.events": "topic", f"{name}.parking": "direct"}
    return kinds


@contextmanager
def virtual_host():
    """The address of a virtual host of its own, for as long as the block lasts; the exchanges that services share are
    there."""
    api, uri = engine_address("COMMERCE_TEST_RABBIT_API"), urlsplit(engine_address("COMMERCE_TEST_AMQP_URI"))
    vhost = f"test-{uuid.uuid4().hex[:12]}"
    lasting = {"vhost": vhost, "durable": True, "auto_delete": False, "internal": False, "arguments": {}}
    exchanges = [{"name": name, "type": kind, **lasting} for name, kind in shared_exchanges().items()]
    made = {"vhosts": [{"name": vhost}], "policies": [{"vhost": vhost, **KEPT}], "exchanges": exchanges}
    requests.post(f"{api}/api/definitions", timeout=10, json=made).raise_for_status()
    yield urlunsplit(uri._replace(path=f"/{vhost}"))
    requests.delete(f"{api}/api/vhosts/{vhost}", timeout=10)


def declare_calls(uri: str, service: str, methods: tuple[str, ...] = ()) -> None:
    """The queue for calls of `service`; each of `methods` that is named for another service is bound to that one's
    exchange."""
    with connect(uri) as connection:
        queue = call_queue(service)(connection.channel())
        queue.queue_declare()
        queue.bind_to(GATEWAY_CALLS, routing_key=f"{service}.*")
        for method in methods:
            caller = method.rpartition("_for_")[2]
            if caller != method and caller in SERVICES:
                queue.bind_to(calls_exchange(caller), routing_key=f"{service}.{method}")


def declare_listener(uri: str, name: str) -> None:
    """The queue of a listener, and the one of what it parks."""
    with connect(uri) as connection:
        channel = connection.channel()
        listener_queue(name)(channel).queue_declare()
        parking = parking_queue(name)(channel)
        parking.queue_declare()
        parking.queue_bind()


def declare_service(uri: str, service_class: type) -> None:
    """All queues of a service, as its class has them."""
    members = inspect.getmembers(service_class, callable)
    declare_calls(uri, service_class.name, tuple(name for name, one in members if hasattr(one, "contract")))
    for _, member in members:
        for entrypoint in getattr(member, "nameko_entrypoints", ()):
            if isinstance(entrypoint, Listener):
                declare_listener(uri, entrypoint.queue_name)
