"""Presence: who is where, over all processes; who leaves goes within seconds, and so does a process that ended."""

import pytest

from gateway.live import presence
from gateway.live.presence import LEAVE_SECONDS, REFRESH_SECONDS, SILENT_SECONDS, Colleague, Presence

RECORD = "client-1"


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(presence, "time", made)
    return made


def colleague(name: str, *, edits: bool = False, since: int = 1) -> Colleague:
    return Colleague(name.lower(), name, "Notes", edits, since)


def names(of: Presence) -> list[str]:
    return [one.name for one in of.of(RECORD)]


def test_who_goes_to_another_tab_of_the_record_was_never_away(clock):
    here = Presence("a")
    here.enter(RECORD, "page 1", colleague("Ada"))
    here.leave(RECORD, "page 1")
    here.enter(RECORD, "page 2", colleague("Ada", since=2))
    clock.now = LEAVE_SECONDS + 1
    assert here.tick() == set() and names(here) == ["Ada"]


def test_who_leaves_is_gone_after_a_moment(clock):
    here = Presence("a")
    here.enter(RECORD, "page", colleague("Ada"))
    here.leave(RECORD, "page")
    assert here.tick() == set()
    clock.now = LEAVE_SECONDS
    assert here.tick() == {RECORD} and names(here) == []


def test_a_person_with_two_pages_stands_once_where_they_edit(clock):
    here = Presence("a")
    here.enter(RECORD, "page 1", colleague("Ada", edits=True, since=1))
    here.enter(RECORD, "page 2", colleague("Ada", since=2))
    assert [(one.name, one.edits) for one in here.of(RECORD)] == [("Ada", True)]


def test_processes_tell_each_other_and_only_what_changed_is_shown_anew(clock):
    here, there = Presence("a"), Presence("b")
    there.enter(RECORD, "page", colleague("Ben"))
    message = there.message()
    assert here.receive(message) == {RECORD} and names(here) == ["Ben"]
    assert here.receive(message) == set()
    assert there.receive(message) == set() and names(there) == ["Ben"]
    there.leave(RECORD, "page")
    clock.now = LEAVE_SECONDS
    there.tick()
    assert here.receive(there.message()) == {RECORD} and names(here) == []


def test_what_is_known_is_said_again_from_time_to_time_and_nothing_is_said_of_nobody(clock):
    here = Presence("a")
    assert here.message() is None
    here.enter(RECORD, "page", colleague("Ada"))
    assert here.message() is not None and here.message() is None
    clock.now = REFRESH_SECONDS + 1
    assert here.message()["people"][RECORD][0]["name"] == "Ada"


def test_a_process_that_is_silent_is_forgotten_with_its_colleagues(clock):
    here, there = Presence("a"), Presence("b")
    there.enter(RECORD, "page", colleague("Ben"))
    here.receive(there.message())
    clock.now = SILENT_SECONDS + 1
    assert here.tick() == {RECORD} and names(here) == []
