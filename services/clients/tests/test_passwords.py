"""Password hashes: beside the event loop, few at once, and refused when too many wait."""

import threading

from chassis import green
from chassis.errors import ServiceProblem
from chassis.testing.loop_lag import LIMIT, loop_lag
from services.clients import passwords

MOST = green.BLOCKING_THREADS + passwords.WAITING


def all_at_once(count: int, password_hash: str | None) -> list[bool | ServiceProblem]:
    """What `count` people hear who send their password at the same time."""
    answers: list[bool | ServiceProblem] = []

    def check() -> None:
        try:
            answers.append(passwords.matches("correct horse", password_hash))
        except ServiceProblem as problem:
            answers.append(problem)

    threads = [threading.Thread(target=check) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_forty_sign_ins_at_once_hold_the_loop_no_longer_than_one():
    known = passwords.hash_password("correct horse")
    with loop_lag() as lag:
        answers = all_at_once(40, known)
    refused = [answer for answer in answers if isinstance(answer, ServiceProblem)]
    assert answers.count(True) == MOST and len(refused) == 40 - MOST
    assert {(one.code, one.status, one.extra["retry_after"]) for one in refused} == {("too-many-requests", 429, 3)}
    assert lag.longest <= LIMIT, lag


def test_after_them_the_next_one_is_answered():
    assert all_at_once(MOST, None) == [False] * MOST
    assert passwords.matches("correct horse", passwords.hash_password("correct horse"))


def test_hashes_are_worked_out_in_so_many_threads_at_most(monkeypatch):
    at_work, most, threads = set(), 0, set()

    def work(*_args) -> bool:
        nonlocal most
        me = threading.get_native_id()
        at_work.add(me)
        threads.add(me)
        most = max(most, len(at_work))
        sum(range(100_000))
        at_work.discard(me)
        return True

    monkeypatch.setattr(passwords, "_verify", work)
    all_at_once(MOST, "hash")
    assert most <= green.BLOCKING_THREADS and len(threads) <= green.BLOCKING_THREADS
