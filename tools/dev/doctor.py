"""`./dev doctor`: what is missing or wrong on this machine, and how to mend it."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from tools.dev import install, lifecycle, processes
from tools.dev.paths import Paths

ENOUGH_DISK = 2 * 1024**3


def run(paths: Paths) -> int:
    """Print one line a check; answers 1 when one of them is wrong."""
    wrong = 0
    for what, fault in examine(paths):
        wrong += fault is not None
        print(f"{'wrong' if fault else 'ok':<6} {what}{': ' + fault if fault else ''}")
    return 1 if wrong else 0


def examine(paths: Paths) -> Iterator[tuple[str, str | None]]:
    """Each check with its fault and the way to mend it, or None when it is well."""
    yield install.python_in_use(paths), None
    missing = install.missing_packages(tests=True)
    yield (
        "Debian packages",
        f"missing {', '.join(missing)}; as root: {install.install_line(missing)}" if missing else None,
    )
    yield "folder .local", _folder(paths)
    yield "Python packages", _venv(paths)
    free = shutil.disk_usage(paths.checkout).free
    yield (
        "disk",
        None if free > ENOUGH_DISK else f"only {free // 2**20} MiB free; make room (./dev reset deletes its data)",
    )
    yield "localhost", _localhost()
    yield from _running(paths)


def _folder(paths: Paths) -> str | None:
    place = paths.local if paths.local.exists() else paths.checkout
    if not os.access(place, os.W_OK):
        return f"{place} is not writable by this user; use a clone of your own"
    return None


def _venv(paths: Paths) -> str | None:
    stamp = paths.venv / "lock.sha256"
    lock = Path(paths.checkout / "requirements.lock")
    if not stamp.exists():
        return "not installed; ./dev up or ./dev test installs them"
    if not stamp.read_text(encoding="utf-8").startswith(hashlib.sha256(lock.read_bytes()).hexdigest()):
        return "older than requirements.lock; ./dev up or ./dev test renews them"
    return None


def _localhost() -> str | None:
    try:
        found = {address[4][0] for address in socket.getaddrinfo("localhost", None)}
    except OSError:
        found = set()
    return None if "127.0.0.1" in found else "does not resolve to 127.0.0.1; add it to /etc/hosts (RabbitMQ needs it)"


def _running(paths: Paths) -> Iterator[tuple[str, str | None]]:
    found = lifecycle.status(paths)
    if not found:
        left = processes.marked(paths.local) if paths.local.exists() else []
        yield (
            "nothing is running",
            f"but {len(left)} processes were left behind; ./dev down ends them" if left else None,
        )
        return
    yield "development system: nobody has to have a second factor, and one-time links sign in", None
    alive = lifecycle.supervisor(paths)
    yield "supervisor", None if alive else "has ended, nothing restarts what ends; ./dev down, then ./dev up"
    for one in found:
        yield (
            one["name"],
            None if one["ready"] else f"is not ready; ./dev logs {one['name'].partition('-')[0]} says why",
        )
