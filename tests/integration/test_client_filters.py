"""The filter of the client list over HTTP: rows, refusals with their place, one's own writes, and the documents."""

import json
import uuid
from urllib.parse import quote

import pytest

from chassis.filters.parser import MOST_CHARACTERS
from chassis.http.protocol import MAX_URL
from services.clients.filter_fields import FIELDS
from tools.docs.documents import ROOT

HEADER = "Commerce-Written-Client"


@pytest.fixture(scope="module")
def word() -> str:
    """What the names of these clients have in common and no others."""
    return f"filtered{uuid.uuid4().hex[:10]}"


def found(system, filter: str, **more) -> list[str]:
    answer = system.get("/clients", params={"filter": filter, **more})
    assert answer.status_code == 200, answer.text
    return [row["name"] for row in answer.json()["data"]]


def refused(system, filter: str) -> dict:
    answer = system.get("/clients", params={"filter": filter})
    assert answer.status_code == 422, answer.text
    return answer.json()


def test_a_filter_finds_by_column_tag_custom_field_and_who_created(system, word):
    tag = system.post("/tags", {"name": f"{word} tag", "colour": "#112233"}).json()
    field = {"label": f"{word} field", "type": "checkbox", "required": False, "order": 1, "visibility": "staff_only"}
    field = system.post("/custom-fields", {**field, "options": []}).json()
    one = system.new_client(company=f"{word} one", country="DE", tags=[tag["id"]])
    system.new_client(company=f"{word} two", country="NO")
    values = {"values": {field["id"]: True}}
    assert system.request("PUT", f"/api/v1/clients/{one['id']}/custom-fields", json=values).status_code == 200
    me = system.get("/me").json()["name"]
    mine = f'company:{word} AND created_by = "{me}" AND joined >= today'
    assert found(system, mine) == [f"{word} one", f"{word} two"]
    assert found(system, f"{mine} AND country = DE") == [f"{word} one"]
    assert found(system, f'{mine} AND NOT tag:"{word} tag"') == [f"{word} two"]
    assert found(system, f'{mine} AND field."{word} field" = true', sort="-joined") == [f"{word} one"]
    assert found(system, f"{mine} AND last_login = null", q=word) == [f"{word} one", f"{word} two"]


def test_ones_own_write_is_in_the_next_filtered_list(system, word):
    for number in range(3):
        client = system.new_client(company=f"{word} own {number}", currency="EUR")
        line = {"description": "Hosting", "quantity": "1", "unit_price": "150.00", "tax_rate": "0"}
        body = {"lines": [line], "publish": True, "apply_credit": False}
        assert system.post(f"/clients/{client['id']}/invoices", body).status_code == 201
        answer = system.get(
            "/clients",
            params={"filter": f'company:"{word} own {number}" AND outstanding > 100 EUR'},
            headers={HEADER: client["id"]},
        )
        assert [row["id"] for row in answer.json()["data"]] == [client["id"]]


@pytest.mark.parametrize(
    ("filter", "position", "nearest", "code"),
    [
        ("status = active AND last_logn < today", 21, "last_login", "unknown-field"),
        ("status = activ", 10, "active", "validation"),
        ("status : active", 8, "=", "validation"),
        ("outstanding > 100", 15, None, "validation"),
        ("(status = active", 1, None, "validation"),
        ("%' OR '1' = '1", 1, None, "validation"),
        ('company = "x', 11, None, "validation"),
    ],
)
def test_a_fault_is_a_422_with_its_place_and_the_nearest(system, filter, position, nearest, code):
    problem = refused(system, filter)
    (error,) = problem["errors"]
    assert (problem["position"], problem["nearest"]) == (error["position"], error["nearest"]) == (position, nearest)
    assert (error["pointer"], error["code"], problem["code"]) == ("/filter", code, code)


def test_too_much_of_a_filter_is_refused_wherever_it_is_noticed(system):
    assert refused(system, "(" * 101 + "status = active" + ")" * 101)["position"] == 102
    assert "100 conditions" in refused(system, "tag:a " * 101)["detail"]
    long = "status = active OR " * (MAX_URL // 10)
    assert len(long) > MOST_CHARACTERS
    assert system.request("GET", f"/api/v1/clients?filter={quote(long)}").status_code in (400, 414)


def test_the_fields_are_listed_with_their_choices_for_programs_and_in_the_document(system, word):
    answer = system.get("/clients/filter-fields")
    fields = {one["name"]: one for one in answer.json()["fields"]}
    assert {field.name for field in FIELDS} <= set(fields) and f'field."{word} field"' in fields
    assert f"{word} tag" in fields["tag"]["choices"] and fields["outstanding"]["type"] == "money"
    document = json.loads((ROOT / "gateway/openapi.json").read_text("utf-8"))
    parameters = document["paths"]["/clients"]["get"]["parameters"]
    (filter,) = [one for one in parameters if one["name"] == "filter"]
    assert [one["name"] for one in filter["schema"]["x-fields"]] == [field.name for field in FIELDS]
    assert all(f"`{field.name}`" in filter["description"] for field in FIELDS)
