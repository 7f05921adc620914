"""A pid counts only together with the moment its process began."""

import dataclasses
import signal
import subprocess
import sys

import pytest

from tools.dev import processes
from tools.dev.paths import Paths
from tools.dev.postgres import clean_stale_lock


@pytest.fixture
def sleeper():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env={processes.MARK: "/a/system"})
    yield child
    child.kill()
    child.wait()


def test_a_recorded_process_is_found_again(tmp_path, sleeper):
    made = processes.record(tmp_path, "clients", sleeper.pid, restarts=3)
    assert processes.read_record(tmp_path, "clients") == made
    assert (made.name, made.pid, made.restarts) == ("clients", sleeper.pid, 3)


def test_a_reused_pid_is_a_stranger_and_is_never_signalled(tmp_path, sleeper):
    made = processes.record(tmp_path, "clients", sleeper.pid)
    earlier = dataclasses.replace(made, born=made.born + "0")
    assert not earlier.alive()
    earlier.signal(signal.SIGKILL)
    processes.end([earlier], 0.1)
    assert sleeper.poll() is None


def test_a_process_that_nobody_has_waited_for_has_ended(sleeper):
    sleeper.kill()
    made = processes.Record("clients", sleeper.pid, processes.born(sleeper.pid) or "gone")
    assert processes.wait_gone([made], 5.0) == []
    assert processes.born(sleeper.pid) is None


def test_a_record_cut_off_by_a_crash_is_no_record(tmp_path):
    (tmp_path / "clients.pid").write_text('{"name": "cli')
    assert processes.read_record(tmp_path, "clients") is None
    assert processes.recorded(tmp_path) == []


def test_a_process_without_a_record_is_found_by_its_mark(tmp_path, sleeper):
    assert [one.pid for one in processes.marked("/a/system")] == [sleeper.pid]
    assert processes.marked("/a/syste") == []


def test_what_does_not_listen_to_sigterm_is_killed():
    deaf = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, sys; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert deaf.stdout.readline() == "deaf\n"
    processes.end([processes.Record("deaf", deaf.pid, processes.born(deaf.pid))], 0.2)
    assert deaf.wait() == -signal.SIGKILL
    deaf.stdin.close()
    deaf.stdout.close()


def test_the_lock_of_a_database_goes_only_when_its_pid_is_a_strangers(tmp_path, sleeper):
    lock = tmp_path / "postmaster.pid"
    lock.write_text("999999999\n/data\n")
    clean_stale_lock(tmp_path)
    assert lock.exists(), "PostgreSQL itself knows what to do about a pid that is gone"
    lock.write_text(f"{sleeper.pid}\n/data\n")
    clean_stale_lock(tmp_path)
    assert not lock.exists()


def test_two_systems_have_different_marks(tmp_path):
    assert Paths(tmp_path, tmp_path / "a").mark != Paths(tmp_path, tmp_path / "b").mark
