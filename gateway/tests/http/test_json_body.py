"""JSON bodies: strict, bounded, and never a surprise further in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from chassis.errors import ServiceProblem
from gateway.http.json_body import json_body, json_fields


def request(raw: bytes, content_type="application/json") -> Request:
    return Request(EnvironBuilder(method="POST", data=raw, content_type=content_type).get_environ())


def test_an_object_is_read_as_it_is():
    assert json_body(request('{"name": "Zoë", "tags": ["a"], "n": 3}'.encode())) == {
        "name": "Zoë",
        "tags": ["a"],
        "n": 3,
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"x",
        b"[1]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1e999}',
        b'{"a": [-1.5e309]}',
        b'{"a": 1, "a": 2}',
        b'{"a": ' + b"9" * 19 + b"}",
        b'{"a":' * 17 + b"1" + b"}" * 17,
        b"[" * 100_000,
        b"{" + b",".join(b'"%d":1' % n for n in range(201)) + b"}",
        b'{"a": [' + b",".join([b"{}"] * 500) + b"]}",
        b'{"a": [' + b",".join([b"1"] * 7000) + b"]}",
    ],
)
def test_what_is_no_plain_object_is_malformed(raw):
    with pytest.raises(ServiceProblem) as refusal:
        json_body(request(raw))
    assert refusal.value.code == "malformed"


@pytest.mark.parametrize("raw", [b'{"a":' * 17 + b"1" + b"}" * 17, b"[" * 100_000, b'{"a":' * 100_000])
def test_a_body_too_deep_is_refused_in_the_limits_own_words(raw):
    with pytest.raises(ServiceProblem) as refusal:
        json_body(request(raw))
    assert "has more than 16 levels." in refusal.value.detail and "recursion" not in refusal.value.detail


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "text/json"])
def test_another_content_type_is_refused(content_type):
    with pytest.raises(ServiceProblem) as refusal:
        json_body(request(b"{}", content_type))
    assert refusal.value.code == "unsupported-media-type"


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise_anything_but_a_refusal(raw):
    try:
        assert isinstance(json_body(request(raw)), dict)
    except ServiceProblem as refusal:
        assert refusal.code == "malformed"


@pytest.mark.parametrize("name", ["self", "caller", "target", "seconds", "writes", "client_id"])
def test_a_body_says_neither_how_it_is_sent_nor_whose_it_is(name):
    with pytest.raises(ServiceProblem) as refused:
        json_fields(request(f'{{"{name}": "1", "amount": "2"}}'.encode()), client_id="c1")
    assert [(error["pointer"], error["code"]) for error in refused.value.errors] == [(f"/{name}", "unknown-field")]
    assert json_fields(request(b'{"amount": "2"}'), client_id="c1") == {"amount": "2", "client_id": "c1"}
