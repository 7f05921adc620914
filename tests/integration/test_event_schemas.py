"""Contracts of the events against the running system: each event leads to its schema, and fits it."""

import json
import uuid
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
import requests
from kombu import Connection, Queue, binding

from chassis.events.event import CONTENT_TYPE
from chassis.events.relay import events_exchange
from chassis.testing.plugin import wait_until
from deploy.services import PUBLISHERS
from tests.support.one_of_each import make_everything
from tools.docs.asyncapi import system_document

SCHEMAS = {type: one["schema"] for type, one in system_document()["components"]["schemas"].items()}


@pytest.fixture
def published(system, shared_amqp_uri):
    """`published()`: every message so far since the test began, as (content type, body)."""
    received = []
    with Connection(shared_amqp_uri) as connection:
        bindings = [binding(events_exchange(service), routing_key="#") for service in PUBLISHERS]
        queue = Queue(f"reader-{uuid.uuid4().hex}", bindings, exclusive=True)(connection.default_channel)
        queue.declare()

        def so_far() -> list[tuple[str, dict]]:
            while (message := queue.get(no_ack=True)) is not None:
                received.append((message.content_type, json.loads(message.body)))
            return received

        yield so_far
        queue.delete()


def test_each_event_leads_to_its_schema_and_fits_it(system, published):
    client_id = make_everything(system)["client_id"]
    kinds = wait_until(
        lambda: len(found := {body["type"] for _, body in published()}) >= 18 and found, "the events of everything"
    )
    assert {"client.created.v1", "invoice.published.v1", "order.placed.v1", "ticket.opened.v1"} <= kinds
    assert any(body.get("subject") == client_id for _, body in published())
    validators = {}
    for content_type, body in published():
        assert content_type == CONTENT_TYPE
        if body["type"] not in validators:
            assert body["dataschema"].startswith(system.origin)
            schema = system.request("GET", urlsplit(body["dataschema"]).path).json()
            assert schema == SCHEMAS[body["type"]]
            validators[body["type"]] = jsonschema_rs.validator_for(schema, validate_formats=True)
        validators[body["type"]].validate(body)


def test_the_documents_of_the_events_are_for_those_who_are_signed_in(system):
    assert system.get("/asyncapi.json").json() == system_document()
    assert system.get("/schemas/events/nothing.happened.v1.json").status_code == 404
    for path in ("/asyncapi.json", "/schemas/events/client.created.v1.json"):
        assert requests.get(f"{system.origin}/api/v1{path}", timeout=10).status_code == 401
