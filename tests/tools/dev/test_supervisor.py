"""The supervisor starts again whatever ends, at growing intervals."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from chassis.testing.plugin import wait_until
from tools.dev import processes
from tools.dev.paths import CHECKOUT, Paths
from tools.dev.ports import Ports
from tools.dev.process_table import Process, write_plan
from tools.dev.supervisor import backoff

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]
ANSWERS = """
import os, socket
with socket.socket(fileno=int(os.environ["COMMERCE_HTTP_FD"])) as listening, listening.accept()[0] as waiting:
    waiting.sendall(b"%d" % os.getpid())
"""
FAILS = [sys.executable, "-c", "raise SystemExit('no such setting')"]


@pytest.fixture
def paths(tmp_path):
    made = Paths(CHECKOUT, tmp_path / "local")
    made.make()
    return made


@pytest.fixture
def supervised(paths):
    """Write plans and have them kept true: `supervised(process, …)`."""

    def plan(*wanted: Process) -> None:
        write_plan(paths.run / "plan.json", list(wanted))

    child = subprocess.Popen(
        [sys.executable, "-m", "tools.dev.supervisor", str(paths.local)],
        cwd=CHECKOUT,
        env={"PATH": os.defpath},
        stdout=subprocess.DEVNULL,
    )
    yield plan
    child.terminate()
    child.wait(timeout=30)
    assert processes.marked(paths.local) == []


def process(name: str, argv: list[str]) -> Process:
    return Process(name, argv, {"PATH": os.defpath}, 1, "tcp:1", grace=3.0)


def pid_of(paths: Paths, name: str) -> int | None:
    found = processes.read_record(paths.run, name)
    return found.pid if found else None


def test_the_wait_doubles_from_a_fifth_of_a_second_to_five():
    waits, wait = [], 0.0
    for _ in range(7):
        wait = backoff(wait, lived=0.1)
        waits.append(wait)
    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_the_wait_begins_anew_after_it_stayed_up():
    assert backoff(5.0, lived=60.0) == 0.2


def test_a_process_whose_name_alone_changes_goes_on_in_the_place_of_another(paths, supervised):
    successor = replace(process("clients-next", SLEEPS), port=2)
    supervised(process("clients", SLEEPS), successor)
    before = wait_until(lambda: pid_of(paths, "clients"), "clients to start")
    pid = wait_until(lambda: pid_of(paths, "clients-next"), "its successor to start")
    supervised(replace(successor, name="clients"))
    wait_until(lambda: pid_of(paths, "clients") == pid, "it to take the place")
    assert pid_of(paths, "clients-next") is None and processes.born(before) is None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: pid_of(paths, "clients") not in (None, pid), "it to be started again under that name")


def test_a_killed_process_is_started_again(paths, supervised):
    supervised(process("clients", SLEEPS), process("billing", SLEEPS))
    before = wait_until(lambda: pid_of(paths, "clients"), "clients to start")
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: pid_of(paths, "clients") not in (None, before), "clients to start again")


def test_who_comes_while_a_process_starts_again_waits_on_the_port_and_is_answered(paths, supervised):
    port = Ports(paths).take("http")
    supervised(replace(process("gateway", [sys.executable, "-c", ANSWERS]), listens=port))
    wait_until(lambda: pid_of(paths, "gateway"), "the first to start")
    answered = set()
    for _ in range(3):  # each process answers one, and ends
        with socket.create_connection(("127.0.0.1", port), timeout=20) as waiting:
            answered.add(waiting.recv(20))
    assert len(answered) == 3


def test_a_process_that_leaves_the_plan_ends_and_the_others_stay(paths, supervised):
    supervised(process("clients", SLEEPS), process("clients-2", SLEEPS))
    first = wait_until(
        lambda: pid_of(paths, "clients") and pid_of(paths, "clients-2") and pid_of(paths, "clients"), "both to start"
    )
    supervised(process("clients", SLEEPS))
    wait_until(lambda: pid_of(paths, "clients-2") is None, "the replica to end")
    assert pid_of(paths, "clients") == first


def test_a_process_that_cannot_start_is_tried_again_and_its_output_is_kept(paths, supervised):
    supervised(process("clients", FAILS), process("billing", ["/no/such/program"]))
    log = paths.logs / "clients.log"
    wait_until(lambda: log.exists() and log.read_text().count("no such setting") >= 3, "three tries")


def test_what_a_killed_supervisor_leaves_is_still_known(paths):
    write_plan(paths.run / "plan.json", [process("clients", SLEEPS)])
    child = subprocess.Popen(
        [sys.executable, "-m", "tools.dev.supervisor", str(paths.local)],
        cwd=CHECKOUT,
        env={"PATH": os.defpath},
        stdout=subprocess.DEVNULL,
    )
    pid = wait_until(lambda: pid_of(paths, "clients"), "clients to start")
    child.kill()
    child.wait()
    assert [one.pid for one in processes.marked(paths.local)] == [pid]
    assert [one.pid for one in processes.recorded(paths.run)] == [pid]
    processes.end(processes.recorded(paths.run), 3.0)
