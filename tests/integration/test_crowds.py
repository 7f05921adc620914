"""Many at once, of whom nobody is known: whoever else asks is answered meanwhile."""

import socket
import threading
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
import requests

from chassis.http import body, protocol
from chassis.testing.loop_lag import LIMIT, loop_lag
from tests.conftest import STAFF_EMAIL
from tests.support.raw_http import read_answer
from tests.support.staff_session import StaffBrowser, make_staff

SIGN_INS = 40
SLOW = 20


@pytest.fixture
def person(system) -> StaffBrowser:
    """Somebody who is signed in."""
    one = StaffBrowser(system.origin)
    one.sign_in(make_staff(system, "support")["email"])
    assert one.get("/admin/clients").status_code == 200
    return one


def begun(path: str, host: str, cookie: str) -> bytes:
    """A form of which one byte has come."""
    lines = (f"POST {path} HTTP/1.1", f"Host: {host}", f"Cookie: {cookie}", "Content-Length: 60000")
    return "\r\n".join((*lines, "Content-Type: application/x-www-form-urlencoded", "", "a")).encode()


@pytest.mark.parametrize("part", ["head", "body"])
def test_twenty_sockets_that_trickle_keep_nobody_waiting_and_end_soon(system, person, monkeypatch, part):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 5)
    monkeypatch.setattr(body, "BODY_SECONDS", 5)
    host = urlsplit(system.origin)
    with ExitStack() as opened:
        slow = [
            opened.enter_context(socket.create_connection((host.hostname, host.port), timeout=30)) for _ in range(SLOW)
        ]
        for number, each in enumerate(slow):
            sent = begun("/admin/clients/import", host.netloc, f"commerce-admin=made-up-{number}")
            each.sendall(sent if part == "body" else sent[:60])
        for _ in range(3):
            assert person.get("/admin/clients").status_code == 200
            assert requests.get(f"{system.origin}/admin/login", timeout=30).status_code == 200
            assert system.get("/me").status_code == 200
        ends = [read_answer(each).status for each in slow]
    assert set(ends) <= {408, 303} and len(ends) == SLOW, ends


def test_forty_sign_ins_at_once_are_answered_and_so_is_everybody_else(system, person):
    forms = [StaffBrowser(system.origin) for _ in range(SIGN_INS)]
    hidden = [form.hidden("/admin/login") for form in forms]
    answers: list[requests.Response] = []

    def send(form: StaffBrowser, fields: dict, number: int) -> None:
        fields = {**fields, "email": f"{number}-{STAFF_EMAIL}", "password": "wrong horse"}
        answers.append(form.http.post(f"{system.origin}/admin/login", data=fields, timeout=60, allow_redirects=False))

    with loop_lag() as lag:
        threads = [threading.Thread(target=send, args=(forms[at], hidden[at], at)) for at in range(SIGN_INS)]
        for thread in threads:
            thread.start()
        others = [person.get("/admin/clients").status_code for _ in range(5)]
        for thread in threads:
            thread.join()
    assert others == [200] * 5
    assert {answer.status_code for answer in answers} <= {401, 429} and len(answers) == SIGN_INS
    assert all(answer.headers.get("Retry-After") for answer in answers if answer.status_code == 429)
    assert lag.longest <= LIMIT, lag
