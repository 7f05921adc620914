"""Bodies: how much is read of anybody's, how fast they must come, and that no worker waits for one."""

import io
import socket
from contextlib import ExitStack

import pytest
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from chassis.http import body
from chassis.http.body import (
    BODY_RATE,
    BODY_SECONDS,
    UNIDENTIFIED_BYTES,
    BodyTooSlow,
    BodyWanted,
    PacedBody,
    SiteRequest,
)
from chassis.http.site import serve
from chassis.testing.loop_lag import LIMIT, loop_lag
from chassis.testing.plugin import wait_until
from chassis.tests.http.test_protocol import LAST, answers, status


class Sender(io.RawIOBase):
    """A body of which each read takes `seconds` on a clock of its own."""

    def __init__(self, seconds: float):
        self.seconds, self.now = seconds, 0.0

    def read(self, size: int = -1) -> bytes:
        self.now += self.seconds
        return b"x" * size


def take(monkeypatch, sender: Sender, length: int, piece: int = 1024) -> int:
    """How many bytes of `length` are taken until the sender is too slow."""
    monkeypatch.setattr(body.time, "monotonic", lambda: sender.now)
    paced, taken = PacedBody(sender), 0
    try:
        while taken < length:
            taken += len(paced.read(piece))
    except BodyTooSlow:
        return taken
    return taken


def test_what_anybody_may_send_has_ten_seconds(monkeypatch):
    in_time = BODY_SECONDS / (UNIDENTIFIED_BYTES / 1024)
    assert take(monkeypatch, Sender(in_time * 0.9), UNIDENTIFIED_BYTES) == UNIDENTIFIED_BYTES
    assert take(monkeypatch, Sender(in_time * 2), UNIDENTIFIED_BYTES) < UNIDENTIFIED_BYTES


def test_what_is_longer_keeps_up_a_rate_whatever_length_it_announces(monkeypatch):
    length, at_rate = 20 * BODY_RATE, 1024 / BODY_RATE
    assert take(monkeypatch, Sender(at_rate * 0.9), length) == length
    assert take(monkeypatch, Sender(at_rate * 4), length) < 5 * BODY_RATE


@pytest.mark.parametrize(("fields", "parts"), [(20, 20), (21, None)])
def test_a_form_has_as_many_fields_as_its_route_takes(fields, parts):
    request = SiteRequest(EnvironBuilder(method="POST", data={f"f{n}": "" for n in range(fields)}).get_environ())
    request.max_form_parts = 20
    if parts:
        assert len(request.form) == parts
        return
    with pytest.raises(RequestEntityTooLarge):
        _ = request.form


class Front:
    """Wants a large body at /wanted, and none elsewhere; answers with what it has."""

    name = "front"
    asked: list[str] = []

    @serve
    def site(self, request):
        self.asked.append(request.path)
        if request.path == "/wanted" and not request.received:
            return BodyWanted()
        if request.body_fault is not None:
            return request.body_fault.get_response()
        return Response(f"{request.received} {request.content_length if request.received else 0}")


@pytest.fixture
def port(run_service):
    """Where a Front listens that has two workers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    run_service(Front, issuer="gateway", http_host="127.0.0.1", http_port=number, max_workers=2)
    Front.asked.clear()
    return number


def post(path: str, length: int) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode()


def test_a_large_body_is_read_when_the_application_wants_it_and_ends_its_connection(port):
    large = b"x" * (UNIDENTIFIED_BYTES + 1)
    assert answers(port, post("/wanted", len(large)) + large).endswith(f"True {len(large)}")
    assert answers(port, post("/", len(large)) + large).endswith("False 0")
    assert Front.asked == ["/wanted", "/wanted", "/"]


def test_a_small_body_is_there_when_the_application_is_asked(port):
    small = b"x" * UNIDENTIFIED_BYTES
    assert "True 65536" in answers(port, post("/", len(small)) + small + LAST)


def test_bodies_that_trickle_take_no_worker_and_none_is_asked_for_them(port, monkeypatch):
    monkeypatch.setattr(body, "BODY_SECONDS", 3)
    with ExitStack() as opened:
        slow = [opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20)) for _ in range(20)]
        for each in slow:
            each.sendall(post("/slow", 9) + b"x")
        for _ in range(5):
            assert status(answers(port, LAST)) == 200
        assert "/slow" not in Front.asked
        assert {status(each.recv(65536).decode()) for each in slow} == {408}
    wait_until(lambda: Front.asked.count("/slow") == 20, "each to be told")


@pytest.mark.parametrize("filling", [b"\r\n-", b"\r\n--y", b"\r\n--x", b"\0" * 4096], ids=repr)
def test_a_file_that_comes_fast_holds_the_loop_no_longer_than_a_piece_of_it(port, filling):
    begin = b'--xyz\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    sent = begin + filling * (8 * 1024 * 1024 // len(filling)) + b"\r\n--xyz--\r\n"
    head = post("/wanted", len(sent)).replace(b"Host", b"Content-Type: multipart/form-data; boundary=xyz\r\nHost")
    with loop_lag() as lag:
        assert status(answers(port, head + sent)) == 200
    assert lag.longest <= LIMIT, lag
