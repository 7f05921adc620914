"""Events: facts that a service publishes, once and for good (CloudEvents' structured mode, see docs/events.md)."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate, validates_schema

from chassis.context import Caller
from chassis.events.event_size import MAX_BYTES, EventTooLarge, canonical, shortened
from chassis.settings import Settings
from chassis.tracing import current_trace, trace_of_event
from chassis.types.ids import new_id
from chassis.wire import encoded

SYSTEM = "system"
CONTENT_TYPE = "application/cloudevents+json"
PARTS = ("actor", "acting_as", "facts", "personal", "changes")
SCHEMAS_PATH = "/api/v1/schemas/events"
CATALOGUE: dict[str, type["Event"]] = {}
_published = {"at": Settings.admin_origin}


@dataclass(kw_only=True)
class Event:
    """One fact in the past tense. A subclass names its `type`, its `facts_schema` and the `personal_names` it may
    carry.

    `entity` is (type, id) of what changed. `personal` holds values about a person: they leave in the
    envelope's `personal` part alone, and `facts.commitments` binds them. `changes` lists `{"field", "old", "new"}`; a
    field that stands in `personal_names` moves its old and new value into the personal part. Where an admin names the
    fields, no class can list them: there `every_change_is_personal`.
    """

    type: ClassVar[str]
    system_stream: ClassVar[bool] = False
    facts_schema: ClassVar[type[Schema]]
    personal_names: ClassVar[frozenset[str]] = frozenset()
    every_change_is_personal: ClassVar[bool] = False

    client_id: uuid.UUID | str | None = None
    entity: tuple[str, Any] = ("", None)
    facts: dict = field(default_factory=dict)
    personal: dict = field(default_factory=dict)
    changes: list[dict] = field(default_factory=list)

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "type" in cls.__dict__:
            if cls.type in CATALOGUE:
                raise TypeError(f"two classes for the event {cls.type}")
            CATALOGUE[cls.type] = cls

    @property
    def stream(self) -> str:
        """The stream it belongs to: its client's id, or `system`."""
        return SYSTEM if self.system_stream else str(self.client_id)

    def outbox_row(self, service: str, caller: Caller, sequence: int, epoch: int) -> dict:
        """Its outbox row: `body` without anything personal, `personal` beside it.

        An event that would be more than a listener reads is shortened (event_size.py); raises EventTooLarge where that
        is not enough.
        """
        facts, changes = _schema(self.facts_schema).dump(self.facts), self.changes
        head = self._head(service, caller) | {"sequence": sequence, "epoch": epoch}
        row = self._row(head, caller, facts, changes)
        if (too_much := size_of(row) - MAX_BYTES) > 0:
            row = self._row(head, caller, *shortened(facts, changes, too_much))
            if size_of(row) > MAX_BYTES:
                raise EventTooLarge(f"{self.type} has {size_of(row)} bytes, {MAX_BYTES} are allowed")
        return row

    def _row(self, head: dict, caller: Caller, facts: dict, changes: list[dict]) -> dict:
        personal = commit_all({**self._personal_values(changes), **_personal_of_caller(caller)})
        entity = {"type": self.entity[0], "id": None if self.entity[1] is None else str(self.entity[1])}
        commitments = {name: part["commitment"] for name, part in personal.items()}
        event_id, now = new_id(), datetime.now(UTC)
        body = head | {
            "id": str(event_id),
            "time": rfc3339(now),
            "facts": {**facts, "entity": entity, "commitments": commitments},
            "changes": [self._public_change(c) for c in changes],
        }
        return {
            "event_id": event_id,
            "type": self.type,
            "stream": self.stream,
            "sequence": head["sequence"],
            "body": body,
            "personal": {name: {"salt": part["salt"], "value": part["value"]} for name, part in personal.items()},
            "recorded_at": now,
        }

    def _head(self, service: str, caller: Caller) -> dict:
        return {
            "specversion": "1.0",
            "type": self.type,
            "source": f"services/{service}",
            "subject": None if self.client_id is None else str(self.client_id),
            "dataschema": f"urn:commerce:{service}:{self.type}",
            "stream": self.stream,
            "actor": {"kind": caller.kind, "id": caller.id},
            "acting_as": _acting_as(caller),
            "cause": caller.request_id,
            **({"traceparent": trace.traceparent} if (trace := current_trace()) else {}),
        }

    def _personal_values(self, changes: list[dict]) -> dict:
        unknown = set(self.personal) - self.personal_names
        if unknown:
            raise ValueError(f"{self.type} does not name {sorted(unknown)} as personal")
        changed = {
            f"changes.{c['field']}": {"old": c["old"], "new": c["new"]}
            for c in changes
            if self._is_personal(c["field"])
        }
        return {**self.personal, **changed}

    def _is_personal(self, field: str) -> bool:
        return self.every_change_is_personal or field in self.personal_names

    def _public_change(self, change: dict) -> dict:
        if self._is_personal(change["field"]):
            return {"field": change["field"], "old": None, "new": None, "personal": True}
        return change


@cache
def _schema(facts_schema: type[Schema]) -> Schema:
    return facts_schema(unknown=RAISE)  # making one copies all its fields


def message_of(body: dict, personal: dict | None) -> dict:
    """The message that subscribers get, out of an outbox row's two columns: a CloudEvent whose `data` has the PARTS.

    Each part but `acting_as`, whose name CloudEvents does not allow there, stands beside `data` too, where it was before;
    what is null of the rest is left out. Its `traceparent` is the event's own span: the row's is the one it was recorded in.
    """
    personal = personal or {}
    actor = {**body["actor"], "name": personal.get("actor_name", {}).get("value")}
    acting_as = body["acting_as"] and {**body["acting_as"], "name": personal.get("acting_as_name", {}).get("value")}
    head = {name: value for name, value in body.items() if name not in PARTS and value is not None}
    if (recorded_in := head.get("traceparent")) is not None:
        head["traceparent"] = trace_of_event(recorded_in, body["id"]).traceparent
    before = {"actor": actor, "facts": body["facts"], "personal": personal, "changes": body["changes"]}
    return {**head, "dataschema": schema_address(body["type"]), "data": {**before, "acting_as": acting_as}, **before}


def plain_message_of(body: dict, personal: dict | None) -> dict:
    """The same without the parts beside `data`; with None for `personal`, without personal values."""
    return _plain(message_of(body, personal))


def _plain(message: dict) -> dict:
    return {name: value for name, value in message.items() if name not in PARTS}


def event_of(message: Any) -> Any:
    """The event that a message holds, in the form that handlers read: its PARTS beside its attributes, the missing ones
    null.

    A message of before CloudEvents has that form already; what is no message at all is returned as it is.
    """
    if not isinstance(message, dict) or not isinstance(message.get("data"), dict):
        return message
    head = {name: value for name, value in message.items() if name != "data"}
    return {"subject": None, "cause": None, **head, **{name: message["data"].get(name) for name in PARTS}}


def message_bytes(message: dict) -> bytes:
    """A message as it leaves. Where the parts beside `data` would make it more than a listener reads, they are left
    out."""
    whole = encoded(message)
    if len(whole) <= MAX_BYTES:
        return whole
    return encoded(_plain(message))


def schema_address(type: str) -> str:
    """The `dataschema` of an event type: where the gateway answers its JSON Schema."""
    return f"{_published['at']}{SCHEMAS_PATH}/{type}.json"


def publish_schemas_at(origin: str) -> None:
    """Say on which origin programs reach the gateway, once for this process: `dataschema` has to be absolute."""
    _published["at"] = origin


def size_of(row: dict) -> int:
    """How many bytes the message of an outbox row has."""
    return len(message_bytes(message_of(row["body"], row["personal"])))


class Envelope(Schema):
    """The members that a listener requires of an event (`event_of`), by events.md. More members are allowed."""

    class Meta:
        unknown = INCLUDE

    id = fields.UUID(required=True)
    type = fields.String(required=True)
    source = fields.String(required=True)
    subject = fields.String(required=True, allow_none=True)
    time = fields.AwareDateTime(required=True, default_timezone=UTC)
    stream = fields.String(required=True)
    sequence = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=2**63 - 1))
    actor = fields.Dict(required=True)
    acting_as = fields.Dict(required=True, allow_none=True)
    cause = fields.String(required=True, allow_none=True)
    facts = fields.Dict(required=True)
    personal = fields.Dict(required=True)
    changes = fields.List(fields.Dict(), required=True)

    @validates_schema(skip_on_field_errors=True)
    def refuse_a_foreign_stream(self, event, **_kwargs):
        """An event about a client belongs to that client's stream, or to the system's."""
        if event["stream"] not in (SYSTEM, event["subject"]):
            raise ValidationError("It is about another client than its stream.", "stream")


def commitment(salt: str, value: Any) -> str:
    """`sha256(salt ‖ canonical value)` in hexadecimal; `salt` is hexadecimal too."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical(value)).hexdigest()


def commit_all(values: dict) -> dict:
    """Each value with a fresh 128-bit salt and its commitment: {name: {"salt", "value", "commitment"}}."""
    salted = {name: (secrets.token_hex(16), value) for name, value in values.items()}
    return {
        name: {"salt": salt, "value": value, "commitment": commitment(salt, value)}
        for name, (salt, value) in salted.items()
    }


def rfc3339(moment: datetime) -> str:
    """UTC with a Z, whole milliseconds at most: 2026-11-22T17:02:03.004Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _personal_of_caller(caller: Caller) -> dict:
    values = {
        "actor_name": caller.name,
        "ip": caller.ip,
        "acting_as_name": caller.acting_as and caller.acting_as.get("name"),
    }
    return {name: value for name, value in values.items() if value is not None}


def _acting_as(caller: Caller) -> dict | None:
    return caller.acting_as and {"contact_id": caller.acting_as["contact_id"]}
