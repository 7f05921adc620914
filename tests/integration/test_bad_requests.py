"""Requests that nobody should send, over every route that could take them: refused, named, and nothing changed."""

import gzip
import json
import re

import pytest
import requests

from gateway.http.routing import ADMIN, BOTH, ROUTES
from gateway.server.application import Application
from tests.conftest import STAFF_EMAIL, STAFF_PASSWORD
from tests.support.one_of_each import make_everything
from tests.support.route_sampler import LISTS, WRITES, ApiClient, address, fields, name, pointers
from tests.support.staff_session import StaffBrowser

JSON = {"Content-Type": "application/json"}
WITH_BODY = [route for route in WRITES if fields(route)]
FOREIGN = ("is_admin", "balance", "status", "client_id", "role", "created_at", "act")


@pytest.fixture(scope="module")
def ids(system) -> dict[str, str]:
    system.new_client()  # so that a list of clients has a next page
    return make_everything(system)


@pytest.fixture
def api(system) -> ApiClient:
    """Asks as a super_admin; afterwards nothing may have been changed."""
    client = ApiClient(system)
    before = client.event_counts()
    yield client
    assert client.event_counts() == before


def statuses(routes, answer_of) -> dict[str, int]:
    """{route: status} of what each of `routes` answers."""
    return {name(route): answer_of(route).status_code for route in routes}


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_session_writes_json_and_nothing_that_a_form_of_another_site_could_send(system, ids, kind):
    api, person = ApiClient(system), StaffBrowser(system.origin)
    assert person.sign_in(STAFF_EMAIL, STAFF_PASSWORD).status_code == 303
    before, token = api.event_counts(), person.hidden("/admin/profile")["csrf_token"]
    sent = {
        "headers": {"Content-Type": kind, "X-CSRF-Token": token, "Idempotency-Key": "k" * 32, "If-Match": '"1"'},
        "data": f'{{"csrf_token": "{token}"}}',
        "allow_redirects": False,
        "timeout": 30,
    }
    routes = [route for route in WRITES if not (route.contract.differs and kind.startswith("multipart"))]
    found = statuses(
        routes, lambda route: person.http.request(route.method, system.origin + address(route, ids), **sent)
    )
    assert set(found.values()) == {415}, found
    assert api.event_counts() == before


def test_a_token_of_the_form_is_none_in_the_body_of_a_program(system, ids):
    person = StaffBrowser(system.origin)
    person.sign_in(STAFF_EMAIL, STAFF_PASSWORD)
    answer = person.http.post(
        f"{system.origin}/api/v1/clients/{ids['client_id']}/notes",
        timeout=30,
        data={"csrf_token": person.hidden("/admin/profile")["csrf_token"], "body": "x"},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_changes_something_answers_no_reading_method_whatever_a_header_says(ids, api, method):
    readable = {route.path for route in ROUTES if route.method == "GET"}
    override = dict.fromkeys(("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"), "POST")
    only_written = [route for route in WRITES if route.path not in readable]
    found = statuses(only_written, lambda route: api(method, address(route, ids), override))
    assert set(found.values()) <= {404, 405} and len(found) > 20, found  # 404: read as an id, `suspend-all` is nobody's
    both = [route for route in WRITES if route.path in readable]
    assert set(statuses(both, lambda route: api(method, address(route, ids), override)).values()) == {200}


CONVERTER = re.compile(r"<(?:any\((\w+)[^)]*\):)?(\w+)>")


def test_no_page_changes_anything_for_a_reading_method(system):
    Application(system.containers["gateway"].config["settings"])
    readable = {route.path for route in ROUTES if route.method == "GET"}
    written = {route.path for route in ROUTES if route.method != "GET" and route.origin in (ADMIN, BOTH)} - readable
    found = {
        path: requests.get(
            system.origin + CONVERTER.sub(lambda found: found[1] or found[2], path), timeout=30
        ).status_code
        for path in written
        if not path.startswith("/api")
    }
    assert set(found.values()) == {405}, found


def test_a_field_that_a_write_does_not_know_is_named_by_every_write(ids, api):
    for route in WRITES:
        if route.contract.differs and not route.contract.rpc:
            continue
        known = {*fields(route), "client_id"}
        for foreign in (["client_id"], [one for one in FOREIGN if one not in known]):
            answer = api(route.method, address(route, ids), json=dict.fromkeys(foreign, "x"))
            assert answer.status_code == 422, (name(route), answer.text)
            errors = pointers(answer)
            assert {one: errors.get(f"/{one}") for one in foreign} == dict.fromkeys(foreign, "unknown-field"), name(
                route
            )


def test_every_field_of_the_document_is_known_to_its_write(ids, api):
    """The other way round: each is refused for its value, none as unknown, so the document describes the right RPC
    method."""
    for route in WITH_BODY:
        errors = pointers(api(route.method, address(route, ids), json=dict.fromkeys(fields(route), {"no": ["such"]})))
        unknown = {pointer for pointer, code in errors.items() if code == "unknown-field" and pointer.count("/") == 1}
        assert errors and unknown == set(), (name(route), errors)


def test_a_text_that_is_one_character_too_long_is_named_wherever_one_is_taken(ids, api):
    for route in WITH_BODY:
        long = {one: "x" * (schema["maxLength"] + 1) for one, schema in fields(route).items() if "maxLength" in schema}
        errors = pointers(api(route.method, address(route, ids), json=long)) if long else {}
        assert {f"/{one}" for one in long} <= set(errors), name(route)


@pytest.mark.parametrize("value", ["true", 1], ids=repr)
def test_what_is_true_or_false_is_so_as_json_has_it(ids, api, value):
    for route in WITH_BODY:
        flags = {one: value for one, schema in fields(route).items() if schema.get("type") == "boolean"}
        if not flags:
            continue
        answer = api(route.method, address(route, ids), json=flags)
        assert {f"/{one}" for one in flags} <= set(pointers(answer)), (name(route), answer.text)


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"], ids=["NUL", "half of a pair"])
def test_text_that_cannot_be_kept_is_named_wherever_text_is_taken(ids, api, text):
    for route in WITH_BODY:
        texts = {one: text for one, schema in fields(route).items() if schema.get("type") == "string"}
        if not texts:
            continue
        answer = api(route.method, address(route, ids), data=json.dumps(texts), headers=JSON)
        assert {f"/{one}" for one in texts} <= set(pointers(answer)), (name(route), answer.text)


@pytest.mark.parametrize(
    "text", ["Ada\u202eecila", "Ada\u2066", "A" + "\u0301" * 500], ids=["override", "isolate", "marks"]
)
def test_names_turn_no_writing_direction_and_pile_no_marks(api, text):
    names = dict.fromkeys(("first_name", "last_name", "company"), text)
    assert {f"/{one}" for one in names} <= set(pointers(api("POST", "/api/v1/clients", json=names)))


UNREADABLE = {
    "no JSON": b"{nonsense",
    "no object": b"[1]",
    "nothing": b"",
    "not UTF-8": b'{"body": "\xff"}',
    "an overlong spelling": b'{"body": "\xc0\xaf"}',
    "a byte order mark": b'\xef\xbb\xbf{"body": "x"}',
    "NaN": b'{"body": NaN}',
    "Infinity": b'{"body": -Infinity}',
    "a key twice": b'{"body": "x", "body": "y"}',
    "too deep": b'{"body":' * 17 + b"1" + b"}" * 17,
    "far too deep": b"[" * 10_000,
    "deep in a field": b'{"a":' + b"[" * 10_000,
    "too many keys": json.dumps(dict.fromkeys(map(str, range(201)), 1)).encode(),
    "20,000 keys": json.dumps(dict.fromkeys(map(str, range(20_000)), 1), separators=(",", ":")).encode(),
    "a long number": b'{"body": ' + b"9" * 19 + b"}",
    "a number of 250 kB": b'{"body": ' + b"9" * 250_000 + b"}",
    "packed JSON": gzip.compress(b'{"body": "x"}'),
}


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_is_no_plain_json_object_is_malformed(ids, api, raw):
    answer = api("POST", f"/api/v1/clients/{ids['client_id']}/notes", data=raw, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_every_write_reads_its_body_with_the_same_care(ids, api):
    for raw, expected in ((b'{"a": 1, "a": 2}', 400), (b'{"a":"' + b"x" * 300_000 + b'"}', 413)):
        routes = [route for route in WRITES if route.contract.rpc or not route.contract.body]
        found = statuses(routes, lambda route, raw=raw: api(route.method, address(route, ids), data=raw, headers=JSON))
        assert set(found.values()) == {expected}, found


@pytest.mark.parametrize("limit", ["0", "-1", "1e9", "101", "NaN", "1.5", "1_0", "\u0661"])
def test_every_list_refuses_a_limit_out_of_range(ids, api, limit):
    for route in LISTS:
        answer = api("GET", address(route, ids), params={"limit": limit})
        assert (answer.status_code, pointers(answer)) == (422, {"/limit": "validation"}), name(route)


def test_every_list_refuses_a_cursor_that_is_forged_cut_or_another_lists(ids, api):
    real = api("GET", "/api/v1/clients?limit=1&sort=-joined").json()["page"]["next"]
    for route in LISTS:
        for cursor in (real, real[:-3], "AAAA", "null", "x" * 1001):
            for side in ("after", "before"):
                answer = api("GET", address(route, ids), params={side: cursor})
                assert (answer.status_code, list(pointers(answer))) == (422, [f"/{side}"]), (name(route), cursor)


def test_every_list_refuses_a_parameter_that_it_does_not_know_or_that_stands_twice(ids, api):
    for route in LISTS:
        answer = api("GET", f"{address(route, ids)}?page=1000000000000&limit=1&limit=2&limit[]=3")
        assert pointers(answer) == {"/page": "unknown-field", "/limit": "validation", "/limit[]": "unknown-field"}, (
            name(route)
        )


@pytest.mark.parametrize(
    "sort", ["name;drop table clients", "password_hash", "name asc nulls first", "NAME", "--name", "-"]
)
def test_the_list_is_sorted_by_what_it_knows_alone(api, sort):
    assert pointers(api("GET", "/api/v1/clients", params={"sort": sort})) == {"/sort": "validation"}


@pytest.mark.parametrize("q", ["10%", "_", "\\", "'", "')) OR 1=1--", "a<b>c", "%" * 100])
def test_a_search_means_each_character(api, q):
    found = api("GET", "/api/v1/clients", params={"q": q})
    assert found.status_code == 200
    assert all(
        q.lower() in f"{row['company']} {row['name']} {row['contact_name']} {row['email']}".lower()
        for row in found.json()["data"]
    ), q
    assert list(pointers(api("GET", "/api/v1/clients", params={"q": "%" * 101}))) == ["/q"]


def test_no_answer_opens_itself_to_another_site(ids, api):
    foreign = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    for route in ROUTES:
        answer = api("OPTIONS", address(route, ids).replace("<", "").replace(">", ""), foreign)
        assert answer.status_code in (404, 405) and opened(answer) == [], name(route)
    for path in ("/api/v1/me", "/api/v1/clients", "/admin/login", "/static/nothing", "/nowhere"):
        assert opened(api("GET", path, foreign)) == [], path


def opened(answer: requests.Response) -> list[str]:
    """The headers by which an answer lets another site's scripts read it."""
    return [header for header in answer.headers if header.lower().startswith("access-control")]


def test_no_list_bears_a_nul_in_any_parameter_as_more_than_a_refusal(ids, api):
    """Of a parameter that is a choice too: PostgreSQL knows no such character, and a driver that meets it fails."""
    found = {
        f"{name(route)} {parameter}": answer.status_code
        for route in LISTS
        for parameter in route.contract.query
        if (answer := api("GET", address(route, ids), params={parameter: "a\0b"})).status_code != 422
    }
    assert found == {}
