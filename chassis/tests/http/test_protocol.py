"""Requests that could be read in two ways, are too large or too slow, over a raw socket."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nameko.containers import ServiceContainer
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from chassis.http import body, protocol
from chassis.http.protocol import Refused, check_head
from chassis.http.site import serve
from chassis.process.runtime import container_config
from chassis.settings import Settings

GOOD = [b"GET / HTTP/1.1\r\n", b"Host: x\r\n"]


class Echo:
    """Answers with the method and the body that it got."""

    name = "front"

    @serve
    def site(self, request):
        try:
            return Response(f"{request.method} {request.get_data().decode()}")
        except HTTPException as error:
            return error.get_response()


@pytest.fixture(scope="module")
def port(databases, keys_dir):
    """Where an Echo listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    container = ServiceContainer(
        Echo,
        container_config(
            Settings(
                amqp_uri="amqp://nobody",
                signing_key_file=keys_dir / "gateway.key",
                trusted_keys_dir=keys_dir,
                http_host="127.0.0.1",
                http_port=number,
            )
        ),
    )
    container.start()
    yield number
    container.stop()


def answers(port: int, *parts: bytes) -> str:
    """Everything that comes back on one connection until it is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=15) as connection:
        for part in parts:
            connection.sendall(part)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received.decode()


def status(answer: str) -> int:
    return int(answer.split(" ", 2)[1])


LAST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_several_requests_on_one_connection_are_answered_in_turn(port):
    post = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
    response = answers(port, post, post[:20], post[20:], LAST)
    assert response.count("HTTP/1.1 200 OK") == 3 and response.count("POST abc") == 2
    assert "eventlet" not in response and "Python" not in response


CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
SMUGGLING = {
    "a length beside a coding": CHUNKED + b"Content-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "two equal lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
    "a list of lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na",
    "a length below zero": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a length with a sign": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na",
    "an unknown coding": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
    "a coding with a tab before it": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n",
    "a long chunk extension": CHUNKED + b"\r\n1;" + b"a" * 65536 + b"\r\nx\r\n0\r\n\r\n",
    "trailers": CHUNKED + b"Trailer: A\r\n\r\n0\r\nA: b\r\n\r\n",
    "a bare LF after the request line": b"GET / HTTP/1.1\nHost: x\r\n\r\n",
    "a bare LF after a header": b"GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
    "a bare LF at the end": b"GET / HTTP/1.1\r\nHost: x\r\n\n",
    "a bare CR in a header": b"GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n",
    "white space before the colon": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\nA: b\r\n\r\n",
    "an absolute address": b"GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "a line before the request": b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "another version": b"GET / HTTP/3.0\r\nHost: x\r\n\r\n",
    "no version": b"GET /\r\nHost: x\r\n\r\n",
    "two spaces": b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("sent", SMUGGLING.values(), ids=SMUGGLING)
def test_what_could_be_read_in_two_ways_is_refused_and_nothing_after_it_is_read(port, sent):
    response = answers(port, sent + LAST)
    assert status(response) == 400 and response.count("HTTP/1.1") == 1 and "Connection: close" in response


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 20000 + b"\r\n\r\n", 431),
    ],
    ids=["address", "many headers", "long header"],
)
def test_heads_have_limits(port, sent, expected):
    assert status(answers(port, sent)) == expected


def test_a_slow_head_and_a_slow_body_end_and_others_are_answered_meanwhile(port, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(body, "BODY_SECONDS", 0.3)
    with socket.create_connection(("127.0.0.1", port), timeout=15) as slow:
        slow.sendall(b"GET / HT")
        assert status(answers(port, LAST)) == 200
        assert status(slow.recv(65536).decode()) == 408
    assert status(answers(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")) == 408


def test_a_good_head_is_good():
    check_head([*GOOD, "X-Name: Gonçalves\r\n".encode("latin-1"), b"Content-Length:5\r\n", b"Empty:\r\n"])


@given(st.binary(max_size=40).filter(lambda line: b"\n" not in line))
def test_no_header_that_is_let_through_hides_another(line):
    try:
        check_head([*GOOD, line + b"\r\n"])
    except Refused:
        return
    name, _, value = line.partition(b":")
    assert name.decode("ascii").strip() == name.decode("ascii") != ""
    assert not any(byte < 32 and byte != 9 or byte == 127 for byte in value)
