"""The event loop of a whole system, gateway and services together, is never held for long: large bodies and answers."""

import json
import uuid

import pytest

from chassis.testing.loop_lag import LIMIT, loop_lag
from gateway.http.routing import BODY
from tests.support.raw_http import posted

JSON = {"Content-Type": "application/json"}


def keyed(system) -> dict[str, str]:
    return {"Authorization": f"Bearer {system.token}", "Idempotency-Key": uuid.uuid4().hex, **JSON}


BODIES = {
    "one long text": {"body": "x" * (BODY - 100)},
    "as many lines as may be read": {"lines": [{"description": "x", "quantity": "1", "unit_price": "1.00"}] * 499},
    "as many ids as may be read": {"expected": ["x"] * 6900},
    "many ids": {"expected": ["x"] * 50_000},
    "a long list": {"lines": [{"description": "x", "quantity": "1", "unit_price": "1.00"}] * 3500},
    "escaped": {"body": "\\u00e9" * 20_000},
}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("path", ["notes", "invoices", "services/suspend-all"])
def test_the_largest_json_that_is_taken(system, kind, path):
    body = json.dumps(BODIES[kind]).encode()
    address = f"/api/v1/clients/{system.new_client()['id']}/{path}"
    posted(system.origin, address, b"{}", keyed(system))
    with loop_lag() as lag:
        answer = posted(system.origin, address, body, keyed(system))
    assert len(body) <= BODY and answer.status in (400, 422), answer
    assert lag.longest <= LIMIT, lag


def test_the_largest_pages_of_the_log(system):
    client = system.new_client()
    for number in range(30):
        note = {"body": f"{number} " + "long " * 1500}
        assert system.post(f"/clients/{client['id']}/notes", note).status_code == 201
    paths = [f"/api/v1/clients/{client['id']}/activity?limit=100", "/api/v1/activity?limit=100"]
    paths += [f"/admin/clients/{client['id']}/activity", "/admin/activity"]
    for path in paths:
        assert system.request("GET", path).status_code == 200
        with loop_lag() as lag:
            answer = system.request("GET", path)
        assert answer.status_code == 200 and len(answer.content) > 1000
        assert lag.longest <= LIMIT, (path, lag)
