"""The client by itself, against answers that are made up."""

import json

import pytest
import requests

from commerce_client import NOT_GIVEN, Commerce, Invalid, Problem, TooManyRequests, Unreachable

PAGE = {"data": [{"id": "1"}, {"id": "2"}], "page": {"next": "c2"}, "unavailable": []}
LAST = {"data": [{"id": "3"}], "page": {"next": None}, "unavailable": []}


class Answers:
    """A session that gives one answer after the other: (status, body), with headers as a third, or an exception."""

    def __init__(self, *answers):
        self.answers, self.asked, self.slept = list(answers), [], []

    def request(self, method, url, **sent):
        self.asked.append((method, url.removeprefix("https://commerce.example/api/v1"), sent))
        status, body, headers = (*self._next(), {})[:3]
        response = requests.Response()
        response.status_code, response._content = status, json.dumps(body).encode() if body is not None else b""
        response.headers.update(headers)
        return response

    def _next(self):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def commerce(self, **options) -> Commerce:
        return Commerce("https://commerce.example/", "cmrc_x", session=self, sleep=self.slept.append, **options)


def test_a_read_names_its_path_its_query_and_its_token():
    answers = Answers((200, LAST))
    answers.commerce().invoices.list_invoices("a/b", limit=5, fields="id,total")
    ((method, path, sent),) = answers.asked
    assert (method, path, sent["params"]) == (
        "GET",
        "/clients/a%2Fb/invoices",
        {"limit": "5", "fields": "id,total"},
    )
    assert sent["headers"] == {"Authorization": "Bearer cmrc_x", "Accept": "application/json"}


def test_a_write_is_asked_again_under_the_key_that_it_had_after_the_time_that_it_was_told():
    refusals = [
        (429, {"code": "too-many-requests"}, {"Retry-After": "7"}),
        requests.ConnectionError("cut"),
        (504, None),
    ]
    answers = Answers(*refusals, (409, {"code": "in-progress"}), (201, {"id": "1"}))
    assert answers.commerce().notes.add_note("c", body="Pays late", sticky=False) == {"id": "1"}
    keys = {sent["headers"]["Idempotency-Key"] for _, _, sent in answers.asked}
    assert len(keys) == 1 and len(answers.asked) == 5 and answers.slept[0] == 7.0
    assert {json.dumps(sent["json"]) for _, _, sent in answers.asked} == {'{"body": "Pays late", "sticky": false}'}


def test_what_is_left_out_is_not_sent_and_none_is_null():
    answers = Answers((201, {}), (201, {}))
    write = answers.commerce().notes.add_note
    write("c", body="x", sticky=False, supersedes=NOT_GIVEN, idempotency_key="k" * 16)
    write("c", body="x", sticky=False, supersedes=None)
    assert [sent["json"].get("supersedes", "left out") for _, _, sent in answers.asked] == ["left out", None]
    assert answers.asked[0][2]["headers"]["Idempotency-Key"] == "k" * 16


def test_patience_ends_and_a_refusal_is_not_asked_again():
    slow = Answers(*[(429, {"code": "too-many-requests"}, {"Retry-After": "30"})] * 3)
    with pytest.raises(TooManyRequests):
        slow.commerce(patience=61).me.me()
    assert slow.slept == [30.0, 30.0]
    away = Answers(*[requests.ConnectionError("no route")] * 20)
    with pytest.raises(Unreachable):
        away.commerce(patience=5).me.me()
    body = {"code": "validation", "detail": "No.", "errors": [{"pointer": "/body"}], "request_id": "r", "limit": 9}
    refused = Answers((422, body), (418, None))
    with pytest.raises(Invalid) as invalid:
        refused.commerce().notes.add_note("c", body="", sticky=False)
    error = invalid.value
    assert (error.status, error.code, error.errors, error.request_id, error.more) == (
        422,
        "validation",
        [{"pointer": "/body"}],
        "r",
        {"limit": 9},
    )
    with pytest.raises(Problem) as other:
        refused.commerce().me.me()
    assert (other.value.status, other.value.code, refused.slept) == (418, "unknown", [])


def test_each_goes_from_page_to_page():
    answers = Answers((200, PAGE), (200, LAST))
    commerce = answers.commerce()
    assert [row["id"] for row in commerce.each(commerce.invoices.all_invoices, status="paid")] == ["1", "2", "3"]
    assert [sent["params"] for _, _, sent in answers.asked] == [{"status": "paid"}, {"status": "paid", "after": "c2"}]


def test_a_versioned_record_brings_its_etag_and_a_change_sends_it_back():
    answers = Answers((200, {"id": "c"}, {"ETag": '"7"'}), (200, {"id": "c"}, {"ETag": '"8"'}))
    commerce = answers.commerce()
    client = commerce.clients.get_client("c")
    changed = commerce.clients.update_client("c", if_match=client.etag, city="Berlin")
    assert answers.asked[1][2]["headers"]["If-Match"] == '"7"' and changed.etag == '"8"'


def test_a_write_is_validated_alone():
    answers = Answers((204, None), (201, {"id": "1"}))
    commerce = answers.commerce()
    assert commerce.validate(commerce.notes.add_note, "c", body="x", sticky=False) is None
    commerce.notes.add_note("c", body="x", sticky=False)
    assert [sent["params"] for _, _, sent in answers.asked] == [{"validate_only": "true"}, {}]


def test_files_are_sent_as_a_form():
    answers = Answers((202, {"id": "1"}))
    answers.commerce().imports.create_import(clients=b"first_name\n", allow_duplicate_email="true")
    ((_, _, sent),) = answers.asked
    assert sent["files"] == {"clients": ("clients.csv", b"first_name\n", "text/csv")}
    assert sent["data"] == {"allow_duplicate_email": "true"} and "json" not in sent
