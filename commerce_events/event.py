"""Events: CloudEvents of Commerce, read into dataclasses. What a later version adds is passed over."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from commerce_events.reading import read

CLASSES: dict[str, type["Event"]] = {}


class NotAnEvent(Exception):
    """A message that cannot be read as an event, with the reason."""


@dataclass(frozen=True)
class Money:
    """An amount, exact, with its currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Actor:
    """Who did it: a `staff` member, a `contact`, the `system`, or somebody `anonymous`. The name is personal, and None
    where it was erased."""

    kind: str
    id: str | None
    name: str | None


@dataclass(frozen=True)
class ActingAs:
    """The contact as whom a staff member was logged in."""

    contact_id: str
    name: str | None


@dataclass(frozen=True)
class Entity:
    """What the event is about."""

    type: str
    id: str | None


@dataclass(frozen=True)
class Change:
    """A field with its old and new value; those of a `personal` field are None once they are erased."""

    field: str
    old: Any
    new: Any
    personal: bool = False


@dataclass(frozen=True, kw_only=True)
class Event:
    """One fact in the past tense.

    `sequence` rises by one within (source, stream), until a backup of Commerce is restored, which begins another `epoch`.
    `facts` is the dataclass of the type, or a dict where the type is unknown to this version. `personal` has the values
    about a person by name, those that are there. `replayed` is whether it comes out of a replay. `raw` is the whole
    message.
    """

    TYPE: ClassVar[str]
    SERVICE: ClassVar[str]

    id: str
    type: str
    source: str
    time: datetime
    stream: str
    sequence: int
    entity: Entity
    facts: Any
    personal: Mapping[str, Any]
    changes: tuple[Change, ...]
    actor: Actor
    acting_as: ActingAs | None = None
    subject: str | None = None
    cause: str | None = None
    epoch: int = 1
    replayed: bool = False
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "TYPE" in cls.__dict__:
            CLASSES[cls.TYPE] = cls

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Self:
        """The event that a decoded message is. Raises NotAnEvent."""
        try:
            return cls(**_attributes(message), facts=cls._read_facts(message["data"]["facts"]))
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise NotAnEvent(f"{type(error).__name__}: {error}") from error

    @classmethod
    def _read_facts(cls, facts: dict[str, Any]) -> Any:
        declared = cls.__annotations__.get("facts")
        return facts if cls is Event or declared is None else read(declared, facts)


def read_event(body: bytes | str | Mapping[str, Any]) -> Event:
    """The event in a message's body; of a type that this version does not know it is a plain Event. Raises NotAnEvent."""
    try:
        message = body if isinstance(body, Mapping) else json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAnEvent(f"no JSON: {error}") from error
    if not isinstance(message, Mapping) or not isinstance(message.get("data"), Mapping):
        raise NotAnEvent("no CloudEvent with data")
    return CLASSES.get(str(message.get("type")), Event).of(message)


def _attributes(message: Mapping[str, Any]) -> dict[str, Any]:
    data = message["data"]
    personal = {name: part["value"] for name, part in data["personal"].items()}
    return {
        **{name: message[name] for name in ("id", "type", "source", "stream", "sequence")},
        **{name: message.get(name) for name in ("subject", "cause")},
        "time": datetime.fromisoformat(message["time"]),
        "entity": read(Entity, data["facts"]["entity"]),
        "personal": personal,
        "changes": tuple(_change(change, personal) for change in data["changes"]),
        "actor": read(Actor, data["actor"]),
        "acting_as": read(ActingAs, data["acting_as"]) if data.get("acting_as") else None,
        "epoch": message.get("epoch", 1),
        "replayed": message.get("replayed") is True,
        "raw": message,
    }


def _change(change: Mapping[str, Any], personal: Mapping[str, Any]) -> Change:
    if not change.get("personal"):
        return Change(change["field"], change["old"], change["new"])
    sides = personal.get(f"changes.{change['field']}") or {"old": None, "new": None}
    return Change(change["field"], sides["old"], sides["new"], personal=True)
