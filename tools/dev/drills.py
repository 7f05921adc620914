"""Drills: what an operator does on a bad day or for a new version, done to a private system and measured."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.dev import backups, commands, lifecycle, postgres, upgrade
from tools.dev import system as systems
from tools.dev.paths import Failure, Paths
from tools.dev.system import GATEWAY

UNDISTURBED_SECONDS = 60.0
NEWEST = "SELECT max(received_at) FROM entries"


@contextmanager
def _private(paths: Paths) -> Iterator[Paths]:
    """The place of a system beside the one of this checkout, which is thrown away afterwards."""
    private = Paths(paths.checkout, paths.local / "drill")
    os.environ.setdefault("COMMERCE_RATE_LIMITS", commands.UNLIMITED)
    try:
        yield private
    finally:
        lifecycle.reset(private)


def upgrades(paths: Paths, report, times: int, reads: int, writes: int) -> int:
    """Upgrade so many times under so many requests a second; prints what became of them, and answers the exit code."""
    with _private(paths) as private:
        system, _ = lifecycle.up(private, report, {GATEWAY: 2})
        settings = {"API_TOKEN": commands.token(private, None)}
        load = subprocess.Popen(
            [private.python, "-m", "tools.ops.steady_load", "--reads", str(reads), "--writes", str(writes)],
            cwd=private.checkout,
            env=systems.tool_environment(private, system) | settings,
            stdin=subprocess.PIPE,
            text=True,
        )
        _begin(load, "undisturbed")
        time.sleep(UNDISTURBED_SECONDS)
        _begin(load, f"{times} upgrades")
        try:
            for number in range(times):
                upgrade.upgrade(private, lambda _text: None)
                report(f"upgrade {number + 1} of {times}")
        finally:
            load.communicate()
        return load.returncode or commands.check(private, [])


def _begin(load: subprocess.Popen, phase: str) -> None:
    if load.poll() is not None:
        raise Failure("the load has ended by itself")
    print(phase, file=load.stdin, flush=True)


def restore(paths: Paths, report, file: Path | None) -> int:
    """Make a private system of a backup, by default one of the running system that is taken now, and compare what is kept
    twice in it; prints how long that took and up to when it goes, and answers the exit code."""
    with tempfile.TemporaryDirectory(dir=paths.local, prefix="drill-") as folder, _private(paths) as private:
        if file is None:
            file = Path(folder) / "backup"
            backups.write(paths, commands.running(paths), file)
            report("the backup is taken")
        begun = time.monotonic()
        system = lifecycle.restore(private, report, file)
        seconds = time.monotonic() - begun
        newest = postgres.psql(system.databases["audit"]["owner"], NEWEST).stdout.strip()
        print(f"restored in {seconds:.0f} s; the newest entry of its log is of {newest}")
        return commands.check(private, [])
