"""Passwords: hashed beside the event loop, few at once; those found in breaches, or made of what others know, are refused."""

import threading

import pytest

from chassis import green
from chassis.errors import ServiceProblem
from chassis.testing.loop_lag import LIMIT, loop_lag
from services.clients import passwords
from services.clients.tests.conftest import KEPT_COST

KNOWN = ("Ada Lovelace", "ada.lovelace@brightwater.example", "Brightwater Hosting GmbH")
MOST = green.BLOCKING_THREADS + passwords.WAITING


@pytest.fixture(autouse=True)
def at_the_cost_of_a_running_service(monkeypatch):
    """Other tests hash at a small part of it."""
    monkeypatch.setattr(passwords, "COST", KEPT_COST)
    for made in (passwords._hasher, passwords._nobodys_hash):
        made.cache_clear()
    yield
    for made in (passwords._hasher, passwords._nobodys_hash):
        made.cache_clear()


def test_a_hash_costs_what_owasp_asks_for():
    assert passwords.hash_password("correct horse").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


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


@pytest.mark.parametrize("password", ["iloveyou", "Qwertyuiop", "michelle1", "dragonball", "1q2w3e4r5t"])
def test_a_password_that_was_found_in_a_breach_is_refused_in_any_case(password):
    assert "Too many people" in passwords.fault(password)


def test_the_list_of_breached_passwords_is_longer_than_the_commonest_three_thousand():
    assert len(passwords.COMMON) > 15_000 and min(map(len, passwords.COMMON)) >= 8


@pytest.mark.parametrize(
    "password",
    ["Commerce2026!", "lovelace1815", "BRIGHTWATER!!", "Brightwäter1", "adalovelace1", "ada.lovelace", "hosting-gmbh"],
)
def test_a_password_that_is_little_more_than_what_others_know_is_refused(password):
    assert "others know" in passwords.fault(password, KNOWN)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "lovelace counts rivers", "a  b  c  d", "commerce is not everything"]
)
def test_any_other_password_is_taken_whatever_it_is_made_of(password):
    assert passwords.fault(password, KNOWN) is None
