"""AsyncAPI 3 documents of the events: one for each service, one for all, out of the event classes.

A channel is the exchange of a service; the routing key, which is its address, is the event's type.
"""

from chassis.events.event import CATALOGUE, CONTENT_TYPE
from deploy.rabbitmq.access import LISTENERS, SUBSCRIBING
from deploy.services import PUBLISHERS
from tools.docs.event_schemas import event_schema
from tools.docs.service_classes import service_class

SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
AMQP = {"bindingVersion": "0.3.0"}
ABOUT = """\
Events are CloudEvents 1.0 in structured mode: facts in the past tense, in the order of their stream, delivered at least once.
Bind a durable queue of your own to an exchange, with the types that you want as routing keys or `#`, and drop an `id` that you
have seen."""


def events_of(service: str) -> list[type]:
    """The event classes that `service` publishes, by type; none for a service that publishes nothing."""
    service_class(service)
    home = f"services.{service}."
    return [CATALOGUE[name] for name in sorted(CATALOGUE) if CATALOGUE[name].__module__.startswith(home)]


def system_document() -> dict:
    """What all services publish."""
    return _document("Commerce", PUBLISHERS, PUBLISHERS, ())


def service_document(service: str) -> dict:
    """What one service publishes, and which exchanges it receives from."""
    own = (service,) if service in PUBLISHERS else ()
    subscribed = set(PUBLISHERS) if service in SUBSCRIBING else set()
    received = sorted(
        subscribed | {one for queue, sources in LISTENERS.items() if queue.startswith(f"{service}.") for one in sources}
    )
    return _document(f"Commerce: {service}", dict.fromkeys((*own, *received)), own, received)


def _document(title: str, channels, publishes, receives) -> dict:
    messages = {event.type: _message(event, service) for service in publishes for event in events_of(service)}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": title, "version": "1", "description": ABOUT},
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "broker": {
                "host": "{host}",
                "protocol": "amqps",
                "protocolVersion": "0.9.1",
                "variables": {"host": {"default": "localhost:5671", "description": "The broker's host and port."}},
            }
        },
        "channels": {f"{service}.events": _channel(service, service in publishes) for service in channels},
        "operations": {
            **{f"{service}.publish": _operation("send", service) for service in publishes},
            **{f"{service}.receive": _operation("receive", service) for service in receives},
        },
        "components": {
            "messages": messages,
            "schemas": {
                event.type: {"schemaFormat": SCHEMA_FORMAT, "schema": event_schema(event, service)}
                for service in publishes
                for event in events_of(service)
            },
        },
    }


def _channel(service: str, published: bool) -> dict:
    types = [event.type for event in events_of(service)]
    exchange = {"name": f"{service}.events", "type": "topic", "durable": True, "autoDelete": False, "vhost": "commerce"}
    return {
        "address": "{type}",
        "title": f"Events of {service}",
        "parameters": {"type": {"enum": types, "description": "The event's type is the routing key."}},
        **({"messages": {type: {"$ref": f"#/components/messages/{type}"} for type in types}} if published else {}),
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **AMQP}},
    }


def _operation(action: str, service: str) -> dict:
    sent = {"bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, **AMQP}}} if action == "send" else {}
    return {"action": action, "channel": {"$ref": f"#/channels/{service}.events"}, **sent}


def _message(event: type, service: str) -> dict:
    return {
        "name": event.type,
        "title": event.type,
        "summary": " ".join((event.__doc__ or "").split()),
        "contentType": CONTENT_TYPE,
        "tags": [{"name": service}, {"name": event.type.partition(".")[0]}],
        "x-stream": "system" if event.system_stream else "client",
        "payload": {"$ref": f"#/components/schemas/{event.type}"},
    }
