"""The real gateway over a raw socket: what could be read in two ways, is too large or too slow never reaches a
route."""

import socket
from urllib.parse import urlsplit

import pytest

from chassis.http import body, protocol
from chassis.tests.http.test_protocol import SMUGGLING, answers, status

LAST = b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture
def port(system) -> int:
    return urlsplit(system.origin).port


@pytest.mark.parametrize("sent", SMUGGLING.values(), ids=SMUGGLING)
def test_what_could_be_read_in_two_ways_ends_the_connection(port, sent):
    response = answers(port, sent + LAST)
    assert status(response) == 400 and response.count("HTTP/1.1") == 1 and "Connection: close" in response
    assert "Server: " not in response or "eventlet" not in response


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"GET /api/v1/clients?q=" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nCookie: " + b"b" * 20_000 + b"\r\n\r\n", 431),
        (b"TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405),
        (b"CONNECT /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
    ],
    ids=["address", "200 headers", "long cookie", "TRACE", "CONNECT"],
)
def test_heads_have_limits_and_methods_that_nobody_takes_answer_nothing(port, sent, expected):
    assert status(answers(port, sent)) == expected


REFUSED_HEADS = {
    "a long address": (414, "uri-too-long", b"%b?q=" + b"a" * 9000, b""),
    "many parameters": (400, "malformed", b"%b?a" + b"&a" * 100, b""),
    "a long header": (431, "headers-too-large", b"%b", b"A: " + b"b" * 20_000 + b"\r\n"),
    "many headers": (431, "headers-too-large", b"%b", b"A: b\r\n" * 200),
    "many cookies": (431, "headers-too-large", b"%b", b"Cookie: a=b" + b"; a=b" * 100 + b"\r\n"),
    "a header that cannot be read": (400, "malformed", b"%b", b"A b\r\n"),
}


@pytest.mark.parametrize("kind", REFUSED_HEADS)
def test_a_refused_head_is_told_to_programs_as_a_problem_and_to_people_as_a_page(system, port, kind):
    expected, code, target, header = REFUSED_HEADS[kind]
    for origin, path in ((system.origin, b"/api/v1/clients"), (system.origin, b"/admin/clients")) + (
        (system.portal_origin, b"/client/login"),
    ):
        host = urlsplit(origin).netloc.encode()
        response = answers(port, b"GET " + target % path + b" HTTP/1.1\r\nHost: " + host + b"\r\n" + header + b"\r\n")
        head, _, text = response.partition("\r\n\r\n")
        assert (status(response), "Connection: close" in head) == (expected, True)
        assert "Content-Security-Policy: default-src 'none'" in head and "X-Request-Id" in head
        if path.startswith(b"/api"):
            assert "application/problem+json" in head and f'"code":"{code}"' in text
        else:
            assert "text/html" in head and "<!DOCTYPE html>" in text and "Nothing was changed." in text


def test_who_sends_a_byte_now_and_then_is_ended_and_others_are_answered_meanwhile(system, port, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(body, "BODY_SECONDS", 0.5)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as head,
        socket.create_connection(("127.0.0.1", port), timeout=20) as slow_body,
    ):
        head.sendall(b"GET /api/v1/me HTT")
        slow_body.sendall(
            b"POST /api/v1/clients HTTP/1.1\r\nHost: "
            + urlsplit(system.origin).netloc.encode()
            + b"\r\nAuthorization: Bearer "
            + system.token.encode()
            + b"\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
        )
        assert system.get("/me").status_code == 200
        assert [status(one.recv(65536).decode()) for one in (head, slow_body)] == [408, 408]
