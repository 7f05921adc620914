"""A small service of its own tables, on which the chassis is tried: counters to raise, and a listener that hears of
it."""

from marshmallow import Schema, fields, validate
from sqlalchemy import Integer, Text, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.events.event import Event
from chassis.events.listener import listen
from chassis.events.relay import Relay
from chassis.permissions import Access, Permission
from chassis.process.service import Service
from chassis.rpc.server import rpc
from chassis.types.fields import IdField


class Counter(Base):
    """How often something was counted, by client."""

    __tablename__ = "sample_counters"
    client_id: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


class Heard(Base):
    """What the listener has applied, in its order."""

    __tablename__ = "sample_heard"
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    stream: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int] = mapped_column(Integer)


class Counted(Event):
    """A counter was raised."""

    type = "counter.raised.v1"
    personal_names = frozenset({"reason"})

    class facts_schema(Schema):
        by = fields.Integer(required=True)


class CountArguments(Schema):
    """What `count` takes."""

    client_id = IdField(required=True)
    by = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    reason = fields.String(load_default="")


class SampleService(Service):
    """Counts, and hears itself count."""

    name = "sample"
    relay = Relay()

    def authenticate(self, credential):
        if credential["hash"] != "good":
            raise ServiceProblem("unauthenticated", "No such session.")
        return {"kind": "staff", "id": "s1", "name": "Ada", "permissions": ["notes.view"]}

    @rpc(Permission.NOTES_CREATE, request=CountArguments)
    def count(self, client_id, by, reason):
        with self.write(stream=client_id) as uow:
            value = uow.session.scalar(
                upsert(Counter)
                .values(client_id=str(client_id), value=by)
                .on_conflict_do_update(index_elements=["client_id"], set_={"value": Counter.value + by})
                .returning(Counter.value)
            )
            uow.publish(
                Counted(
                    client_id=client_id, entity=("counter", client_id), facts={"by": by}, personal={"reason": reason}
                )
            )
            return uow.record_answer({"value": value})

    @rpc(Permission.NOTES_VIEW)
    def whoami(self):
        return {"name": self.caller.name}

    @rpc(Access.PUBLIC)
    def broken(self):
        raise ZeroDivisionError("secret detail")

    @rpc(Access.PUBLIC)
    def slow(self):
        self.session.execute(text("SELECT pg_sleep(0.2)"))
        return True

    poison = 666

    @listen("sample.heard", {"sample": ["#"]})
    def hear(self, events):
        for event in events:
            if event["facts"]["by"] == self.poison:
                raise ValueError("a poisonous number")
            self.session.execute(insert(Heard).values(stream=event["stream"], sequence=event["sequence"]))


def heard(session) -> list[tuple[str, int]]:
    """(stream, sequence) of all that was applied, in order."""
    session.rollback()
    return [tuple(row) for row in session.execute(select(Heard.stream, Heard.sequence).order_by(Heard.position))]


def counters(session) -> dict[str, int]:
    """Each client's counter."""
    session.rollback()
    return dict(session.execute(select(Counter.client_id, Counter.value)).all())


def unpublish(session) -> None:
    """Pretend that no event has left yet, as after a kill between publish and mark."""
    session.execute(update(outbox).values(published_at=None))
    session.commit()
