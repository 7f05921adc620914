"""The events of one client, or of the stream `system`: outbox rows of each service, and the sealed entries of the log.

The texts are put together by hand where chassis.events.event and services.audit would go the long way; the tests hold
them to these.
"""

import json
from collections import Counter
from hashlib import sha256
from typing import NamedTuple

from services.audit.rules import DOMAIN, GENESIS, category_of
from tools.seed.copy_rows import Rows, escaped
from tools.seed.rng import Calendar, Draw

DELIVERY_MILLISECONDS = 40  # from a commit to the log

encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class Actor(NamedTuple):
    """Who did it, and from where."""

    kind: str
    id: str
    name: str
    ip: str | None = None


class Change(NamedTuple):
    """A changed field; the values of a `personal` one stand in the personal part alone."""

    field: str
    old: object
    new: object
    personal: bool = False


class RecordedEvent(NamedTuple):
    """One event before it has its sequence."""

    moment: int
    service: str
    type: str
    entity: tuple[str, str]
    actor: Actor
    facts: dict
    personal: dict
    changes: list
    cause: str


class History:
    """The events of one stream in each service, and of one chain of the log; the first and the last unless `whole`."""

    def __init__(self, draw: Draw, calendar: Calendar, client_id: str | None = None, whole: bool = True):
        self.draw, self.calendar, self.client_id, self.whole = draw, calendar, client_id, whole
        self.stream = client_id or "system"
        self._events: list[RecordedEvent] = []

    def record(
        self,
        service: str,
        moment: int,
        type: str,
        entity: tuple[str, str],
        actor: Actor,
        facts: dict,
        *,
        personal: dict | None = None,
        changes: list[Change] | None = None,
        cause: str | None = None,
    ) -> str:
        """Add an event; returns its cause, for events that one request has set off together."""
        cause = cause or self.draw.new_request()
        self._events.append(
            RecordedEvent(moment, service, type, entity, actor, facts, personal or {}, changes or [], cause)
        )
        return cause

    def write(
        self, rows: Rows, head: tuple[int, bytes] = (0, GENESIS), sequences: dict[str, int] | None = None
    ) -> tuple:
        """Write everything in the order of its moments behind `head` and `sequences`; returns the new (head,
        sequences)."""
        self._events.sort(key=lambda event: event.moment)
        events = self._events if self.whole else self._ends()
        reached = Counter(sequences or {})
        seq, last, moment = *head, None
        for event in events:
            moment = event.moment if moment is None else max(event.moment, moment + 1)
            reached[event.service] += 1
            seq += 1
            last = self._write_one(rows, event, moment, reached[event.service], seq, last)
        return (seq, last), dict(reached)

    def _ends(self) -> list[RecordedEvent]:
        """That the client was created, that the account was opened, and the last event with its totals."""
        billing = [event for event in self._events if event.service == "billing"]
        return [self._events[0], billing[0], *billing[1:][-1:]]

    def _write_one(self, rows: Rows, event: RecordedEvent, moment: int, sequence: int, seq: int, last: bytes) -> bytes:
        values, commitments = self._commit(event)
        service, actor, (entity, entity_id), stream = event.service, event.actor, event.entity, self.stream
        event_id, type, source = self.draw.new_id(moment), f"{event.type}.v1", f"services/{service}"
        time, received = self.calendar.stamp(moment), self.calendar.stamp(moment + DELIVERY_MILLISECONDS)
        facts = encode({**event.facts, "entity": {"type": entity, "id": entity_id}, "commitments": commitments})
        changes = encode([_public(change) for change in event.changes]) if event.changes else "[]"
        subject = f'"{self.client_id}"' if self.client_id else "null"
        body = (
            f'{{"specversion":"1.0","id":"{event_id}","type":"{type}","source":"{source}","subject":{subject},'
            f'"time":"{time}","dataschema":"urn:commerce:{service}:{type}","stream":"{stream}","sequence":{sequence},'
            f'"actor":{{"kind":"{actor.kind}","id":"{actor.id}"}},"acting_as":null,"cause":"{event.cause}","facts":{facts},"changes":{changes}}}'
        )
        personal = escaped(encode(values))
        line = "\t".join((time, event_id, type, stream, str(sequence), escaped(body), personal, time))
        rows.add_line(f"{service}.outbox", line)
        entry = (
            stream,
            seq,
            event_id,
            type,
            category_of(type, source),
            source,
            sequence,
            time[:-1] + "000Z",
            received[:-1] + "000Z",
            actor.kind,
            actor.id,
            None,
            entity,
            entity_id,
            event.cause,
        )
        sealed = _seal(last, entry, facts, changes)
        line = "\t".join(["\\N" if value is None else str(value) for value in entry])
        hashes = f"\\\\x{last.hex()}\t\\\\x{sealed.hex()}"
        rows.add_line("audit.entries", f"{line}\t{escaped(facts)}\t{escaped(changes)}\t{personal}\t{hashes}")
        return sealed

    def _commit(self, event: RecordedEvent) -> tuple[dict, dict]:
        """The personal values with their salts, and their commitments."""
        personal = {**event.personal, "actor_name": event.actor.name}
        if event.actor.ip:
            personal["ip"] = event.actor.ip
        personal |= {
            f"changes.{change.field}": {"old": change.old, "new": change.new}
            for change in event.changes
            if change.personal
        }
        salted = {name: (self.draw.randbytes(16), value) for name, value in personal.items()}
        return (
            {name: {"salt": salt.hex(), "value": value} for name, (salt, value) in salted.items()},
            {name: sha256(salt + encode(value).encode()).hexdigest() for name, (salt, value) in salted.items()},
        )


def _seal(last: bytes, entry: tuple, facts: str, changes: str) -> bytes:
    """The same as services.audit.rules.entry_hash, of values that are canonical already and need no escape."""
    texts = ["null" if value is None else f'"{value}"' if isinstance(value, str) else str(value) for value in entry]
    parts = [DOMAIN, last, *(text.encode() for text in (*texts, facts, changes))]
    return sha256(b"".join([piece for part in parts for piece in (len(part).to_bytes(8, "big"), part)])).digest()


def write_ends(rows: Rows, stream: str, head: tuple[int, bytes], sequences: dict[str, int]) -> None:
    """Where the streams and the chain of a new client stand."""
    for service, sequence in sequences.items():
        rows.add(f"{service}.streams", stream, sequence)
    rows.add("audit.chain_heads", stream, head[0], _bytea(head[1]))


def _bytea(value: bytes) -> str:
    return "\\x" + value.hex()


def _public(change: Change) -> dict:
    if change.personal:
        return {"field": change.field, "old": None, "new": None, "personal": True}
    return {"field": change.field, "old": change.old, "new": change.new}
