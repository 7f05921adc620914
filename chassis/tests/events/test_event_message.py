"""The message of an event: a CloudEvent, whose parts stand where they were before as well while that fits."""

import json
import re

import pytest

from chassis.events.event import CONTENT_TYPE, PARTS, event_of, message_bytes, message_of
from chassis.events.event_size import MAX_BYTES
from chassis.events.listener import read_event

BODY = {
    "specversion": "1.0",
    "id": "0192f0c1-0000-7000-8000-000000000001",
    "type": "counter.raised.v1",
    "source": "services/sample",
    "subject": None,
    "time": "2026-11-22T17:02:03.004Z",
    "dataschema": "urn:commerce:sample:counter.raised.v1",
    "stream": "system",
    "sequence": 1,
    "actor": {"kind": "staff", "id": "7"},
    "acting_as": {"contact_id": "8"},
    "cause": None,
    "facts": {"by": 1},
    "changes": [{"field": "value", "old": 0, "new": 1}],
}
PERSONAL = {"actor_name": {"salt": "00", "value": "Ada"}, "acting_as_name": {"salt": "01", "value": "Bo"}}


class Delivered:
    """A message as far as `read_event` looks at it."""

    delivery_info = {"routing_key": "sample.applied"}

    def __init__(self, body: bytes, content_type: str):
        self.headers, self.body, self.content_type = {}, body, content_type


def test_a_message_has_attributes_that_cloudevents_allow_and_its_parts_in_data():
    message = message_of(BODY, PERSONAL)
    assert all(re.fullmatch("[a-z0-9]+", name) for name in message)
    assert None not in message.values() and not {"subject", "cause", "acting_as"} & set(message)
    assert message["data"] == {
        "actor": {"kind": "staff", "id": "7", "name": "Ada"},
        "acting_as": {"contact_id": "8", "name": "Bo"},
        "facts": BODY["facts"],
        "personal": PERSONAL,
        "changes": BODY["changes"],
    }
    assert message["dataschema"].startswith("http")
    assert message["dataschema"].endswith("/api/v1/schemas/events/counter.raised.v1.json")


def test_the_parts_stand_where_they_were_before_as_well():
    message = message_of(BODY, PERSONAL)
    before = ("actor", "facts", "personal", "changes")
    assert {name: message[name] for name in before} == {name: message["data"][name] for name in before}


def test_a_message_that_would_be_too_large_with_them_has_its_parts_in_data_alone():
    long = "x" * (MAX_BYTES * 2 // 3)
    message = message_of({**BODY, "facts": {"text": long}}, PERSONAL)
    sent = message_bytes(message)
    assert len(sent) < MAX_BYTES < len(json.dumps(message))
    assert not set(PARTS) & set(json.loads(sent)) and event_of(json.loads(sent)) == event_of(message)


@pytest.mark.parametrize("content_type", [CONTENT_TYPE, "application/json"])
def test_a_listener_reads_the_event_of_a_message_and_of_one_from_before(content_type):
    expected = {**BODY, "actor": {**BODY["actor"], "name": "Ada"}, "acting_as": {"contact_id": "8", "name": "Bo"}}
    before = {**expected, "personal": PERSONAL}
    after = message_of(BODY, PERSONAL)
    for message in (before, after):
        event, fault = read_event(Delivered(json.dumps(message).encode(), content_type))
        assert fault is None
        assert event == {**before, "dataschema": message["dataschema"]}


def test_data_moves_nothing_but_the_parts():
    message = message_of(BODY, PERSONAL)
    forged = {**message, "data": {**message["data"], "source": "services/billing", "stream": "other"}}
    assert event_of(forged) == event_of(message)


@pytest.mark.parametrize("missing", PARTS[2:])
def test_a_message_without_a_part_is_no_event(missing):
    message = message_of(BODY, PERSONAL)
    data = {name: part for name, part in message["data"].items() if name != missing}
    event, fault = read_event(Delivered(json.dumps({**message, "data": data}).encode(), CONTENT_TYPE))
    assert event is None and missing in fault
