"""Readiness probes: one question for each kind of server, asked over its own protocol."""

from __future__ import annotations

import socket
import struct
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from tools.dev.paths import Failure

AMQP_HEADER = b"AMQP\x00\x00\x09\x01"
# Loopback never goes through a proxy, whatever the environment says.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ready(probe: str) -> bool:
    """Ask a probe: `http://…` answers 200, `amqp:PORT`, `postgres:PORT`, `tcp:PORT`."""
    kind, _, rest = probe.partition(":")
    try:
        if kind == "http":
            with _DIRECT.open(probe, timeout=2) as answer:
                return answer.status == 200
        return {"amqp": _amqp, "postgres": _postgres, "tcp": _tcp}[kind](int(rest))
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _exchange(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=2) as link:
        link.sendall(request)
        return link.recv(8)


def _tcp(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        return True


def _amqp(port: int) -> bool:
    """A broker that is up answers the protocol header with a method frame (Connection.Start)."""
    return _exchange(port, AMQP_HEADER)[:1] == b"\x01"


def _postgres(port: int) -> bool:
    """A server that is up asks for a password; one that still recovers answers an error."""
    fields = b"user\0postgres\0database\0postgres\0\0"
    return _exchange(port, struct.pack("!ii", 8 + len(fields), 196608) + fields)[:1] == b"R"


def wait_for(described: str, check: Callable[[], bool], seconds: float) -> float:
    """Wait until `check()` holds; answers the seconds it took, fails with what was waited for."""
    begun = time.monotonic()
    while not check():
        if time.monotonic() - begun > seconds:
            raise Failure(f"{described} was not ready after {seconds:.0f} s.")
        time.sleep(0.05)
    return time.monotonic() - begun
