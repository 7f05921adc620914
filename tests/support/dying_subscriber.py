"""Runs a subscriber's file until it comes to a step for the n-th time, and dies there:

python -m tests.support.dying_subscriber STEP N FILE
"""

import os
import runpy
import signal
import sys

from commerce_events import consumer


def dies_at(step: str, number: int) -> type[consumer.Consumption]:
    """A consumption whose process is killed at the `number`-th `step`."""
    left = [number]

    def count(reached: str) -> None:
        left[0] -= reached == step
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    class Dying(consumer.Consumption):
        def __init__(self, *given):
            super().__init__(*given, reached=count)

    return Dying


if __name__ == "__main__":
    consumer.Consumption = dies_at(sys.argv[1], int(sys.argv[2]))
    runpy.run_path(sys.argv[3], run_name="__main__")
