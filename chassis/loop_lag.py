"""Event loop lag: how late the loop is for what is due, because other green threads, or other processes, have the processor."""

import time
from collections import deque

from prometheus_client import Histogram

TICK_SECONDS = 0.1
TICKS = 10

LAG = Histogram(
    "commerce_loop_lag_seconds",
    "How late the event loop was for what was due",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
_recent: deque[float] = deque([0.0], maxlen=TICKS)


def watch_loop() -> None:
    """Measure the loop's lag, for as long as the process runs."""
    while True:
        began = time.monotonic()
        time.sleep(TICK_SECONDS)
        lag = max(0.0, time.monotonic() - began - TICK_SECONDS)
        LAG.observe(lag)
        _recent.append(lag)


def recent_lag() -> float:
    """The mean lag of the last second; 0 where nobody watches."""
    return sum(_recent) / len(_recent)
