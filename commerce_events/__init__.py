"""Subscribers of Commerce's events: each event is handled once, in the order of its stream, whatever breaks in between."""

from commerce_events import catalogue
from commerce_events.consumer import subscribe
from commerce_events.event import Actor, Change, Entity, Event, Money, NotAnEvent, read_event
from commerce_events.handling import Park
from commerce_events.inbox import Inbox, SqliteInbox
from commerce_events.subscriber import Subscriber

__all__ = [
    "Actor",
    "Change",
    "Entity",
    "Event",
    "Inbox",
    "Money",
    "NotAnEvent",
    "Park",
    "SqliteInbox",
    "Subscriber",
    "catalogue",
    "read_event",
    "subscribe",
]
