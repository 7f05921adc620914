"""Limits of concurrency: places are given in the order in which they were asked for."""

import pytest

from chassis import green
from chassis.errors import ServiceProblem
from chassis.limits import AdaptiveLimit, FairSemaphore, KeyedSemaphore, WaitingLine
from chassis.testing.plugin import wait_until


def test_a_place_that_is_given_back_is_the_next_ones_and_an_unused_key_is_forgotten():
    places = KeyedSemaphore(2)
    assert places.acquire("one", 0) and places.acquire("one", 0) and places.acquire("other", 0)
    assert not places.acquire("one", 0.01)
    places.release("one")
    assert places.acquire("one", 0)
    for key in ("one", "one", "other"):
        places.release(key)
    assert (places._places, places._users) == ({}, {})


def waiting(places: KeyedSemaphore, names: str, served: list[str], seconds: float = 10) -> None:
    """Let each of `names` wait for a place, in this order; who gets one is named in `served` and keeps it."""
    for name in names:
        before = places.used("one")
        green.spawn(lambda name=name: places.acquire("one", seconds) and served.append(name))
        wait_until(lambda before=before: places.used("one") == before + 1, f"{name} to wait")


def test_a_place_goes_to_whoever_has_waited_longest_and_no_newcomer_is_before_them():
    places, served = KeyedSemaphore(1), []
    places.acquire("one", 0)
    waiting(places, "abc", served)
    for number in (1, 2, 3):
        places.release("one")
        assert not places.acquire("one", 0)
        wait_until(lambda number=number: len(served) == number, "the next to be served")
    assert served == ["a", "b", "c"]


def test_whoever_gives_up_leaves_the_line_to_those_behind():
    places, served = KeyedSemaphore(1), []
    places.acquire("one", 0)
    waiting(places, "a", served, seconds=0.5)
    waiting(places, "b", served)
    wait_until(lambda: places.used("one") == 2, "the first to give up")
    places.release("one")
    wait_until(lambda: served == ["b"], "the second to be served")


def test_whoever_is_ended_while_they_wait_holds_nothing():
    places = KeyedSemaphore(1)
    places.acquire("one", 0)
    with pytest.raises(green.Timeout), green.Timeout(0.01):
        places.acquire("one", 10)
    places.release("one")
    assert (places._places, places._users) == ({}, {})


def test_a_place_that_came_in_the_moment_somebody_was_ended_is_handed_on():
    places, served = FairSemaphore(1), []
    places.acquire()
    ended = green.spawn(places.acquire)
    green.give_way()
    green.spawn(lambda: places.acquire() and served.append("next"))
    green.give_way()
    places.release()
    ended.kill()
    wait_until(lambda: served == ["next"], "the place to be handed on")


def test_a_line_is_served_in_its_order_and_the_next_is_refused_when_it_is_full():
    line, inside, leaves, entered = WaitingLine(1, 2), [], {}, []

    def work(name: str) -> None:
        entered.append(name)
        with line.turn(ServiceProblem("unavailable", "full")):
            inside.append(name)
            leaves[name].wait()

    def enter(name: str) -> None:
        leaves[name] = green.Event()
        green.spawn(work, name)
        wait_until(lambda: name in entered, f"{name} to come")

    for name in "abc":
        enter(name)
    with pytest.raises(ServiceProblem, match="full"), line.turn(ServiceProblem("unavailable", "full")):
        pass
    for name, following in zip("abc", ("b", "c", "d"), strict=True):
        leaves[name].send()
        wait_until(lambda following=following: following in inside or following == "d", "the next to have its turn")
        if following == "b":
            enter("d")
    wait_until(lambda: inside == ["a", "b", "c", "d"], "everybody to have had their turn")
    leaves["d"].send()


class Machine:
    """Serves `capacity` requests a second: the more at once, the longer each takes. Its clock is the limit's."""

    def __init__(self, limit: AdaptiveLimit, monkeypatch):
        self.limit, self.now = limit, 0.0
        monkeypatch.setattr("chassis.limits.time.monotonic", lambda: self.now)

    def serve(self, rounds: int, capacity: float) -> float:
        """Always as many as are admitted, and somebody waits: the part of them that took less than a second."""
        in_time = served = 0
        for _ in range(rounds):
            at_once = int(self.limit.limit)
            for _ in range(at_once):
                assert self.limit.acquire(0)
            seconds = at_once / capacity
            self.now += seconds
            served, in_time = served + at_once, in_time + at_once * (seconds < 1.0)
            for _ in range(at_once):
                self.limit.release(seconds, busy=True)
        return in_time / served


def test_as_many_are_admitted_as_are_answered_in_time_and_again_all_when_there_is_room(monkeypatch):
    machine = Machine(AdaptiveLimit(20, least=2, target=0.5), monkeypatch)
    assert machine.serve(100, capacity=13) > 0.8
    assert 4 <= machine.limit.limit <= 8
    machine.serve(100, capacity=1000)
    assert int(machine.limit.limit) == 20


def test_the_newest_is_refused_at_once_when_those_before_it_take_all_the_time_it_has():
    limit = AdaptiveLimit(1, least=1, target=10)
    for _ in range(100):
        assert limit.acquire(0)
        limit.release(1.0)
    assert limit.acquire(0)
    served = []
    green.spawn(lambda: served.append(limit.acquire(60)))
    wait_until(lambda: limit.used() == 2, "the second to wait")
    assert not limit.acquire(1.5)
    limit.release(None)
    wait_until(lambda: served == [True], "the second to be served")


def test_only_what_was_slow_in_a_busy_process_lowers_the_limit():
    limit = AdaptiveLimit(5, least=2, target=0.5)
    for seconds, busy in ((None, True), (0.1, True), (3.0, False)):
        assert limit.acquire(0)
        limit.release(seconds, busy=busy)
    assert limit.limit == 5
    limit.acquire(0)
    limit.release(3.0, busy=True)
    assert limit.limit == 4
