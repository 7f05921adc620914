"""Profile, tags, custom fields, groups through the API, and what the log says of them."""

import re
import uuid

import pytest

from chassis.testing.plugin import wait_until
from tests.support.staff_session import StaffBrowser, make_staff


@pytest.fixture
def change(system):
    """`change("PATCH", path, body, …)`: a write below /api/v1 under a fresh key."""

    def call(method, path, body, **headers):
        headers = {
            "Idempotency-Key": uuid.uuid4().hex,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return system.request(method, f"/api/v1{path}", json=body, headers=headers)

    return call


def logged(system, client, kind):
    return wait_until(
        lambda: [
            entry
            for entry in system.get(f"/clients/{client['id']}/activity").json()["data"]
            if entry["type"] == f"{kind}.v1"
        ],
        f"the log entry {kind}",
    )


def named(prefix: str) -> str:
    """A name that no other test gives."""
    return f"{prefix} {uuid.uuid4().hex[:8]}"


def test_a_profile_is_changed_under_the_etag_that_was_read(system, change):
    client = system.new_client(city="Ulm")
    path = f"/clients/{client['id']}"
    etag = system.get(path).headers["ETag"]
    answer = change("PATCH", path, {"city": "Köln", "company": "Acme <b>"}, If_Match=etag)
    assert (answer.status_code, answer.json()["profile"]["city"], answer.json()["name"]) == (200, "Köln", "Acme <b>")
    assert answer.headers["ETag"] == '"2"' == system.get(path).headers["ETag"]
    assert set(answer.json()) == set(system.get(path).json())
    (entry,) = logged(system, client, "client.updated")
    assert {(c["field"], c["old"], c["new"]) for c in entry["changes"]} == {
        ("city", "Ulm", "Köln"),
        ("company", "", "Acme <b>"),
    }
    assert entry["action"] in ("changed company and city", "changed city and company")


def test_without_if_match_it_is_428_and_with_an_old_one_412_that_says_what_changed(system, change):
    client = system.new_client()
    path = f"/clients/{client['id']}"
    assert (change("PATCH", path, {"city": "Ulm"}).status_code) == 428
    assert change("PATCH", path, {"city": "Ulm"}, If_Match='"1"').status_code == 200
    stale = change("PATCH", path, {"city": "Bonn"}, If_Match='"1"')
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (412, "stale", 2)
    (changed,) = stale.json()["changed"]
    assert (changed["field"], changed["value"], changed["by"]) == ("city", "Ulm", "Ada Admin")
    assert change("PATCH", path, {"city": "Bonn"}, If_Match="*").status_code == 412
    assert system.get(path).json()["profile"]["city"] == "Ulm"


def test_the_same_key_changes_a_profile_once(system, change):
    client, key = system.new_client(), uuid.uuid4().hex
    answers = [
        change("PATCH", f"/clients/{client['id']}", {"city": "Ulm"}, If_Match='"1"', Idempotency_Key=key)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].headers["ETag"] == '"2"'


@pytest.mark.parametrize(
    "body, pointer",
    [
        ({"email": "moss@"}, "/email"),
        ({"first_name": ""}, "/first_name"),
        ({"last_name": "a\u202eb"}, "/last_name"),
        ({"company": "a\u0000b"}, "/company"),
        ({"is_admin": True}, "/is_admin"),
        ({"version": 1}, "/version"),
        ({"client_id": "x"}, "/client_id"),
        ({"group_id": "0192f0c1-2345-7abc-8def-0123456789ab"}, "/group_id"),
    ],
)
def test_a_faulty_profile_names_its_field_and_changes_nothing(system, change, body, pointer):
    client = system.new_client()
    answer = change("PATCH", f"/clients/{client['id']}", {"city": "Ulm", **body}, If_Match='"1"')
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [pointer])
    assert system.get(f"/clients/{client['id']}").json()["profile"]["city"] == ""


def test_groups_are_defined_and_clients_moved_into_them(system, change):
    group = system.post("/client-groups", {"name": named("VIP"), "colour": "#C99700", "discount_percent": "7.5"})
    assert (group.status_code, group.json()["discount_percent"], group.json()["colour"]) == (201, "7.50", "#c99700")
    path = group.headers["Location"].removeprefix("/api/v1")
    assert system.get(path).json() == group.json()
    changed = change("PATCH", path, {"description": "Priority"})
    assert (changed.status_code, changed.json()) == (200, {**group.json(), "description": "Priority"})
    assert changed.json() in system.get("/client-groups", params={"limit": 100}).json()["data"]
    client = system.new_client()
    assert (
        change("PATCH", f"/clients/{client['id']}", {"group_id": group.json()["id"]}, If_Match='"1"').status_code == 200
    )
    (entry,) = logged(system, client, "client.group_changed")
    assert entry["action"] == f"moved the client to the group {group.json()['name']}"
    refused = system.post("/client-groups", {"name": group.json()["name"].upper(), "colour": "#111111"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/name")


def test_tags_are_defined_and_set_as_a_whole(system, change):
    tags = [system.post("/tags", {"name": named(name), "colour": "#112233"}).json() for name in ("b", "a")]
    client = system.new_client()
    answer = change("PUT", f"/clients/{client['id']}/tags", {"tags": [tag["id"] for tag in tags]})
    assert (answer.status_code, answer.json()) == (200, system.get(f"/clients/{client['id']}/tags").json())
    assert [tag["name"] for tag in answer.json()["data"]] == sorted(tag["name"] for tag in tags)
    (entry,) = logged(system, client, "client.tags_changed")
    assert entry["action"] == f"changed the client's tags to {tags[1]['name']} and {tags[0]['name']}"
    assert change("PATCH", f"/tags/{tags[0]['id']}", {"colour": "#445566"}).json()["colour"] == "#445566"
    assert change("PATCH", f"/tags/{uuid.uuid4()}", {"colour": "#445566"}).status_code == 404


def test_custom_fields_are_defined_and_values_logged_by_their_labels(system, change):
    field = system.post("/custom-fields", {"label": named("Plan"), "type": "select", "options": ["Gold", "Tin"]}).json()
    client = system.new_client()
    path = f"/clients/{client['id']}/custom-fields"
    assert change("PUT", path, {"values": {field["id"]: "Gold"}}).status_code == 200
    answer = change("PUT", path, {"values": {field["id"]: "Tin"}})
    rows = answer.json()["data"]
    assert rows[:100] == system.get(path, params={"limit": 100}).json()["data"]
    assert [row["value"] for row in rows if row["id"] == field["id"]] == ["Tin"]
    newest, oldest = wait_until(
        lambda: (found := logged(system, client, "client.custom_fields_changed"))[1:] and found, "two entries"
    )
    assert newest["changes"] == [{"field": field["label"], "old": "Gold", "new": "Tin"}]
    assert newest["action"] == f"changed {field['label']}" and oldest["changes"][0]["old"] is None
    wrong = change("PUT", path, {"values": {field["id"]: "Bronze", str(uuid.uuid4()): "x"}})
    assert wrong.status_code == 422 and {error["code"] for error in wrong.json()["errors"]} == {
        "validation",
        "unknown-field",
    }
    kept = change("PATCH", f"/custom-fields/{field['id']}", {"options": ["Gold"]})
    assert (kept.status_code, kept.json()["code"], kept.json()["errors"][0]["pointer"]) == (
        409,
        "invalid-state",
        "/options",
    )
    assert change("PATCH", f"/custom-fields/{field['id']}", {"type": "text"}).status_code == 409


@pytest.fixture
def admin(system) -> StaffBrowser:
    """The browser of a signed-in admin."""
    browser = StaffBrowser(system.origin)
    browser.sign_in(make_staff(system, "admin")["email"])
    return browser


def test_the_form_of_tags_leaves_those_that_others_gave_since_it_was_opened(system, admin, change):
    had, mine, theirs = (system.post("/tags", {"name": named(n), "colour": "#112233"}).json()["id"] for n in "abc")
    client = system.new_client(tags=[had])
    form = f"/admin/clients/{client['id']}/tags"
    was = re.findall(r'name="was"\s+value="([^"]*)"', admin.get(form).text)
    assert was == [had]
    change("PUT", f"/clients/{client['id']}/tags", {"tags": [had, theirs]})
    assert admin.send(form, tags=[mine], was=was).status_code == 303
    left = {tag["id"] for tag in system.get(f"/clients/{client['id']}/tags").json()["data"]}
    assert left == {mine, theirs}


def test_a_custom_field_that_somebody_else_changed_since_is_said_and_overwritten_only_when_it_is_meant(
    system, admin, change
):
    field = system.post("/custom-fields", {"label": named("Plan"), "type": "text"}).json()["id"]
    client = system.new_client()
    api, form = (f"{where}/clients/{client['id']}/custom-fields" for where in ("", "/admin"))
    drawn = re.compile(rf'name="was\.{field}"\s+value="([^"]*)"')
    was = drawn.search(admin.get(form).text)[1]
    assert change("PUT", api, {"values": {field: "theirs"}, "was": {field: was}}).status_code == 200
    refused = admin.send(form, **{"shown": field, f"was.{field}": was, field: "mine"})
    assert refused.status_code == 409 and re.search(rf'name="{field}"[^>]*\bvalue="mine"', refused.text)
    assert "Somebody saved “theirs” meanwhile. Saving again puts yours in its place." in refused.text
    now = drawn.search(refused.text)[1]
    assert now == "theirs"
    assert admin.send(form, **{"shown": field, f"was.{field}": now, field: "mine"}).status_code == 303
    rows = change("PUT", api, {"values": {}}).json()["data"]
    assert [row["value"] for row in rows if row["id"] == field] == ["mine"]
