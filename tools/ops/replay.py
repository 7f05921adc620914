"""Replays history to one subscriber: `python -m tools.ops.replay NAME --from TIME|beginning [--types …] [--queue QUEUE]`.

Sends what the services have published until now to one queue of the subscriber, `NAME.replay` unless another is named,
past all exchanges, so that nobody else gets it. Each message is as it was, marked `replayed`; each stream is in its
order. How far it has come is kept in COMMERCE_REPLAYS_DIR after each batch that the broker has confirmed: the same
command goes on there after a kill, and at most one batch is sent twice. It stays a bounded number of messages ahead of
the subscriber. Into `NAME.replay` it sends `replay.ended.v1` at last.

    the subscriber binds its live queue  →  the replay begins: everything recorded until then is awaited, and will be sent
    the subscriber reads NAME.replay up to replay.ended.v1, then its live queue, and drops each id that it has had
"""

import argparse
import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Any

from amqp.exceptions import AMQPError, NotFound
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from chassis.bus.address import connect
from chassis.db.engine import driver_url
from chassis.db.tables import outbox
from chassis.events.event import message_of, publish_schemas_at, rfc3339
from chassis.events.history import COLUMNS
from chassis.events.relay import ConfirmingPublisher, Undelivered
from chassis.types.ids import new_id
from deploy.rabbitmq.access import LISTENER_QUEUE, may_subscribe
from deploy.services import PUBLISHERS

BATCH = 500
READ_AT_ONCE = 2000
AHEAD = 50_000  # messages that may wait for the subscriber: a replay must not fill the broker
LOOK_SECONDS = 0.2
CONFIRM_SECONDS = 60  # the broker slows down who sends much
PUBLISHED_SECONDS = 90  # a relay waits for a broker that takes nothing for less
ENDED = "replay.ended.v1"
EVENTS = Path(__file__).resolve().parents[2] / "gateway/asyncapi.json"


class Refused(Exception):
    """A replay that cannot be begun, with the reason."""


@dataclass
class Progress:
    """What a replay sends, `until` which position of each service, and how far it has come (`after`, `sent`)."""

    queue: str
    since: str
    types: list[str]
    until: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    sent: int = 0

    @property
    def request(self) -> tuple:
        return self.queue, self.since, self.types

    def save(self, file: Path) -> None:
        """Keep it, whole or not at all."""
        part = file.with_suffix(".part")
        part.write_text(json.dumps(asdict(self)), encoding="utf-8")
        part.replace(file)


def begin(engines: dict[str, Engine], wanted: Progress, file: Path) -> Progress:
    """The replay that `file` has begun, or a new one from here on. Raises Refused where that one is another."""
    if file.exists():
        begun = Progress(**json.loads(file.read_text(encoding="utf-8")))
        if begun.request != wanted.request:
            raise Refused(
                f"another replay is not at its end: the same command goes on with it, --anew forgets it ({file})"
            )
        return begun
    for service, engine in engines.items():
        _await_published(service, engine)
        wanted.until[service], wanted.after[service] = _bounds(engine, wanted.since)
    wanted.save(file)
    return wanted


def _await_published(service: str, engine: Engine) -> None:
    """Wait until what is recorded now has its position: the relay may have sent it before the subscriber bound its queue,
    and marks it later. Raises Refused after PUBLISHED_SECONDS."""
    latest = time.monotonic() + PUBLISHED_SECONDS
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as database:
        last = database.scalar(select(func.max(outbox.c.id))) or 0
        waiting = select(outbox.c.id).where(outbox.c.published_at.is_(None), outbox.c.id <= last).limit(1)
        while database.scalar(waiting) is not None:
            if time.monotonic() > latest:
                raise Refused(f"{service} has events that do not leave: it has to run, and to reach the broker.")
            time.sleep(LOOK_SECONDS)


def _bounds(engine: Engine, since: str) -> tuple[int, int]:
    """The last position there is now, and the one to begin after."""
    published = outbox.c.published_at.is_not(None)
    with engine.connect() as database:
        last = database.scalar(select(func.max(outbox.c.position)).where(published)) or 0
        if since == "beginning":
            return last, 0
        young = published & (outbox.c.recorded_at >= datetime.fromisoformat(since))
        first = database.scalar(select(func.min(outbox.c.position)).where(young))
    return last, last if first is None else first - 1


def send(engines: dict[str, Engine], amqp_uri: str, progress: Progress, file: Path, ended: bool) -> None:
    """Send what is left of a replay, then ENDED where that is wanted, and forget it."""
    publisher = ConfirmingPublisher(amqp_uri, queue=progress.queue, confirm_seconds=CONFIRM_SECONDS)
    try:
        history = merge(*(_history(service, engine, progress) for service, engine in engines.items()), key=_recorded_at)
        while batch := list(islice(history, BATCH)):
            publisher.publish([{**message_of(row.body, row.personal), "replayed": True} for _, row in batch])
            progress.after |= {service: row.position for service, row in batch}
            progress.sent += len(batch)
            progress.save(file)
            if progress.sent // BATCH % 10 == 0:
                _await_subscriber(amqp_uri, progress.queue)
        if ended:
            publisher.publish([_end(progress)])
    finally:
        publisher.close()
    file.unlink()


def _recorded_at(row: tuple[str, Any]) -> datetime:
    return row[1].recorded_at


def _history(service: str, engine: Engine, progress: Progress) -> Iterator[tuple[str, Any]]:
    """What is left of a service's events, in its order."""
    after, until = progress.after[service], progress.until[service]
    wanted = [outbox.c.published_at.is_not(None), outbox.c.position <= until]
    if progress.types:
        wanted.append(outbox.c.type.in_(progress.types))
    while True:
        with engine.connect() as database:
            rows = database.execute(
                select(*COLUMNS)
                .where(*wanted, outbox.c.position > after)
                .order_by(outbox.c.position)
                .limit(READ_AT_ONCE)
            ).all()
        if not rows:
            return
        yield from ((service, row) for row in rows)
        after = rows[-1].position


def _await_subscriber(amqp_uri: str, queue: str) -> None:
    with connect(amqp_uri) as broker:
        channel = broker.channel()
        while channel.queue_declare(queue, passive=True).message_count > AHEAD:
            time.sleep(LOOK_SECONDS)


def _end(progress: Progress) -> dict:
    facts = {"events": progress.sent, "until": progress.until}
    return {
        "specversion": "1.0",
        "id": str(new_id()),
        "type": ENDED,
        "source": "tools/replay",
        "time": rfc3339(datetime.now(UTC)),
        "replayed": True,
        "data": {"facts": facts, "personal": {}, "changes": []},
    }


def prepare_queue(amqp_uri: str, name: str, queue: str | None) -> str:
    """The queue to send to: the subscriber's own `queue`, which has to be there, else `NAME.replay`, which is made."""
    if queue is not None and not queue.startswith(f"{name}.") and f"--{name}." not in queue:
        raise Refused(f"{queue} is no queue of {name}.")
    with connect(amqp_uri) as broker:
        channel = broker.channel()
        if queue is None:
            return channel.queue_declare(
                f"{name}.replay", durable=True, auto_delete=False, arguments=LISTENER_QUEUE
            ).queue
        try:
            return channel.queue_declare(queue, passive=True).queue
        except NotFound as error:
            raise Refused(f"there is no queue {queue}: let {name} declare it first.") from error


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="replay", description="Send history to one subscriber.")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--from", dest="since", required=True, type=_moment, metavar="TIME|beginning")
    parser.add_argument("--types", type=_types, default=[], help="types of events with commas between; all without it")
    parser.add_argument("--queue", help="a queue of the subscriber's other than NAME.replay")
    parser.add_argument("--anew", action="store_true", help="forget a replay of NAME that is not at its end")
    given = parser.parse_args(arguments)
    if not may_subscribe(given.name):
        parser.error(f"a subscriber cannot be called {given.name!r}")
    return given


def _moment(text: str) -> str:
    if text == "beginning":
        return text
    moment = datetime.fromisoformat(text)
    return rfc3339(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _types(text: str) -> list[str]:
    known = json.loads(EVENTS.read_text(encoding="utf-8"))["components"]["messages"]
    types = sorted(set(text.split(",")))
    if unknown := [one for one in types if one not in known]:
        raise argparse.ArgumentTypeError(f"no event is called {', '.join(unknown)}")
    return types


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Refuse a second replay to the same subscriber for as long as the block lasts."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file.with_suffix(".lock"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("it runs already.") from error
        yield


def replay(given: argparse.Namespace, file: Path) -> Progress:
    """Begin the replay that is asked for, or go on with it, to its end. Raises Refused, or what stopped it."""
    amqp_uri = os.environ["COMMERCE_AMQP_URI"]
    engines = {one: create_engine(driver_url(os.environ[f"{one.upper()}_OWNER_DATABASE_URL"])) for one in PUBLISHERS}
    with alone(file):
        if given.anew:
            file.unlink(missing_ok=True)
        queue = prepare_queue(amqp_uri, given.name, given.queue)
        progress = begin(engines, Progress(queue, given.since, given.types), file)
        send(engines, amqp_uri, progress, file, ended=given.queue is None)
    return progress


def main(arguments: list[str]) -> int:
    """Replay; answers the exit code, 1 when it was refused or stopped before its end."""
    given = _parse(arguments)
    publish_schemas_at(os.environ["COMMERCE_ADMIN_ORIGIN"])
    try:
        done = replay(given, Path(os.environ["COMMERCE_REPLAYS_DIR"]) / f"{given.name}.json")
    except Refused as refused:
        print(f"replay: {refused}", file=sys.stderr)
        return 1
    except (AMQPError, OSError, SQLAlchemyError, Undelivered) as stopped:
        print(f"replay: {str(stopped).splitlines()[0]}; the same command goes on from here", file=sys.stderr)
        return 1
    print(f"{done.sent} events to {done.queue}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
