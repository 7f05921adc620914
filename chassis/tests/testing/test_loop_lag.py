"""What is counted as lag of the event loop, and what is not."""

import time

from chassis import green
from chassis.testing.loop_lag import loop_lag


def compute(seconds: float) -> None:
    """Keep the processor busy for so long, and give way to nobody."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def run(function, *args) -> None:
    """Call it in a green thread of its own, and wait."""
    done = green.Event()
    green.spawn(lambda: (function(*args), done.send(None)))
    done.wait()


def compute_and_rest() -> None:
    compute(0.05)
    time.sleep(0)
    compute(0.04)


def test_the_longest_stretch_that_one_green_thread_takes_is_the_lag():
    with loop_lag() as lag:
        run(compute_and_rest)
    assert 0.05 <= lag.longest < 0.09 <= lag.total and "compute_and_rest" in lag.where, lag


def test_what_rests_or_works_elsewhere_or_is_the_test_itself_holds_nothing():
    with loop_lag() as lag:
        run(time.sleep, 0.1)
        run(green.run_blocking, compute, 0.1)
        compute(0.1)
    assert lag.longest < 0.05, lag
