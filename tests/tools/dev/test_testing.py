"""`./dev test` in a scratch checkout: engines of its own, an honest exit code, and nothing left running."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from chassis.testing.plugin import wait_until
from tests.support import scratch_checkout
from tools.dev import processes, testrun
from tools.dev.paths import Failure, Paths

pytestmark = pytest.mark.lifecycle

IGNORED = [f"--ignore=tests/{folder}" for folder in ("faults", "tools", "browser", "integration", "compose")]
SAMPLE = '''\
"""A test of the scratch checkout."""

import os
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit


def test_the_engines_answer():
    for name in ("POSTGRES_URL", "AMQP_URI", "RABBIT_API"):
        address = urlsplit(os.environ["COMMERCE_TEST_" + name])
        socket.create_connection((address.hostname, address.port)).close()
    Path("where").write_text(os.environ["DEV_SYSTEM"])


def test_that_fails_when_asked_to():
    assert not Path("fail").exists()


def test_that_hangs_when_asked_to():
    while Path("hang").exists():
        time.sleep(0.1)
'''
PAGE = '''\
"""A browser test of the scratch checkout."""

import pytest


@pytest.mark.browser
def test_a_page():
    assert True
'''


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    made = scratch_checkout.make(tmp_path_factory.mktemp("tested"))
    (made.folder / "tests" / "browser").mkdir(parents=True)
    (made.folder / "tests" / "test_sample.py").write_text(SAMPLE)
    (made.folder / "tests" / "browser" / "test_page.py").write_text(PAGE)
    return made


def left_over(checkout: scratch_checkout.Scratch) -> list[processes.Record]:
    """What still runs of the last test run and its parts."""
    whole = Path((checkout.folder / "where").read_text()).parent
    return [
        record
        for place in (whole, whole / "run-0", whole / "run-1", whole / "run-2")
        for record in processes.marked(place) + processes.working_in(place / "postgres", "postgres")
    ]


def test_it_checks_then_tests_and_ends_with_a_line_that_sums_up_both_runs(checkout):
    done = checkout.dev("test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
    assert re.fullmatch(r"4 passed in [0-9.]+s", done.stdout.splitlines()[-1])
    for name in ("ruff", "ruff format", "template format", "lint-imports", "generated documents"):
        assert f"{name}: passed" in done.stderr
    assert left_over(checkout) == []
    assert not Path((checkout.folder / "where").read_text()).exists()


def test_a_failing_test_and_a_failing_check_are_both_reported_and_fail_the_run(checkout):
    (checkout.folder / "fail").touch()
    (checkout.folder / "services" / "clients" / "wrong.py").write_text("import services.billing\n")
    done = checkout.dev("test", "-q")
    (checkout.folder / "fail").unlink()
    (checkout.folder / "services" / "clients" / "wrong.py").unlink()
    assert done.returncode == 1
    assert "1 failed, 2 passed" in done.stdout
    assert re.fullmatch(r"1 failed, 3 passed in [0-9.]+s", done.stdout.splitlines()[-1])
    assert "No service imports another BROKEN" in done.stdout
    assert "failed before the tests: ruff, lint-imports" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_it_leaves_nothing_running_when_it_is_ended_halfway(checkout, tmp_path, number):
    (checkout.folder / "hang").touch()
    (checkout.folder / "where").unlink(missing_ok=True)
    child = subprocess.Popen(
        [str(checkout.folder / "dev"), "test"],
        cwd=checkout.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=scratch_checkout.clean_environment() | {"TMPDIR": str(tmp_path)},
    )
    wait_until((checkout.folder / "where").exists, "the sample's tests to run", seconds=60)
    wait_until(lambda: len(left_over(checkout)) > 6, "both runs to be seen")
    os.kill(child.pid, number)
    child.wait(timeout=60)
    (checkout.folder / "hang").unlink()
    wait_until(lambda: left_over(checkout) == [], "everything to end", seconds=30)


def test_the_folder_of_a_killed_run_is_removed_by_the_next_one_and_a_running_ones_is_not(checkout, tmp_path):
    killed, running = (
        Paths(tmp_path, tmp_path / "commerce-test-killed"),
        Paths(tmp_path, tmp_path / "commerce-test-runs"),
    )
    killed.make()
    with running.lock():
        done = checkout.dev("test", "--collect-only", TMPDIR=str(tmp_path))
        assert "3 tests collected" in done.stdout
        assert not killed.local.exists()
        assert running.local.exists()


@pytest.mark.parametrize(
    "given, expected",
    [
        (
            [],
            [
                IGNORED,
                ["tests/faults", "tests/tools"],
                ["--confcutdir=tests/browser", "tests/browser"],
                ["tests/integration"],
                ["--confcutdir=tests/compose", "tests/compose"],
            ],
        ),
        (
            ["-k", "tag"],
            [
                ["-k", "tag", *IGNORED],
                ["-k", "tag", "tests/faults", "tests/tools"],
                ["-k", "tag", "--confcutdir=tests/browser", "tests/browser"],
                ["-k", "tag", "tests/integration"],
                ["-k", "tag", "--confcutdir=tests/compose", "tests/compose"],
            ],
        ),
        (["tests/tools/dev", "-x"], [["-x", "tests/tools/dev"]]),
        (["tests/browser"], [["--confcutdir=tests/browser", "tests/browser"]]),
        (["tests/architecture", "tests/faults"], [[*IGNORED, "tests/architecture"], ["tests/faults"]]),
        (["tests/integration", "tests/faults"], [["tests/faults"], ["tests/integration"]]),
        (["tests/compose"], [["--confcutdir=tests/compose", "tests/compose"]]),
        (
            ["tests/tools/dev/test_cli.py::test_it_explains_itself", "-q"],
            [["-q", "tests/tools/dev/test_cli.py::test_it_explains_itself"]],
        ),
    ],
)
def test_arguments_and_paths_go_to_the_run_they_belong_to(given, expected):
    assert testrun.runs(given) == expected


@pytest.mark.parametrize(
    "given, installs",
    [
        ([], True),
        (["tests/integration"], True),
        (["tests/integration/test_generated_clients.py::test_x", "-q"], True),
        (["tests/integration/test_api.py", "tests/tools"], False),
        (["tests/architecture"], False),
    ],
)
def test_generators_of_clients_are_installed_for_their_test_alone(given, installs, tmp_path, monkeypatch, capsys):
    def unreachable(paths, report):
        raise Failure("no registry")

    monkeypatch.setattr(testrun.install, "ensure_generators", unreachable)
    failed = testrun._generators(testrun.runs(given), Paths.of(tmp_path), print)
    assert (failed, capsys.readouterr().out) == (
        (["generators of API clients"], "no registry\n") if installs else ([], "")
    )


@pytest.mark.parametrize("engine, runs", [(None, 2), ({}, 3)])
def test_what_runs_in_containers_is_left_out_aloud_where_no_engine_answers(engine, runs, monkeypatch):
    monkeypatch.setattr(testrun.engine, "found", lambda paths: engine)
    reports = []
    chosen = testrun._possible([["a"], ["b"], ["tests/compose"]], reports.append)
    assert len(chosen) == runs and len(reports) == 3 - runs
    assert testrun._possible([["tests/compose"]], reports.append) == [["tests/compose"]]


@pytest.mark.parametrize(
    "codes, expected",
    [([0, 0], 0), ([1, 0], 1), ([0, 2], 2), ([5, 0], 0), ([0, 5], 0), ([5, 5], 5), ([5, 1], 1), ([5], 5)],
)
def test_a_run_without_tests_fails_only_when_there_was_no_other(codes, expected):
    assert testrun.verdict(codes) == expected
