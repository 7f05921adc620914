"""Every RPC method names its response schema, and the API promises of an answer what the RPC method behind it gives."""

import pytest

from deploy.services import SERVICES
from gateway.composition.listings import LISTINGS
from tools.docs.documents import rpc_contract
from tools.docs.json_schema import NULL, schema_of
from tools.docs.openapi import api_routes, openapi
from tools.docs.service_classes import service_class

COMPONENTS = openapi()["components"]["schemas"]
RPC_METHODS = [method["name"] for service in SERVICES for method in rpc_contract(service)["methods"]]

# The answers that the gateway composes, so that no RPC method gives them as they are.
COMPOSED = {
    "Client": "the record is put together of the client, its billing account and what belongs to it",
    "Clients": "billing adds each client's totals to the row",
    "Events": "each service that publishes has a part of them",
    "Import": "clients and billing have a part of each import",
    "ImportProgress": "clients and billing have a part of each import",
    "JobOrDryRun": "the gateway answers the job or the dry run alone",
    "Link": "the gateway makes the address of a token that the RPC method gives",
    "System": "each service says how it stands",
    "Search": "clients, billing and support have a part each",
    "NewImpersonation": "the gateway makes the address of a token that the RPC method gives",
}
# The properties that it leaves out of what an RPC method gives, or adds to it.
LEFT_OUT = {
    "Billing": (
        {"currency_locked", "version", "totals"},
        "the version is the ETag; the lock is for the form of the admin; the totals stand in the record",
    ),
    "DeletedView": ({"list"}, "the page goes back to it"),
    **dict.fromkeys(
        ("Credits", "Domains", "Invoices", "Orders", "Services", "Tickets"),
        ({"head"}, "it is for the tab of the admin"),
    ),
    **dict.fromkeys(
        (one.schema for one in LISTINGS),
        ({"client_id", "client", "clients_left_out"}, "the clients that rows are of are read and found by the gateway"),
    ),
    "Product": ({"version"}, "it is the ETag"),
    "Staff": ({"version"}, "it is the ETag"),
    "StaffPage": ({"second_factor_roles"}, "it is for the list of the admin"),
    "StaffRecord": (
        {"presets", "second_factor_roles", "version"},
        "presets and roles are for the form of the admin; the version is the ETag",
    ),
    "Suspendable": ({"data"}, "the names of the first are for the form of the admin; the list of services has all"),
    "Products": ({"active_services"}, "the API does not ask for the counts"),
    "CustomFields": ({"clients"}, "the API does not ask for the counts"),
    "Groups": ({"clients"}, "the API does not ask for the counts"),
    "Tags": ({"clients"}, "the API does not ask for the counts"),
}
ADDED = {"unavailable"}  # to every page, by the gateway
SHORT = {
    "ClientTags",
    "CustomFieldValues",
    "CustomFields",
    "Groups",
    "Products",
    "Tags",
    "ViewCounts",
    "Views",
    "WebhookSecrets",
    "Webhooks",
}
"""The lists that a service answers whole: the gateway adds the page."""


def contract_of(rpc: str):
    service, _, name = rpc.partition(".")
    return getattr(service_class(service), name).contract


FORWARDED = {
    (route.contract.rpc, route.contract.response): route
    for route in api_routes()
    if route.contract.response and route.contract.response not in COMPOSED
    if route.contract.rpc and contract_of(route.contract.rpc).response
}


def resolved(schema: dict) -> dict:
    return COMPONENTS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def differences(given: dict, promised: dict, where: str = "") -> list[str]:
    """Where an answer of the schema `given` would not be one of the schema `promised`, or has other properties."""
    given, promised = resolved(given), resolved(promised)
    if promised == {} or given == promised:
        return []
    if "anyOf" in given:
        return [found for one in given["anyOf"] for found in differences(one, promised, where)]
    if "anyOf" in promised:
        alternatives = [resolved(one) for one in promised["anyOf"]]
        alike = [one for one in alternatives if one.get("type") == given.get("type")] or alternatives
        return min((differences(given, one, where) for one in alike), key=len)
    if given.get("type") != promised.get("type") or promised.get("format") not in (None, given.get("format")):
        return [f"{where or 'answer'}: {given} where {promised} is promised"]
    if "enum" in promised and not set(given.get("enum", ["anything"])) <= set(promised["enum"]):
        return [f"{where or 'answer'}: one of {given.get('enum', 'any')} where {promised['enum']} are promised"]
    if "items" in promised:
        return differences(given["items"], promised["items"], f"{where}[]")
    return _differences_of_objects(given, promised, where) if "properties" in promised else []


def _differences_of_objects(given: dict, promised: dict, where: str) -> list[str]:
    ours, theirs = given.get("properties", {}), promised["properties"]
    found = [f"{where}.{name}: on one side alone" for name in sorted(set(ours) ^ set(theirs))]
    required = set(given.get("required", ())) ^ set(promised.get("required", ()))
    found += [f"{where}.{name}: required on one side alone" for name in sorted(required & set(ours) & set(theirs))]
    common = sorted(set(ours) & set(theirs))
    return found + [one for name in common for one in differences(ours[name], theirs[name], f"{where}.{name}")]


@pytest.mark.parametrize("rpc", RPC_METHODS)
def test_each_rpc_method_names_its_response_schema(rpc):
    assert contract_of(rpc).response is not None


@pytest.mark.parametrize(("rpc", "response"), FORWARDED)
def test_the_api_promises_of_an_answer_what_the_rpc_method_gives(rpc, response):
    names, _reason = LEFT_OUT.get(response, (set(), ""))
    found = differences(schema_of(contract_of(rpc).response(), closed=False), COMPONENTS[response])
    expected = {f"{name}: on one side alone" for name in names | ADDED | ({"page"} if response in SHORT else set())}
    assert [one for one in found if one.rpartition(".")[2] not in expected] == []


@pytest.mark.parametrize(
    ("given", "promised", "found"),
    [
        ({"type": "integer"}, {"type": "integer"}, []),
        ({"type": "string", "enum": ["a"]}, {"type": "string"}, []),
        ({"type": "string"}, {"anyOf": [{"type": "string"}, NULL]}, []),
        ({"$ref": "#/components/schemas/Money"}, {"$ref": "#/components/schemas/Money"}, []),
        ({"type": "string", "format": "uuid"}, {"type": "string", "format": "uuid"}, []),
        ({"anyOf": [{"type": "string"}, NULL]}, {"type": "string"}, [""]),
        ({"type": "string"}, {"type": "string", "enum": ["a"]}, [""]),
        ({"type": "string"}, {"type": "string", "format": "date"}, [""]),
        ({"type": "array", "items": {"type": "integer"}}, {"type": "array", "items": {"type": "string"}}, ["[]"]),
        (
            {"type": "object", "properties": {"a": {"type": "integer"}, "b": {}, "d": {}}, "required": ["a", "d"]},
            {"type": "object", "properties": {"a": {"type": "string"}, "c": {}, "d": {}}, "required": ["a"]},
            [".b", ".c", ".d", ".a"],
        ),
    ],
)
def test_a_difference_is_found_and_named_by_its_place(given, promised, found):
    assert [one.partition(":")[0] for one in differences(given, promised)] == [one or "answer" for one in found]
