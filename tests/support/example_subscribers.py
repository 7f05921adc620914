"""The subscribers of commerce_events/examples as processes of their own, what they are sent and what they have handled."""

import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import uuid
from pathlib import Path

from kombu import Connection
from playwright._impl._driver import compute_driver_executable

from chassis.events.relay import ConfirmingPublisher
from chassis.testing.plugin import wait_until
from commerce_events.catalogue import ClientCreated, ClientStatusChanged
from commerce_events.handling import REPLAY_ENDED
from commerce_events.testing import make_event
from tools.docs.documents import ROOT

EXAMPLES = ROOT / "commerce_events/examples"
AMQPLIB = ROOT / "commerce_events/tests/vendor/amqplib-2.3.1.tgz"
DYING_IN_NODE = ROOT / "tests/support/dying_subscriber.mjs"
STREAMS = [str(uuid.UUID(int=number, version=4)) for number in range(5)]
LOADED = "SELECT source, stream, sequence FROM events ORDER BY place"
HANDLED = "SELECT source, stream, sequence FROM handled ORDER BY place"
"""What the warehouse loader has loaded, and the subscriber in Node handled."""


class Streams:
    """Events of five clients, of these types in turn, each with the next sequence of its stream."""

    def __init__(self, *kinds: type):
        self.published: list[tuple[str, str, int]] = []
        self._kinds, self._sequences = kinds or (ClientStatusChanged, ClientCreated), dict.fromkeys(STREAMS, 0)

    def next(self, number: int) -> list[dict]:
        """So many more events, which count as published."""
        made = []
        for place in range(number):
            stream = STREAMS[place % len(STREAMS)]
            self._sequences[stream] += 1
            kind = self._kinds[place % len(self._kinds)]
            made.append(make_event(kind, subject=stream, sequence=self._sequences[stream]))
        self.published += [(one["source"], one["stream"], one["sequence"]) for one in made]
        return made


class Example:
    """A subscriber called `name`, by the file of its example; its inbox outlives its processes."""

    def __init__(self, file: str, uri: str, name: str, folder: Path, **settings: str):
        self.file, self.uri, self.name, self.database = EXAMPLES / file, uri, name, folder / f"{name}.db"
        self._settings = {
            "AMQP_URI": uri,
            "SUBSCRIBER": name,
            "DATABASE": str(self.database),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        self._process: subprocess.Popen | None = None

    def start(self, step: str | None = None, number: int = 1) -> None:
        """Start a process, which dies when it comes to `step` for the `number`-th time."""
        python = [sys.executable, "-W", "ignore"]
        command = [*python, "-m", "tests.support.dying_subscriber", step, str(number)] if step else python
        if self.file.suffix == ".mjs":
            command = [compute_driver_executable()[0], "--no-warnings", *(["--import", DYING_IN_NODE] if step else [])]
        dying = {"DIES_AT": step, "DIES_ON": str(number)} if step else {}
        self._process = subprocess.Popen([*command, str(self.file)], cwd=ROOT, env=self._settings | dying)

    def await_death(self) -> None:
        """Wait until its process has died of SIGKILL."""
        wait_until(lambda: self._process.poll() is not None, "the subscriber to die", seconds=60)
        assert self._process.returncode == -signal.SIGKILL

    def kill(self) -> None:
        """Kill its process at once."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Stop its process where it is, until `go_on`."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let its process go on."""
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> int:
        """Ask its process to end, and wait for that; its exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def rows(self, statement: str) -> list[tuple]:
        """What stands in its database; nothing before its tables are there."""
        try:
            with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30) as connection:
                return connection.execute(statement).fetchall()
        except sqlite3.OperationalError:
            return []

    def await_queue(self, queue: str) -> None:
        """Wait until it consumes a queue of its own, which by then is bound."""
        wait_until(
            lambda: _consumers(self.uri, f"{self.name}.{queue}"), f"the queue {queue} to be consumed", seconds=30
        )


def depth(uri: str, queue: str) -> int | None:
    """How many messages wait in a queue; None where it is not there."""
    found = _declared(uri, queue)
    return found and found.message_count


def await_rows(example: Example, statement: str, number: int) -> list[tuple]:
    """Wait until a statement finds so many rows in its database; the rows."""

    def found():
        rows = example.rows(statement)
        return rows if len(rows) >= number else None

    return wait_until(found, f"{number} rows of {example.name}", seconds=60)


def _consumers(uri: str, queue: str) -> int:
    found = _declared(uri, queue)
    return found.consumer_count if found else 0


def _declared(uri: str, queue: str):
    with Connection(uri) as connection:
        try:
            return connection.channel().queue_declare(queue, passive=True)
        except connection.channel_errors:
            return None


def publish(uri: str, messages: list[dict], *, queue: str | None = None) -> None:
    """Publish messages as the services do; or send them to one queue as a replay does, with its end."""
    if queue is not None:
        end = {"id": "end", "type": REPLAY_ENDED, "data": {}}
        messages = [{**message, "replayed": True} for message in messages] + [end]
        _send(ConfirmingPublisher(uri, queue=queue), messages)
        return
    for service in sorted({message["source"].partition("/")[2] for message in messages}):
        ours = [message for message in messages if message["source"] == f"services/{service}"]
        _send(ConfirmingPublisher(uri, service), ours)


def _send(publisher: ConfirmingPublisher, messages: list[dict]) -> None:
    publisher.publish(messages)
    publisher.close()


def unpacked_amqplib(folder: Path) -> Path:
    """The vendored amqplib, unpacked as npm does."""
    with tarfile.open(AMQPLIB) as archive:
        archive.extractall(folder)
    return folder / "package"


def assert_in_order(rows: list[tuple[str, str, int]]) -> None:
    """(source, stream, sequence) of what was handled: each once, and each stream in its order."""
    assert len(rows) == len(set(rows)), "something was handled twice"
    last: dict[tuple[str, str], int] = {}
    for source, stream, sequence in rows:
        assert sequence > last.get((source, stream), 0), f"{stream} went back to {sequence}"
        last[source, stream] = sequence
