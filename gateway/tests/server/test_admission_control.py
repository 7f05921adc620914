"""Who comes in when more is asked than can be done at once."""

from contextlib import ExitStack

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from chassis import green
from chassis.settings import Settings
from gateway.server import admission_control
from gateway.server.admission_control import Admission

WORKERS = 40


@pytest.fixture
def admit(monkeypatch) -> Admission:
    """An Admission of a process with WORKERS workers, whose patience is short."""
    monkeypatch.setattr(admission_control, "WAIT_SECONDS", 0.05)
    return Admission(Settings(development=True, max_workers=WORKERS))


def request(
    token: str | None = None, *, session: str | None = None, address: str = "192.0.2.1", path: str = "/api/v1/clients"
) -> Request:
    headers = (
        {"Authorization": f"Bearer {token}"} if token else {"Cookie": f"commerce-admin={session}"} if session else {}
    )
    return Request(EnvironBuilder(path, headers=headers, environ_base={"REMOTE_ADDR": address}).get_environ())


def know(admit: Admission, who: str, **credential) -> None:
    """Let `admit` see a request of `who` that was verified."""
    one = request(**credential)
    with admit(one):
        one.environ["commerce.principal"] = f"staff {who}"


@pytest.mark.parametrize("whose", [{"token": "one"}, {"session": "one"}, {"address": "192.0.2.9"}])
def test_one_principal_has_a_part_of_the_workers_and_leaves_room_for_others(admit, whose):
    know(admit, "one", token="one")
    know(admit, "one", session="one")
    assert admit.each < WORKERS
    with ExitStack() as open_requests:
        for _ in range(admit.each):
            assert open_requests.enter_context(admit(request(**whose))) is None
        with admit(request(**whose)) as refusal:
            assert (refusal.status_code, refusal.headers["Retry-After"]) == (429, "2")
            assert refusal.json["code"] == "too-many-requests"
        with admit(request(address="192.0.2.2")) as refusal:
            assert refusal is None
    with admit(request(**whose)) as refusal:
        assert refusal is None


def test_the_sessions_and_tokens_of_one_person_count_together(admit):
    know(admit, "ada", token="a")
    know(admit, "ada", session="b")
    with ExitStack() as open_requests:
        for _ in range(admit.each):
            assert open_requests.enter_context(admit(request("a"))) is None
        with admit(request(session="b")) as refusal:
            assert refusal.status_code == 429


def test_what_nobody_has_verified_counts_for_its_address_however_many_are_made_up(admit):
    know(admit, "ada", session="real")
    with ExitStack() as open_requests:
        for number in range(admit.each):
            assert open_requests.enter_context(admit(request(session=f"made up {number}"))) is None
        with admit(request(session="another")) as refusal:
            assert refusal.status_code == 429
        with admit(request(session="real")) as refusal:
            assert refusal is None


def test_whose_a_credential_is_is_known_for_a_while(admit, monkeypatch):
    know(admit, "ada", session="real")
    monkeypatch.setattr(admission_control.time, "monotonic", lambda now=admission_control.time.monotonic: now() + 61)
    assert [admit._known.get(key) for key in (*admit._known._known, None)] == [None, None]
    monkeypatch.undo()
    monkeypatch.setattr(admission_control, "MOST_KNOWN", 3)
    for number in range(5):
        know(admit, "ada", session=str(number))
    assert len(admit._known._known) == 3


def test_more_than_there_are_workers_for_is_refused_with_a_time_to_come_back(admit):
    with ExitStack() as open_requests:
        for number in range(WORKERS):
            assert open_requests.enter_context(admit(request(address=f"198.51.100.{number}"))) is None
        with admit(request("another")) as refusal:
            assert (refusal.status_code, refusal.headers["Retry-After"]) == (503, "2")
            assert refusal.json["code"] == "unavailable"
        with admit(request(session="another", path="/admin/clients")) as page:
            assert page.status_code == 503 and "<b>The server</b> didn't answer in time." in page.get_data(as_text=True)
            assert "Content-Security-Policy" in page.headers
    assert admit._of_all.used() == 0 and admit._of_one._users == {}


def test_a_place_that_becomes_free_while_one_waits_is_theirs(admit, monkeypatch):
    monkeypatch.setattr(admission_control, "WAIT_SECONDS", 5)
    first = ExitStack()
    for _ in range(admit.each):
        first.enter_context(admit(request("one")))
    green.spawn(first.close)
    with admit(request("one")) as refusal:
        assert refusal is None
