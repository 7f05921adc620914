"""The released HTTP API holds: what was promised to programs is still taken and still answered."""

import copy

import pytest

from tools.docs.openapi import openapi
from tools.docs.released_api import not_additive, promised_api, released_api

OLD = {
    "paths": {
        "/things": {
            "post": {
                "operationId": "make_thing",
                "x-permission": "things.edit",
                "parameters": [
                    {"name": "dry", "in": "query", "schema": {"type": "boolean"}},
                    {"name": "Key", "in": "header", "required": True, "schema": {"type": "string", "maxLength": 9}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "name": {"type": "string", "minLength": 1},
                                    "kind": {"type": "string", "enum": ["a", "b"]},
                                    "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                                },
                                "required": ["name"],
                            }
                        }
                    },
                },
                "responses": {
                    "201": {
                        "headers": {"ETag": {"required": True}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "kind": {"type": "string", "enum": ["a", "b"]},
                    "parts": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["id", "parts"],
            }
        }
    },
}
MADE = OLD["paths"]["/things"]["post"]


def changed(change) -> list[str]:
    new = copy.deepcopy(OLD)
    operation = new["paths"]["/things"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    change(new, operation, body, new["components"]["schemas"]["Thing"])
    return not_additive(OLD, new)


def test_what_was_released_holds():
    assert not_additive(released_api(), promised_api(openapi())) == []


@pytest.mark.parametrize(
    "change, fault",
    [
        (lambda new, op, body, thing: new["paths"].clear(), "POST /things is gone"),
        (lambda new, op, body, thing: op.update(operationId="create"), "another operationId"),
        (lambda new, op, body, thing: op["parameters"].pop(0), "dry is not taken"),
        (lambda new, op, body, thing: op["parameters"][0].update(required=True), "dry has to be given"),
        (lambda new, op, body, thing: op["parameters"][1]["schema"].update(maxLength=8), "maxLength is narrower"),
        (lambda new, op, body, thing: body["required"].append("kind"), "/kind has to be given"),
        (lambda new, op, body, thing: body["properties"].pop("kind"), "/kind is not taken"),
        (lambda new, op, body, thing: body["properties"]["kind"]["enum"].pop(), "a value is not taken"),
        (lambda new, op, body, thing: body["properties"]["note"]["anyOf"].pop(), "a kind of value is not taken"),
        (lambda new, op, body, thing: body["properties"]["name"].update(pattern="^x"), "another pattern"),
        (lambda new, op, body, thing: op["responses"]["201"]["headers"].clear(), "ETag is gone"),
        (lambda new, op, body, thing: thing["required"].remove("parts"), "/parts may be missing"),
        (lambda new, op, body, thing: thing["properties"].pop("kind"), "/kind is gone"),
        (lambda new, op, body, thing: thing["properties"]["kind"]["enum"].append("c"), "more values"),
        (lambda new, op, body, thing: thing["properties"]["parts"]["items"].update(type="string"), "another type"),
        (
            lambda new, op, body, thing: thing["properties"].update(
                id={"anyOf": [thing["properties"]["id"], {"type": "null"}]}
            ),
            "a kind of value that it had not",
        ),
    ],
)
def test_what_a_program_sends_or_reads_by_the_released_document_stays(change, fault):
    (found,) = changed(change)
    assert found.endswith(fault), found


@pytest.mark.parametrize(
    "change",
    [
        lambda new, op, body, thing: new["paths"].update({"/others": {"get": MADE}}),
        lambda new, op, body, thing: op["parameters"].append({"name": "more", "in": "query", "schema": {}}),
        lambda new, op, body, thing: op["parameters"][1].update(required=False),
        lambda new, op, body, thing: body["properties"].update(more={"type": "string"}),
        lambda new, op, body, thing: body["properties"]["kind"]["enum"].append("c"),
        lambda new, op, body, thing: body["properties"]["name"].pop("minLength"),
        lambda new, op, body, thing: (thing["properties"].update(more={}), thing["required"].append("more")),
        lambda new, op, body, thing: thing["required"].append("kind"),
        lambda new, op, body, thing: op["responses"].update({"409": {}}),
    ],
)
def test_an_addition_is_none_of_its_faults(change):
    assert changed(change) == []


def test_a_field_that_is_called_as_prose_is_kept():
    schema = {"components": {"schemas": {"Thing": {"properties": {"title": {"title": "Said", "type": "string"}}}}}}
    kept = {"components": {"schemas": {"Thing": {"properties": {"title": {"type": "string"}}}}}}
    assert promised_api(schema) == kept
