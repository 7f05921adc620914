"""The supervisor: starts what the plan names and starts it again whenever it ends, until it is stopped.

It runs in a session of its own (`python3 -m tools.dev.supervisor LOCAL_FOLDER`), reads the plan again when the
file changes, and writes down each process it starts, so that `down` can end them even after the supervisor died. A process
whose name alone has changed in the plan goes on: so the successor of another takes its place.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from tools.dev import process_table, processes
from tools.dev.paths import CHECKOUT, Paths
from tools.dev.postgres import clean_stale_lock
from tools.dev.process_table import Process

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
STAYED_UP = 10.0
TICK = 0.05
WAITING = 1024  # connections that a listening socket holds until a process accepts them
LOG_LIMIT = 20 * 1024 * 1024


def backoff(previous: float, lived: float) -> float:
    """Seconds to wait before the next start: doubling from 0.2 to 5, back to 0.2 after it stayed up."""
    if lived >= STAYED_UP or not previous:
        return FIRST_WAIT
    return min(previous * 2, LONGEST_WAIT)


@dataclass
class Child:
    """A planned process: running (`popen`), or waiting until `due` for its next start."""

    spec: Process
    popen: subprocess.Popen | None = None
    started: float = 0.0
    wait: float = 0.0
    due: float = 0.0
    restarts: int = -1


class Supervisor:
    """Keeps the processes of one system's plan running."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.plan_path = paths.run / "plan.json"
        self.children: dict[str, Child] = {}
        self.sockets: dict[int, socket.socket] = {}
        self.stopping = False
        self._seen: tuple[int, int] | None = None

    def run(self) -> None:
        """Work until SIGTERM or SIGINT, then stop everything in order."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop_requested)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        processes.record(self.paths.run, "supervisor", os.getpid())
        while not self.stopping:
            self._follow_plan()
            self._reap()
            self._start_due()
            time.sleep(TICK)
        self._end(self.children.values())
        (self.paths.run / "supervisor.pid").unlink(missing_ok=True)

    def _stop_requested(self, number: int, frame: object) -> None:
        self.stopping = True

    def _follow_plan(self) -> None:
        try:
            stat = self.plan_path.stat()
        except FileNotFoundError:
            return
        if (stat.st_mtime_ns, stat.st_ino) == self._seen:
            return
        self._seen = (stat.st_mtime_ns, stat.st_ino)
        wanted = {one.name: one for one in process_table.read_plan(self.plan_path)}
        successors = self._successors(wanted)
        left = [child for name, child in self.children.items() if name not in successors]
        self._end([child for child in left if wanted.get(child.spec.name) != child.spec])
        for name, spec in successors.items():
            self._rename(self.children.pop(name), spec)
        for port in self.sockets.keys() - {spec.listens for spec in wanted.values()}:
            self.sockets.pop(port).close()
        for name, spec in wanted.items():
            self.children.setdefault(name, Child(spec))

    def _successors(self, wanted: dict[str, Process]) -> dict[str, Process]:
        """What is in the plan, by its name alone another, of each process that stands there no more."""
        changed = [one for name, one in wanted.items() if name not in self.children or self.children[name].spec != one]
        gone = [child.spec for name, child in self.children.items() if name not in wanted]
        return {old.name: new for old in gone for new in changed if replace(new, name=old.name) == old}

    def _rename(self, child: Child, spec: Process) -> None:
        """Go on with `child` under the name of `spec`, the place of another one."""
        (self.paths.run / f"{child.spec.name}.pid").unlink(missing_ok=True)
        self._log(f"{child.spec.name} is {spec.name} from now on")
        child.spec = spec
        self.children[spec.name] = child
        if child.popen is not None:
            processes.record(self.paths.run, spec.name, child.popen.pid, child.restarts)

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self.children.values():
            if child.popen is None and child.due <= now and not self.stopping:
                self._start(child)

    def _start(self, child: Child) -> None:
        spec = child.spec
        child.started = time.monotonic()
        child.restarts += 1
        try:
            if spec.cleans:
                clean_stale_lock(Path(spec.cleans))
            child.popen = launch(spec, self.paths, self._listening(spec.listens))
        except OSError as refused:
            self._log(f"{spec.name} could not be started: {refused}")
            self._plan_next(child)
            return
        processes.record(self.paths.run, spec.name, child.popen.pid, child.restarts)
        self._log(f"{spec.name} started, pid {child.popen.pid}")

    def _listening(self, port: int | None) -> socket.socket | None:
        if port is not None and port not in self.sockets:
            self.sockets[port] = socket.create_server(("127.0.0.1", port), backlog=WAITING)
        return self.sockets.get(port)

    def _reap(self) -> None:
        for child in self.children.values():
            if child.popen is not None and child.popen.poll() is not None:
                self._log(f"{child.spec.name} ended with {child.popen.returncode}")
                kill_group(child.popen.pid)
                child.popen = None
                self._plan_next(child)

    def _plan_next(self, child: Child) -> None:
        child.wait = backoff(child.wait, time.monotonic() - child.started)
        child.due = time.monotonic() + child.wait

    def _end(self, chosen) -> None:
        """Stop services first, then the engines they stand on, and forget them."""
        chosen = list(chosen)
        for kind in (process_table.SERVICE, process_table.ENGINE):
            stop([(child.spec, child.popen) for child in chosen if child.popen and child.spec.kind == kind])
        for child in chosen:
            del self.children[child.spec.name]
            (self.paths.run / f"{child.spec.name}.pid").unlink(missing_ok=True)

    def _log(self, text: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def launch(spec: Process, paths: Paths, listening: socket.socket | None = None) -> subprocess.Popen:
    """Start one process in a session of its own, its output appended to its log; it inherits the `listening` socket."""
    path = paths.logs / f"{spec.name.partition('-')[0]}.log"
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    env = {**spec.env, processes.MARK: str(paths.local)}
    if listening is not None:
        env["COMMERCE_HTTP_FD"] = str(listening.fileno())
    with open(path, "ab") as log:
        return subprocess.Popen(
            spec.argv,
            env=env,
            cwd=spec.cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[listening.fileno()] if listening is not None else [],
        )


def kill_group(leader: int) -> None:
    """End helpers that a process left behind in its own group."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def stop(running: list[tuple[Process, subprocess.Popen]]) -> None:
    """End processes in order, each by its own signal and within its own grace, then by SIGKILL."""
    for spec, child in running:
        if child.poll() is None:
            child.send_signal(signal.Signals[spec.stop])
    begun = time.monotonic()
    for spec, child in running:
        try:
            child.wait(timeout=max(spec.grace - (time.monotonic() - begun), 0.05))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        kill_group(child.pid)


if __name__ == "__main__":
    Supervisor(Paths(CHECKOUT, Path(sys.argv[1]))).run()
