"""Contracts of the events: they are what their standards say, their samples are read by the SDKs, and they only grow."""

import copy
import hashlib
import json
import re
import subprocess
from pathlib import Path

import jsonschema_rs
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from playwright._impl._driver import compute_driver_executable

from chassis.events.event import CONTENT_TYPE, PARTS, event_of
from deploy.services import PUBLISHERS, SERVICES
from tools.docs.asyncapi import events_of, service_document, system_document
from tools.docs.event_examples import message_example
from tools.docs.released_events import not_additive, promised, released

VENDOR = Path(__file__).parent / "vendor"
ASYNCAPI, JAVASCRIPT_SDK = VENDOR / "asyncapi-3.0.0.json", VENDOR / "cloudevents.js"
SYSTEM = system_document()
SCHEMAS = {type: payload["schema"] for type, payload in SYSTEM["components"]["schemas"].items()}
TYPES = sorted(SCHEMAS)
SAMPLES = {
    event.type: message_example(event, service, SCHEMAS[event.type]["properties"]["data"]["properties"]["facts"])
    for service in PUBLISHERS
    for event in events_of(service)
}
READ_ALL = """
globalThis.self = globalThis;
const { HTTP, CloudEvent } = require(process.argv[1]);
const headers = { "content-type": "application/cloudevents+json" };
const read = JSON.parse(require("fs").readFileSync(0)).map((sample) => {
  const event = HTTP.toEvent({ headers, body: JSON.stringify(sample) });
  event.validate();
  new CloudEvent(sample);
  return [event.type, event.data];
});
console.log(JSON.stringify(read));
"""


def test_the_vendored_files_are_those_that_the_table_names():
    table = re.findall(r"\| `([\w.-]+)` \|.*`(\w{64})` \|", (VENDOR / "VENDOR.md").read_text("utf-8"))
    assert {name for name, _ in table} == {file.name for file in VENDOR.iterdir() if file.suffix in (".json", ".js")}
    for name, digest in table:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("document", [SYSTEM, *map(service_document, SERVICES)], ids=("system", *SERVICES))
def test_a_document_is_asyncapi_3(document):
    jsonschema_rs.validator_for(json.loads(ASYNCAPI.read_text("utf-8"))).validate(document)


def test_each_event_of_each_service_has_its_message_on_its_exchange():
    for service in PUBLISHERS:
        channel = service_document(service)["channels"][f"{service}.events"]
        assert list(channel["messages"]) == [event.type for event in events_of(service)]
        assert channel["bindings"]["amqp"]["exchange"]["name"] == f"{service}.events"
    assert set(SCHEMAS) == {event.type for service in PUBLISHERS for event in events_of(service)}


def test_a_service_that_publishes_nothing_says_what_it_receives():
    document = service_document("audit")
    assert set(document["operations"]) == {f"{service}.receive" for service in PUBLISHERS}
    assert {one["action"] for one in document["operations"].values()} == {"receive"}


@pytest.mark.parametrize("type", TYPES)
def test_a_schema_is_json_schema_and_both_its_example_and_the_whole_message_fit_it(type):
    schema = SCHEMAS[type]
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    (example,) = schema["examples"]
    validator.validate(example)
    validator.validate(SAMPLES[type])
    assert event_of(example) == event_of(SAMPLES[type])
    without = {**example, "data": {name: part for name, part in example["data"].items() if name != "facts"}}
    assert not validator.is_valid(without)


@pytest.mark.parametrize("type", TYPES)
def test_the_python_sdk_reads_a_sample(type):
    body = json.dumps(SAMPLES[type]).encode()
    event = from_http_event(HTTPMessage(headers={"content-type": CONTENT_TYPE}, body=body))
    assert event.get_type() == type and set(event.get_data()) == set(PARTS)
    assert event.get_data()["facts"] == SAMPLES[type]["data"]["facts"]
    assert all(re.fullmatch("[a-z0-9]{1,20}", name) for name in SAMPLES[type])


def test_the_javascript_sdk_reads_every_sample():
    node, _ = compute_driver_executable()
    done = subprocess.run(
        [node, "-e", READ_ALL, str(JAVASCRIPT_SDK)],
        input=json.dumps(list(SAMPLES.values())),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == [[type, sample["data"]] for type, sample in SAMPLES.items()]


def test_what_was_released_holds():
    assert not_additive(released(), promised(SYSTEM)) == []


OLD = {
    "thing.made.v1": {
        "exchange": "things.events",
        "stream": "client",
        "schema": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "note": {"type": "string"},
                "kind": {"type": "string", "enum": ["a", "b"]},
                "ended": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}},
            },
            "required": ["name", "rows"],
            "$defs": {"Row": {"type": "object", "properties": {"price": {"type": "string"}}, "required": ["price"]}},
        },
    }
}


def changed(change) -> list[str]:
    new = copy.deepcopy(OLD)
    change(new["thing.made.v1"]["schema"])
    return not_additive(OLD, new)


def test_an_optional_field_and_a_further_type_are_additions():
    assert changed(lambda schema: schema["properties"].update(more={"type": "integer"})) == []
    assert changed(lambda schema: schema["$defs"]["Row"]["properties"].update(tax={"type": "string"})) == []
    assert not_additive(OLD, {**OLD, "thing.lost.v1": OLD["thing.made.v1"]}) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda schema: schema["properties"].pop("note"), "/note is gone"),
        (lambda schema: schema["required"].remove("name"), "/name may be missing"),
        (lambda schema: schema["required"].append("note"), "/note was not always there"),
        (lambda schema: schema["properties"].update(name={"type": "integer"}), "/name: another type"),
        (lambda schema: schema["properties"]["kind"]["enum"].append("c"), "/kind: more values"),
        (lambda schema: schema["properties"]["kind"].pop("enum"), "/kind: more values"),
        (
            lambda schema: schema["properties"].update(name={"anyOf": [{"type": "string"}, {"type": "null"}]}),
            "/name: a kind of value that it had not",
        ),
        (lambda schema: schema["$defs"]["Row"]["properties"].pop("price"), "/rows/*/price is gone"),
        (
            lambda schema: schema["required"].append("more") or schema["properties"].update(more={}),
            "/more is new and always there",
        ),
    ],
)
def test_whatever_is_no_addition_is_named(change, fault):
    assert [one.removeprefix("thing.made.v1") for one in changed(change)] == [fault]


def test_a_type_that_is_gone_and_another_exchange_or_stream_are_named():
    assert not_additive(OLD, {}) == ["thing.made.v1 is gone"]
    moved = {"thing.made.v1": {**OLD["thing.made.v1"], "exchange": "other.events", "stream": "system"}}
    assert not_additive(OLD, moved) == ["thing.made.v1: another exchange", "thing.made.v1: another stream"]
