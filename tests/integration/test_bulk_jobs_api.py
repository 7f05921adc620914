"""Bulk jobs from outside: by the API, and by the dialog of the client list."""

import re
import uuid
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.support.staff_session import StaffBrowser, make_staff

LIST = "/admin/clients"


@pytest.fixture
def word() -> str:
    """What the companies of this test's clients have in common and no others."""
    return f"bulk{uuid.uuid4().hex[:10]}"


@pytest.fixture
def tag(system, word) -> dict:
    return system.post("/tags", {"name": f"Tag {word}", "colour": "#4263eb"}).json()


@pytest.fixture
def admin(system) -> StaffBrowser:
    """The browser of a signed-in admin of their own."""
    browser = StaffBrowser(system.origin)
    browser.sign_in(make_staff(system, "admin")["email"])
    return browser


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of a dialog."""
    fields = re.findall(r'<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', html)
    return {name: unescape(value) for name, value in fields}


def jobs(system) -> int:
    return system.get("/jobs").json()["page"]["total"]


def test_the_api_selects_by_filter_and_starts_on_those_of_its_dry_run(system, word, tag):
    ids = {system.new_client(company=f"{word} {number}")["id"] for number in range(2)}
    about = {"act": "add_tag", "arguments": {"tag_id": tag["id"]}, "filter": f'company : "{word}"'}
    looked = system.post("/jobs", {**about, "validate_only": True}).json()
    assert (looked["rows"], {*looked["reasons"][0]["client_ids"]}) == (2, ids)
    other = system.post("/jobs", {**about, "expected": 2, "expected_digest": "0" * 64})
    assert (other.status_code, other.json()["code"]) == (409, "list-changed")
    twice = system.post("/jobs", {**about, "query": {"filter": about["filter"]}})
    assert (twice.status_code, twice.json()["code"]) == (422, "validation")
    started = system.post("/jobs", {**about, "expected": 2, "expected_digest": looked["digest"]})
    assert (started.status_code, started.json()["rows"]) == (200, 2)


def test_the_dialog_starts_nothing_where_the_list_has_as_many_clients_but_others(system, admin, word, tag):
    leaves, enters = system.new_client(company=word), system.new_client(company=f"x{word[1:]}")
    dialog, query = f"{LIST}/bulk/add_tag", urlencode({"q": word})
    looked = admin.send(dialog, LIST, all=query, tag_id=tag["id"], step="look")
    shown = hidden(looked.text)
    assert (shown["expected"], len(shown["expected_digest"])) == ("1", 64)
    for client, company in ((leaves, "Left"), (enters, word)):
        path = f"/api/v1/clients/{client['id']}"
        etag = system.request("GET", path).headers["ETag"]
        assert system.request("PATCH", path, json={"company": company}, headers={"If-Match": etag}).status_code == 200
    before = jobs(system)
    refused = admin.send(dialog, LIST, **shown)
    assert refused.status_code == 409 and "The selection has other clients now than it had." in refused.text
    assert jobs(system) == before
    again = hidden(refused.text)
    assert again["expected_digest"] != shown["expected_digest"]
    assert admin.send(dialog, LIST, **{**again, "idempotency_key": uuid.uuid4().hex}).status_code == 303
    assert jobs(system) == before + 1
