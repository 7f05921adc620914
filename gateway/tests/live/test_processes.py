"""Processes of the gateway: all are known to each, until their goodbye; one that is silent without it is shown so."""

import pytest

from gateway.live import presence, processes
from gateway.live.hub import Hub
from gateway.live.presence import REFRESH_SECONDS, SILENT_SECONDS
from gateway.live.processes import FORGET_SECONDS
from gateway.tests.live.test_presence import Clock
from tests.support.audit_events import message


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    made.now = 100.0
    for module in (presence, processes):
        monkeypatch.setattr(module, "time", made)
    return made


def statuses(hub: Hub) -> list[tuple[str, str]]:
    return [(one["instance"], one["status"]) for one in hub.processes()]


def test_each_process_says_now_and_then_that_it_is_there_and_goodbye_when_it_ends(clock):
    here, there = Hub("a", "host-1"), Hub("b", "host-2")
    here.receive_presence(there.tick())
    assert statuses(here) == [("host-1", "ready"), ("host-2", "ready")]
    assert there.tick() is None
    clock.now += REFRESH_SECONDS + 1
    assert there.tick()["about"]["instance"] == "host-2"
    here.receive_presence(there.goodbye())
    assert statuses(here) == [("host-1", "ready")]


def test_a_process_that_falls_silent_is_shown_so_and_forgotten_in_the_end(clock):
    here, there = Hub("a", "host-1"), Hub("b", "host-2")
    here.receive_presence(there.tick())
    clock.now += SILENT_SECONDS + 1
    assert statuses(here) == [("host-1", "ready"), ("host-2", "silent")]
    clock.now += FORGET_SECONDS
    assert statuses(here) == [("host-1", "ready")]


def test_a_process_of_before_says_nothing_of_itself(clock):
    here = Hub("a", "host-1")
    here.receive_presence({"process": "b", "people": {}})
    assert statuses(here) == [("host-1", "ready")]


def test_live_pages_have_a_lag(clock):
    here = Hub("a", "host-1")
    assert here.processes()[0]["lag"] is None
    here.receive(message())
    assert here.processes()[0]["lag"] > 0
