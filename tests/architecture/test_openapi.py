"""The OpenAPI document as a document: every route stands in it and nothing else, with what programs rely on."""

import json
import re

import pytest
import schemathesis

from gateway.api.schemas import SCHEMAS
from gateway.api.schemas import billing as billing_schemas
from gateway.api.schemas import staff as staff_schemas
from gateway.api.schemas import tickets as ticket_schemas
from services.billing import rules as billing_rules
from services.clients import rules as clients_rules
from services.clients.schemas.clients import CreateClient
from services.support import rules as support_rules
from tools.docs.documents import ROOT
from tools.docs.json_schema import properties_of, schema_of
from tools.docs.openapi import api_routes, openapi, path_of
from tools.docs.service_classes import service_class

DOCUMENT = json.loads((ROOT / "gateway/openapi.json").read_text(encoding="utf-8"))
OPERATIONS = {
    (method.upper(), path): operation
    for path, health in DOCUMENT["paths"].items()
    for method, operation in health.items()
}
ROUTES = api_routes()
SCHEMAS_OF_DOCUMENT = DOCUMENT["components"]["schemas"]

# What a program may read of each, by the API's own page; an item has at least these.
PROMISED = {
    "Client": "id status joined_at last_login_at group profile billing tags summary counts",
    "Service": "id product domain billing_cycle price status next_due_date created_at suspended_reason",
    "Invoice": "id number status issue_date due_date lines subtotal tax_total total credit_applied paid amount_due payments",
    "Order": "id number status items total invoice_id placed_at placed_by",
    "Domain": "id name status registered_on expires_on registrar auto_renew nameservers",
    "TicketThread": "id number subject status priority department assigned_to opened_at last_reply_at",
    "Contact": "id first_name last_name email phone role last_login_at status",
    "Note": "id body sticky author created_at supersedes unpinned_at",
    "Credit": "id amount balance_after description kind invoice_id actor created_at",
    "Impersonation": "id staff reason started_at ended_at end_cause",
    "Problem": "type title status detail code errors request_id",
    "Page": "next prev total exact",
    "Verdict": "entries head valid first_bad_seq",
}


def parameters(operation: dict, where: str) -> dict[str, dict]:
    return {one["name"]: one for one in operation["parameters"] if one["in"] == where}


def content(operation: dict) -> dict[str, dict]:
    """What a good answer holds, by its media type."""
    return next(one for status, one in operation["responses"].items() if status < "300").get("content", {})


def test_every_route_has_an_operation_and_every_operation_a_route():
    assert {(route.method, path_of(route)): str(route.access) for route in ROUTES} == {
        where: operation["x-permission"] for where, operation in OPERATIONS.items()
    }


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_an_operation_says_what_it_does_takes_and_answers(route):
    operation = OPERATIONS[route.method, path_of(route)]
    assert operation["summary"], "the handler has no docstring"
    assert route.contract.media or route.contract.response in DOCUMENT["components"]["schemas"]
    assert set(parameters(operation, "path")) == set(re.findall(r"<(\w+)>", route.path))
    assert set(parameters(operation, "query")) == set(route.contract.query)
    key = parameters(operation, "header").get("Idempotency-Key")
    assert key is None if route.method == "GET" else key["required"] is route.needs_key
    assert ("requestBody" in operation) is route.contract.body
    assert {"401", "422", "429", "500", "503"} <= set(operation["responses"])
    assert operation["security"][0] == {"token": []}


def test_an_operations_id_is_a_name_that_a_generator_can_give_a_function():
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[a-z][a-z_]*[a-z]", one) for one in ids)


def test_a_change_has_no_defaults_since_a_generated_client_sends_them_and_erases_what_it_was_not_given():
    for (method, path), operation in OPERATIONS.items():
        if method == "PATCH":
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            fields = SCHEMAS_OF_DOCUMENT[schema["$ref"].rpartition("/")[2]]["properties"]
            assert not [name for name, field in fields.items() if "default" in field], path


def test_a_file_that_is_no_text_is_bytes():
    kinds = {kind: one["schema"] for each in OPERATIONS.values() for kind, one in content(each).items()}
    bytes_of = {kind for kind, schema in kinds.items() if schema.get("format") == "binary"}
    assert bytes_of == {kind for kind in kinds if not re.match("text/|application/json", kind)} and len(bytes_of) == 2


def test_every_write_can_be_validated_alone_and_every_read_that_answers_json_takes_fields():
    for (method, path), operation in OPERATIONS.items():
        asked = parameters(operation, "query")
        json_answer = "application/json" in operation["responses"].get("200", {}).get("content", {})
        assert ("validate_only" in asked and "204" in operation["responses"]) == (method != "GET"), path
        if path == "/clients/export":  # where it names the columns of the file
            continue
        chosen = method == "GET" and json_answer and operation["tags"] != ["documents"]
        assert ("fields" in asked) is chosen, (method, path)


def test_the_document_is_openapi_and_all_that_it_refers_to_is_there():
    schemathesis.openapi.from_dict(DOCUMENT).validate()
    text = json.dumps(DOCUMENT)
    for kind, name in re.findall(r"#/components/(\w+)/([\w-]+)", text):
        assert name in DOCUMENT["components"][kind], name
    assert set(SCHEMAS) - set(re.findall(r"#/components/schemas/(\w+)", text)) == set()


def test_no_amount_is_a_json_number():
    assert '"type": "number"' not in json.dumps(DOCUMENT)


@pytest.mark.parametrize("name", PROMISED)
def test_an_item_has_at_least_the_fields_that_were_promised(name):
    assert set(PROMISED[name].split()) - set(SCHEMAS[name]["required"]) == set()


def test_the_states_that_are_answered_are_those_of_the_services():
    assert billing_schemas.INVOICE_STATUSES == billing_rules.INVOICE_STATUSES
    assert billing_schemas.ORDER_STATUSES == billing_rules.ORDER_STATUSES
    assert billing_schemas.SERVICE_STATUSES == billing_rules.SUBSCRIPTION_STATUSES
    assert tuple(billing_schemas.DOMAIN["enum"]) == billing_rules.DOMAIN_STATUSES
    assert tuple(billing_schemas.CYCLE["enum"]) == billing_rules.BILLING_CYCLES
    assert ticket_schemas.TICKET_STATUSES == support_rules.STATUSES
    assert tuple(staff_schemas.ROLE["enum"]) == clients_rules.STAFF_ROLES
    for field, words in (("status", clients_rules.CONTACT_STATUSES), ("role", clients_rules.CONTACT_ROLES)):
        assert tuple(SCHEMAS["Contact"]["properties"][field]["enum"]) == words
    assert tuple(SCHEMAS["Client"]["properties"]["status"]["enum"]) == clients_rules.CLIENT_STATUSES


def test_a_body_has_the_fields_of_its_rpc_with_their_limits_and_none_that_the_address_says():
    content = OPERATIONS["POST", "/clients/{client_id}/credits"]["requestBody"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/AddCreditRequest"}
    body = SCHEMAS_OF_DOCUMENT["AddCreditRequest"]
    taken = properties_of(service_class("billing").add_credit.contract.request())
    assert set(body["properties"]) == set(taken) - {"client_id"} and body["required"] == ["amount", "description"]
    assert body["properties"]["description"] == {"type": "string", "minLength": 1, "maxLength": 500}
    assert body["properties"]["amount"] == {"$ref": "#/components/schemas/Money"}
    assert body["additionalProperties"] is False
    assert schema_of(CreateClient())["properties"]["status"] == {
        "type": "string",
        "enum": ["active", "suspended", "inactive"],
        "default": "active",
    }


def test_the_generated_file_is_the_document():
    assert openapi() == DOCUMENT


def test_every_list_is_paged_and_takes_the_parameters_of_a_page():
    """A list is what answers rows as `data`; a search answers the best of several lists, on one page. Events are read
    forwards alone."""
    exceptions, lists = {"/search": {"limit"}, "/events": {"limit", "after"}}, 0
    for path, operations in DOCUMENT["paths"].items():
        operation = operations.get("get", {})
        content = operation.get("responses", {}).get("200", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        schema = SCHEMAS_OF_DOCUMENT[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        if "data" not in schema.get("properties", {}):
            continue
        lists += 1
        assert {"page", "unavailable"} <= set(schema["required"]), path
        paging = exceptions.get(path, {"limit", "after", "before"})
        assert paging <= {one["name"] for one in operation["parameters"]}, path
    assert lists > 15
