"""The OpenAPI document against the running system: what it says is what is answered, and nothing that is asked breaks
it."""

import copy
import re

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from chassis.testing.plugin import wait_until
from chassis.testing.virtual_host import virtual_host
from tests.conftest import running_system
from tests.support.one_of_each import make_everything
from tools.docs.openapi import api_routes, openapi, path_of

OPEN = (
    "Problem",
    "OpenApi",
    "AsyncApi",
    "JsonSchema",
)  # a problem has members of its own besides those of every problem
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
# A delivery takes an event and a moment (tests/integration/test_webhooks.py).
READ = [
    route
    for route in api_routes()
    if route.method == "GET" and route.contract.response and "delivery_id" not in route.path
]


def closed(document: dict) -> dict:
    """`document`, whose answers have no field that it does not name, and which leaves it to us who asks."""
    document = copy.deepcopy(document)
    del document["components"]["securitySchemes"]
    for health in document["paths"].values():
        for operation in health.values():
            del operation["security"]
    for name, schema in document["components"]["schemas"].items():
        if name not in OPEN:
            _close(schema)
    return document


def _close(schema) -> None:
    for part in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(part, (dict, list)):
            _close(part)
    if isinstance(schema, dict) and isinstance(schema.get("properties"), dict):
        schema.setdefault("additionalProperties", False)


DOCUMENT = closed(openapi())
OPERATIONS = {found.ok().label: found.ok() for found in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations()}


@pytest.fixture(scope="module")
def alone(keys_dir):
    """A system that nobody else asks: what is made here is seen in no other test's lists."""
    with virtual_host() as amqp_uri, running_system("asked", amqp_uri, keys_dir) as running:
        yield running


@pytest.fixture(scope="module")
def ids(alone) -> dict[str, str]:
    return make_everything(alone)


def test_the_document_is_for_those_who_are_signed_in(alone):
    assert alone.get("/openapi.json").json() == openapi()
    assert alone.request("GET", "/api/v1/openapi.json", headers={"Authorization": "Bearer x"}).status_code == 401


@pytest.mark.parametrize("route", READ, ids=lambda route: route.path)
def test_an_answer_has_each_field_that_the_document_names_and_no_other(alone, ids, route):
    query = "?q=ada" if route.path.endswith("/search") else "?limit=3" if "limit" in route.contract.query else ""
    path = re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], path_of(route)) + query
    answer = in_time(lambda: alone.get(path))
    assert answer.status_code == 200, answer.text
    schema = {"$ref": f"#/components/schemas/{route.contract.response}", "components": DOCUMENT["components"]}
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(answer.json())


def in_time(send):
    """What is answered; asked again while a busy machine does not answer in time."""
    return wait_until(
        lambda: (answer := send()).status_code not in (503, 504) and answer, "an answer in time", seconds=30
    )


def requests_of(operation, ids: dict[str, str], mode: GenerationMode):
    """Requests to one operation: such as it describes, or with one thing that it does not allow."""
    names = {parameter.name for parameter in operation.path_parameters}
    known = {name: ids[name] for name in names} if names <= ids.keys() else None
    made = operation.as_strategy(generation_mode=mode, path_parameters=known)
    return made.map(lambda case: at_home(case, ids)) if mode is GenerationMode.POSITIVE else made


def at_home(case, ids: dict[str, str]):
    """A request that names what there is: the client's currency, ids that exist."""
    here = {**ids, "currency": "EUR", "assigned_to": ids["staff_id"], "department": None, "supersedes": None}

    def known(value):
        if isinstance(value, list):
            return [known(one) for one in value]
        return {name: here.get(name, known(one)) for name, one in value.items()} if isinstance(value, dict) else value

    if isinstance(case.body, dict):
        case.body = known(case.body)
    return case


def says_nothing(value) -> bool:
    """Whether a parameter of this value stands in the address with nothing behind it, or not at all."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return value in (None, "") if parts is None else all(map(says_nothing, parts))


def has_loose_blanks(value) -> bool:
    """Whether a text in it is longer by its blanks than what is kept of it, so that it may be within its length."""
    if isinstance(value, dict | list):
        return any(map(has_loose_blanks, value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) and value != value.strip()


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", OPERATIONS)
def test_whatever_is_asked_the_answer_is_one_that_the_document_names(alone, ids, label, mode):
    operation = OPERATIONS[label]
    if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
        return

    @settings(
        max_examples=max(2, settings().max_examples // 50),
        derandomize=settings().max_examples < 1000,  # the same few each time; the long profile looks for others
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests_of(operation, ids, mode))
    def send(case):
        headers = {"Authorization": f"Bearer {alone.token}"}
        if mode is GenerationMode.POSITIVE and "If-Match" in (case.headers or {}):
            headers["If-Match"] = in_time(lambda: alone.get(case.formatted_path)).headers["ETag"]
        answer = in_time(lambda: case.call(base_url=f"{alone.origin}/api/v1", headers=headers))
        case.validate_response(answer, checks=CHECKS)
        allowed = (
            mode is GenerationMode.POSITIVE
            or any(map(says_nothing, (case.query or {}).values()))
            or has_loose_blanks(case.body)
        )
        refused = answer.status_code >= 400 or allowed
        assert refused, f"{answer.status_code} for a request that the document does not allow: {case.as_curl_command()}"

    send()
