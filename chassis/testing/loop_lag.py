"""Event loop lag: how long one green thread kept the processor while all others of its process waited.

    with loop_lag() as lag:
        …requests to the process under test, which is this one…
    assert lag.longest <= LIMIT, lag

It is counted in the processor's time of the loop's own thread, so a busy machine changes nothing, and work that is done in
other threads and processes costs nothing. What the green thread of the block itself does, the test, is not counted.
"""

import gc
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import greenlet

LIMIT = 0.05


@dataclass
class LoopLag:
    """`longest`: seconds of the longest stretch without a switch; `total`: of all stretches; `where`: the calls that
    the longest one ended in."""

    longest: float = 0.0
    total: float = 0.0
    where: str = ""

    def __str__(self) -> str:
        return f"the loop was held for {self.longest * 1000:.0f} ms until {self.where}"

    def reset(self) -> None:
        """Forget what was counted, for the next of several requests."""
        self.longest, self.total, self.where = 0.0, 0.0, ""

    def add(self, seconds: float, holder: greenlet.greenlet) -> None:
        """Count one stretch of `holder`, which has just let go."""
        self.total += seconds
        if seconds > self.longest:
            self.longest, self.where = seconds, _calls(holder)


@contextmanager
def loop_lag() -> Iterator[LoopLag]:
    """Measure this thread's event loop for as long as the block lasts. Objects that were there before are kept from the
    garbage collector, whose pause would be the test run's and not the process'."""
    lag, own, began = LoopLag(), greenlet.getcurrent(), time.thread_time()

    def switched(_event: str, change: tuple) -> None:
        nonlocal began
        holder, now = change[0], time.thread_time()
        if holder is not own:
            lag.add(now - began, holder)
        began = time.thread_time()

    gc.collect()
    gc.freeze()
    before = greenlet.settrace(switched)
    try:
        yield lag
    finally:
        greenlet.settrace(before)
        gc.unfreeze()


def _calls(holder: greenlet.greenlet) -> str:
    frames = traceback.extract_stack(holder.gr_frame) if holder.gr_frame else []
    own = [frame for frame in frames if "site-packages" not in frame.filename]
    return " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(own[-6:])) or "its end"
