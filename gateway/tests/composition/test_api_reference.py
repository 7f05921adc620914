"""API reference: what the pages show of the documents."""

from gateway.composition import api_reference
from gateway.composition.api_reference import Row, kind_of
from gateway.composition.documents import ASYNCAPI, OPENAPI, document


def test_every_operation_stands_in_one_section_with_its_fields():
    shown = [one for name in api_reference.sections() for one in api_reference.section(name)]
    operations = [one for health in document(OPENAPI)["paths"].values() for one in health.values()]
    assert sorted(one["id"] for one in shown) == sorted(one["operationId"] for one in operations)
    (payment,) = [one for one in shown if one["path"].endswith("/payments") and one["method"] == "POST"]
    assert payment["path"] == "/api/v1/clients/{client_id}/invoices/{invoice_id}/payments"
    assert Row("amount", "money", True, "") in payment["body"]
    names = {row.name for answer in payment["answers"] for row in answer["rows"]}
    assert {"lines", "lines[].unit_price", "payments[].gateway"} <= names
    assert ("Idempotency-Key", True) in {(row.name, row.always) for row in payment["parameters"]}


def test_a_form_asks_for_what_an_operation_is_sent_but_for_files():
    shown = {one["id"]: one["sent"] for name in api_reference.sections() for one in api_reference.section(name)}
    assert shown["add_note"] == [
        {"name": "client_id", "where": "path", "required": True, "value": ""},
        {"name": "validate_only", "where": "query", "required": False, "value": ""},
        {"name": "Idempotency-Key", "where": "header", "required": False, "value": ""},
        {"name": "body", "where": "body", "required": True, "value": '{\n  "body": ""\n}'},
    ]
    assert [id for id, sent in shown.items() if sent is None] == ["create_import"]


def test_every_event_is_shown_with_its_exchange_its_fields_and_an_example():
    types = [one["type"] for all in api_reference.events().values() for one in all]
    assert sorted(types) == sorted(document(ASYNCAPI)["components"]["messages"])
    for type in types:
        assert api_reference.event(type)["example"]
    event = api_reference.event("invoice.published.v1")
    assert (event["exchange"], event["stream"]) == ("billing.events", "client")
    assert Row("lines[].tax", "money", True, "") in event["parts"]["facts"]
    assert {"facts", "personal", "changes", "actor", "acting_as"} == set(event["parts"])
    assert {"id", "time", "sequence"} <= {row.name for row in event["attributes"]}
    assert "data" not in {row.name.split(".")[0] for row in event["attributes"]}


def test_what_is_not_there_is_none():
    assert api_reference.section("nothing") is None and api_reference.event("nothing.v1") is None


def test_nothing_is_kept_of_a_name_that_is_not_there():
    before = [kept.cache_info().currsize for kept in (api_reference._section, api_reference._event)]
    for number in range(5):
        api_reference.section(f"nothing {number}"), api_reference.event(f"nothing{number}.v1")
    assert [kept.cache_info().currsize for kept in (api_reference._section, api_reference._event)] == before


def test_a_kind_is_said_in_words():
    assert kind_of({"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}, {}) == "id or null"
    assert kind_of({"type": "array", "items": {"$ref": "#/x/Money"}}, {}) == "list of money"
    assert kind_of({"type": "string", "minLength": 1, "maxLength": 500}, {}) == "text, 1 to 500"
    assert kind_of({"type": "integer", "minimum": 1}, {}) == "whole number, from 1"
    assert kind_of({"enum": ["a", "b"]}, {}) == "a, b"
