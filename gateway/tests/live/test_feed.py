"""The feed: an event that is not of its service, or is none, is told to no page, and the next good one is."""

import json
from types import SimpleNamespace

import pytest

from chassis.events.event_size import MAX_BYTES
from gateway.live.feed import Live
from tests.support.audit_events import message


@pytest.fixture
def feed():
    """A feed whose hub keeps what it receives."""
    live, received = Live(), []
    live.hub = SimpleNamespace(receive=received.append, received=received)
    return live


def deliver(feed: Live, event: dict, exchange: str = "clients.events", key: str | None = None) -> None:
    delivery = {"exchange": exchange, "routing_key": event["type"] if key is None else key}
    feed._receive(SimpleNamespace(body=json.dumps(event), content_type="application/json", delivery_info=delivery))


def test_an_event_of_its_service_is_told(feed):
    event = message()
    deliver(feed, event)
    assert [one["id"] for one in feed.hub.received] == [event["id"]]


@pytest.mark.parametrize(
    "changed",
    [
        {"exchange": "support.events"},
        {"key": "client.created.v9"},
        {"event": {"type": "client.updated.v1"}},
        {"event": {"padding": "x" * MAX_BYTES}},
    ],
    ids=["another service's", "under another name", "no event", "too large"],
)
def test_what_is_no_event_of_its_service_is_told_to_nobody(feed, changed):
    event = changed.get("event", {})
    deliver(
        feed,
        event if "type" in event else message() | event,
        changed.get("exchange", "clients.events"),
        changed.get("key"),
    )
    assert feed.hub.received == []
