"""Free ports, kept free: each is held by a lock file for as long as the system runs.

Servers that listen with SO_REUSEPORT would share a port without a word, so looking whether it is free is not
enough: two systems that look at the same moment must not both find it so.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import tempfile
from pathlib import Path

from tools.dev.paths import Failure, Paths, read_json, write_private

FIRST, LAST = 20000, 29999  # below the range from which the kernel takes ports for outgoing connections


class Ports:
    """Named ports of one system, the same at each start where possible. `locks` are the held file descriptors.

    For a system that already runs (`running`) the known ports stay as they are: its supervisor holds them.
    """

    def __init__(self, paths: Paths, running: bool = False) -> None:
        self._running = running
        self._path = paths.local / "ports.json"
        self._known: dict[str, int] = read_json(self._path, {})
        self._next = FIRST + int(paths.mark, 16) % (LAST - FIRST)
        self.locks: list[int] = []
        self._held: set[int] = set()

    def take(self, name: str, preferred: int | None = None, default: int | None = None) -> int:
        """A free port for `name`, reserved until the last holder of the lock ends: the preferred one if it is free,
        else the one of the last start, else the default, else any."""
        if self._running and name in self._known:
            return self._known[name]
        for candidate in (preferred, self._known.get(name), default):
            if candidate and self._hold(candidate):
                return self._remember(name, candidate)
        for _ in range(LAST - FIRST):
            self._next = FIRST if self._next >= LAST else self._next + 1
            if self._next not in self._known.values() and self._hold(self._next):
                return self._remember(name, self._next)
        raise Failure("no free port was found.")

    def swap(self, one: str, other: str) -> None:
        """Exchange the ports of two names."""
        ports = self._known[other], self._known[one]
        for name, port in zip((one, other), ports, strict=True):
            self._remember(name, port)

    def release(self) -> None:
        """Let go of the locks; whoever inherited them keeps the ports."""
        while self.locks:
            os.close(self.locks.pop())
        self._held.clear()

    def _remember(self, name: str, port: int) -> int:
        if self._known.get(name) != port:
            self._known[name] = port
            write_private(self._path, json.dumps(self._known, indent=1))
        return port

    def _hold(self, port: int) -> bool:
        if port in self._held:
            return False
        descriptor = os.open(_lock_folder() / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        if not is_free(port):
            os.close(descriptor)
            return False
        self.locks.append(descriptor)
        self._held.add(port)
        return True


def _lock_folder() -> Path:
    """One folder a user: the kernel lets no two users share a port."""
    folder = Path(tempfile.gettempdir()) / f"commerce-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def is_free(port: int) -> bool:
    """Whether nobody listens on the port, on either loopback address."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
                probe.listen(1)
        except OSError as refused:
            if family == socket.AF_INET6 and refused.errno != errno.EADDRINUSE:  # no IPv6 here
                continue
            return False
    return True
