"""The plan: which processes a system consists of. `up` writes it, the supervisor makes it true."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.dev.paths import read_json, write_private

ENGINE, SERVICE = "engine", "service"


@dataclass(frozen=True)
class Process:
    """One process to keep running.

    `probe` answers whether it is ready (see probes.py); `stop` is the signal that ends it in order, `grace` the
    seconds it may take for that. `cleans` is a PostgreSQL data folder whose stale lock is removed before a start.
    `listens` is a port on which the supervisor listens for it: those who come while it starts again wait there.
    """

    name: str
    argv: list[str]
    env: dict[str, str]
    port: int
    probe: str
    kind: str = SERVICE
    stop: str = "SIGTERM"
    grace: float = 12.0
    cwd: str = "/"
    cleans: str | None = None
    listens: int | None = None
    listed: bool = True


def write_plan(path: Path, processes: list[Process]) -> None:
    """Replace the plan (mode 0600: environments hold passwords)."""
    write_private(path, json.dumps([asdict(one) for one in processes], indent=1))


def read_plan(path: Path) -> list[Process]:
    """The plan as written, [] when there is none."""
    return [Process(**one) for one in read_json(path, [])]
