"""Processes by pid, safely: a pid counts only together with the moment its process began."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.dev.paths import read_json, write_private

MARK = "DEV_SYSTEM"


@dataclass(frozen=True)
class Record:
    """A process we started. `born` is boot id and start time: a reused pid has another."""

    name: str
    pid: int
    born: str
    restarts: int = 0
    since: float = 0.0

    def alive(self) -> bool:
        return born(self.pid) == self.born

    def signal(self, number: int) -> None:
        """Send a signal, unless the process is gone (or its pid now belongs to another)."""
        if self.alive():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return


def born(pid: int) -> str | None:
    """Boot id and start time of a running process; None when it has ended (a zombie has ended)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *rest = stat.rpartition(")")[2].split()
    if state in "ZX":
        return None
    return f"{_boot()}:{rest[18]}"


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()


def record(folder: Path, name: str, pid: int, restarts: int = 0) -> Record | None:
    """Write down a process that was just started; None when it has already ended."""
    moment = born(pid)
    if moment is None:
        return None
    made = Record(name, pid, moment, restarts, time.time())
    write_private(folder / f"{name}.pid", json.dumps(asdict(made)))
    return made


def read_record(folder: Path, name: str) -> Record | None:
    """The record of `name` if that very process still runs."""
    found = read_json(folder / f"{name}.pid", None)
    if not found:
        return None
    made = Record(**found)
    return made if made.alive() else None


def recorded(folder: Path) -> list[Record]:
    """Every process of `folder` that still runs."""
    names = sorted(path.stem for path in folder.glob("*.pid"))
    return [found for name in names if (found := read_record(folder, name))]


def marked(local: Path) -> list[Record]:
    """Processes that carry this system's mark in their environment: the net below the records."""
    wanted = f"{MARK}={local}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            carries = wanted in (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # ended meanwhile, or belongs to somebody else
        if carries and (moment := born(int(entry.name))):
            found.append(Record(f"process {entry.name}", int(entry.name), moment))
    return found


def working_in(folder: Path, program: str) -> list[Record]:
    """Processes of `program` whose working directory is `folder` (PostgreSQL overwrites its environment, never
    this)."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            here = os.readlink(entry / "cwd") == str(folder) and (entry / "comm").read_text().strip() == program
        except OSError:
            continue
        if here and (moment := born(int(entry.name))):
            found.append(Record(f"process {entry.name}", int(entry.name), moment))
    return found


def wait_gone(records: Iterable[Record], seconds: float) -> list[Record]:
    """Wait until all have ended; answers those that have not."""
    end = time.monotonic() + seconds
    left = [one for one in records if one.alive()]
    while left and time.monotonic() < end:
        time.sleep(0.05)
        left = [one for one in left if one.alive()]
    return left


def end(records: Iterable[Record], seconds: float, number: int = signal.SIGTERM) -> None:
    """Ask each to stop, wait, then kill what is left."""
    chosen = list(records)
    for one in chosen:
        one.signal(number)
    for one in wait_gone(chosen, seconds):
        one.signal(signal.SIGKILL)
    wait_gone(chosen, 5.0)
