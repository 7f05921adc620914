"""The real gateway over a raw socket: what could be read in two ways, is too large or too slow never reaches a
route."""

import socket
from urllib.parse import urlsplit

import pytest

from chassis.http import protocol
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


def test_who_sends_a_byte_now_and_then_is_ended_and_others_are_answered_meanwhile(system, port, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(protocol, "BODY_SECONDS", 0.5)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as head,
        socket.create_connection(("127.0.0.1", port), timeout=20) as body,
    ):
        head.sendall(b"GET /api/v1/me HTT")
        body.sendall(
            b"POST /api/v1/clients HTTP/1.1\r\nHost: "
            + urlsplit(system.origin).netloc.encode()
            + b"\r\nAuthorization: Bearer "
            + system.token.encode()
            + b"\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
        )
        assert system.get("/me").status_code == 200
        assert [status(one.recv(65536).decode()) for one in (head, body)] == [408, 408]
