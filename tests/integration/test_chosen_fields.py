"""`fields` on the collections and records of the API: what is asked for and no more."""

import pytest

from tests.support.one_of_each import make_everything
from tests.support.route_sampler import ROUTES, ApiClient, address, name, pointers

# A delivery takes an event and a moment (tests/integration/test_webhooks.py).
CHOSEN = [route for route in ROUTES if route.contract.chosen and "delivery_id" not in route.path]


@pytest.fixture(scope="module")
def ids(system) -> dict[str, str]:
    return make_everything(system)


def test_each_list_and_each_record_answers_the_field_that_is_asked_for_alone(system, ids):
    ask, asked = ApiClient(system), 0
    for route in CHOSEN:
        path = address(route, ids)
        query = {"q": "ada"} if path.endswith("/search") else {}
        whole = ask("GET", path, params=query).json()
        rows = whole.get("data")
        some = rows[0] if isinstance(rows, list) and rows else whole if not isinstance(rows, list) else None
        if some is None:
            continue
        asked += 1
        first = next(iter(some))
        answer = ask("GET", path, params={**query, "fields": first})
        assert answer.status_code == 200, (name(route), answer.text)
        if isinstance(rows, list):
            assert {(*row,) for row in answer.json()["data"]} == {(first,)}, name(route)
            assert answer.json().keys() == whole.keys(), name(route)
        else:
            assert answer.json().keys() == {first}, name(route)
        refused = ask("GET", path, params={**query, "fields": f"{first},no_such"})
        assert pointers(refused).keys() == {"/fields"} and refused.status_code == 422, name(route)
    assert asked > 40


def test_a_dot_leads_into_an_object_and_into_those_of_a_list(system, ids):
    client = f"/clients/{ids['client_id']}"
    chosen = system.get(f"{client}?fields=id,profile.email,profile.city,group")
    assert chosen.headers["ETag"]
    record = chosen.json()
    assert record["profile"].keys() == {"email", "city"} and record["group"].keys() > {"id", "name"}
    assert record.keys() == {"id", "profile", "group"}
    invoice = system.get(f"{client}/invoices?fields=lines.description,total.amount").json()["data"][0]
    assert invoice.keys() == {"lines", "total"} and invoice["total"].keys() == {"amount"}
    assert [line.keys() for line in invoice["lines"]] == [{"description"}] * 2
    refused = system.get(f"{client}?fields=profile.nothing,id.more,profile.email").json()
    assert [error["message"] for error in refused["errors"]] == [
        "There is no field 'profile.nothing'.",
        "There is no field 'id.more'.",
    ]


def test_the_client_list_takes_its_columns_by_the_same_parameter(system):
    system.new_client(country="DE")
    row = system.get("/clients?fields=id,name,country&sort=-joined").json()["data"][0]
    assert row.keys() == {"id", "name", "columns"} and row["columns"] == {"country": "DE"}
    refused = system.get("/clients?fields=id,no_such")
    assert (refused.status_code, list(pointers(refused))) == (422, ["/fields"])
