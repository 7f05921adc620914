"""The short profile of `./dev faults`: mixed commands under faults of processes, engines and network; and that it can
fail."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from deploy.services import SERVICES
from tools.faults.fault_injector import FaultSchedule
from tools.faults.journal import Command
from tools.faults.verdict import BALANCES, EFFECTS, Verdict, compare, compare_log

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.faults
def test_nothing_is_lost_and_nothing_happens_twice_while_processes_and_engines_are_killed():
    run = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tools.faults",
        "--commands",
        "200",
        "--faults",
        "6",
        "--callers",
        "12",
    ]
    done = subprocess.run(run, cwd=CHECKOUT, capture_output=True, text=True, timeout=540)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert (
        "lost 0, doubled 0, refused but done 0, two answers for one key 0, parked 0, "
        "changes without one entry 0, differences 0, wrong balances 0 in"
    ) in done.stdout
    acknowledged = dict(re.findall(r"^  ([a-z-]+) +.*?(\d+) acknowledged", done.stdout, re.M))
    assert set(acknowledged) == set(EFFECTS)


@pytest.fixture
def engines(databases):
    """The databases, empty but for what a test puts there."""
    made = {}
    for service in SERVICES:
        databases(service).empty()
        made[service] = create_engine(driver_url(databases(service).superuser_url))
    yield made
    for engine in made.values():
        engine.dispose()


def note(number: int, *answers: tuple[int, str | None]) -> Command:
    return Command(f"key-{number}", "note", f"m{number}", list(answers))


def test_the_verdict_separates_lost_doubled_and_contradicted_commands_from_good_ones(engines):
    with engines["clients"].begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for marker in ("m1", "m2", "m2", "m4", "m6"):
            connection.execute(
                text(
                    "INSERT INTO notes (id, client_id, author_id, sticky, body) SELECT gen_random_uuid(), "
                    "gen_random_uuid(), gen_random_uuid(), false, :marker"
                ),
                {"marker": marker},
            )
    commands = [
        note(1, (201, "a")),
        note(2, (201, "b")),
        note(3, (599, None), (201, "c")),
        note(4, (422, None)),
        note(5, (503, None)),
        note(6, (201, "d"), (201, "e")),
    ]
    verdict = Verdict()
    compare(commands, engines, verdict)
    assert (verdict.doubled, verdict.lost, verdict.refused_but_done, verdict.contradicted) == (
        ["m2"],
        ["m3"],
        ["m4"],
        ["m6"],
    )
    assert verdict.by_outcome["note"] == Counter(acknowledged=4, refused=1, unknown=1)
    compare_log(engines, verdict)
    assert len(verdict.unlogged) == 5 and not verdict.good and Verdict().good


def test_the_reader_sees_a_balance_that_is_not_what_its_entries_come_to(engines):
    with engines["billing"].begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for credit in (0, 250):
            connection.execute(
                text(
                    "INSERT INTO client_totals SELECT gen_random_uuid(), 'EUR', 0, 0, 0, 0, 0, 0, 0, 0, 0, "
                    "NULL, :credit"
                ),
                {"credit": credit},
            )
        assert connection.scalar(text(BALANCES)) == 1


def test_faults_are_spread_over_the_whole_load():
    at, moments = [], None
    moments = FaultSchedule(100, 4, lambda: at.append(moments._done))
    for number in range(100):
        moments(number)
    assert at == [20, 40, 60, 80]
