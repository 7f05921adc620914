"""Kills and freezes processes of a running system, by pid, and knows how often it did what to whom."""

import random
import signal
import threading
from collections import Counter

from deploy.dev import lifecycle, processes
from deploy.dev.layout import Layout

FROZEN = (1.0, 4.0)


class Trouble:
    """Faults on the processes of `layout`, drawn from a seed. The supervisor starts again what was killed."""

    def __init__(self, layout: Layout, seed: int):
        self._layout, self._rng = layout, random.Random(f"trouble {seed}")
        self._names = sorted(one["name"] for one in lifecycle.status(layout))
        self.done: Counter[str] = Counter()

    def make(self) -> None:
        """Kill one process, or freeze it for a few seconds: four kills for each freeze."""
        name = self._rng.choice(self._names)
        record = processes.read_record(self._layout.run, name)
        if record is None:  # it is on its way up again
            return
        if self._rng.random() < 0.8:
            record.signal(signal.SIGKILL)
            self.done[f"{name} killed"] += 1
        else:
            self._freeze(record)
            self.done[f"{name} frozen"] += 1

    def _freeze(self, record: processes.Record) -> None:
        record.signal(signal.SIGSTOP)
        threading.Timer(self._rng.uniform(*FROZEN), record.signal, (signal.SIGCONT,)).start()


class Moments:
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
