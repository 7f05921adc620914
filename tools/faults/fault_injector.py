"""Fault injector of a running system: what fails, and when, is drawn from a seed; it counts what it did to whom."""

import random
import signal
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

from chassis.failpoints import FAILPOINTS
from chassis.testing.faulty_network import TREATMENTS, Link, Network
from tools.dev import lifecycle, processes
from tools.dev import system as systems
from tools.dev.paths import Paths
from tools.dev.process_table import Process

# Of a hundred faults: processes and engines killed, ended at a named failpoint, frozen; links of the network
# disturbed.
SHARES = {"kill": 55, "crash": 15, "freeze": 10, "network": 20}
LASTING = (1.0, 4.0)  # seconds that a freeze or a disturbed link lasts
ENGINES = {"COMMERCE_AMQP_URI": "broker", "COMMERCE_DATABASE_URL": "database"}


class NetworkLinks:
    """Every connection of a process to an engine as a link of its own, by name ("billing to database")."""

    def __init__(self):
        self._network, self.links = Network(), {}

    def processes_through_links(self, paths: Paths, system: systems.System) -> list[Process]:
        """The application's processes, each reaching its engines through links."""
        return [
            replace(one, env={name: self._through(one.name, name, value) for name, value in one.env.items()})
            for one in systems.application(paths, system)
        ]

    def _through(self, process: str, setting: str, value: str) -> str:
        if setting not in ENGINES:
            return value
        self.links[f"{process} to {ENGINES[setting]}"] = link = self._network.link(value)
        return link.url

    def close(self) -> None:
        """Close all links."""
        self._network.close()


class FaultInjector:
    """Faults on the running processes of `paths` and on `links`. The supervisor starts again what was ended.

    With `points` given, each fault is a death at one of these failpoints.
    """

    def __init__(
        self, paths: Paths, links: dict[str, Link], failpoint_file: Path, *, seed: int, faults: int, points=()
    ):
        self._paths, self._links, self._failpoint_file = paths, links, failpoint_file
        self._rng = random.Random(f"trouble {seed}")
        self._names = sorted(one["name"] for one in lifecycle.status(paths))
        shares, self._points = ({"crash": 100}, points) if points else (SHARES, FAILPOINTS)
        self._deck = [kind for kind, share in shares.items() for _ in range(round(faults * share / 100))]
        self._rng.shuffle(self._deck)
        self._armed: str | None = None
        self._undo: list[tuple[threading.Timer, object]] = []
        self.done: dict[str, Counter] = {kind: Counter() for kind in shares}

    def make(self) -> None:
        """The next fault."""
        getattr(self, f"_{self._deck.pop() if self._deck else next(iter(self.done))}")()

    def end(self) -> None:
        """Undo at once what would pass by itself: what is frozen goes on, links are open, nobody dies any more."""
        for timer, undo in self._undo:
            timer.cancel()
            undo()
        self._count_armed()
        self._failpoint_file.unlink(missing_ok=True)

    def _kill(self) -> None:
        record = self._running_process()
        record.signal(signal.SIGKILL)
        self.done["kill"][record.name] += 1

    def _freeze(self) -> None:
        record = self._running_process()
        record.signal(signal.SIGSTOP)
        self._undo_later(lambda: record.signal(signal.SIGCONT))
        self.done["freeze"][record.name] += 1

    def _crash(self) -> None:
        """Whichever process comes to the point next dies there."""
        self._count_armed()
        self._armed = self._rng.choice(self._points)
        self._failpoint_file.write_text(self._armed, encoding="utf-8")

    def _network(self) -> None:
        name, treatment = self._rng.choice(sorted(self._links)), self._rng.choice(sorted(set(TREATMENTS) - {"open"}))
        self._links[name].treat(treatment)
        self._undo_later(self._links[name].open)
        self.done["network"][f"{name} {treatment}"] += 1

    def _running_process(self) -> processes.Record:
        """A process or engine that runs just now."""
        while True:
            record = processes.read_record(self._paths.run, self._rng.choice(self._names))
            if record is not None:
                return record

    def _undo_later(self, undo) -> None:
        timer = threading.Timer(self._rng.uniform(*LASTING), undo)
        self._undo.append((timer, undo))
        timer.start()

    def _count_armed(self) -> None:
        if self._armed and not self._failpoint_file.exists():
            self.done["crash"][self._armed] += 1
        self._armed = None


class FaultSchedule:
    """Calls `act` each time another share of the commands is done, so that faults are spread over the whole load."""

    def __init__(self, commands: int, faults: int, act):
        self._step, self._faults, self._act = commands / (faults + 1), faults, act
        self._next, self._done = 1, 0
        self._lock = threading.Lock()

    def __call__(self, _number: int) -> None:
        """One more command is done."""
        with self._lock:
            self._done += 1
            due = self._next <= self._faults and self._done >= self._next * self._step
            self._next += due
        if due:
            self._act()
