"""Open connections: a bound on all of a process and on those of one address. The one that idles longest makes room."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from chassis import green
from chassis.http.proxies import is_within

MOST = 512
EACH = 128  # of one address that is no trusted proxy


@dataclass(eq=False)
class Connection:
    """A connection; it `idles` while no whole head of a request has come."""

    socket: socket.socket
    address: str
    idles: bool = True


class Connections:
    """The open connections of a server, those that idle in the order in which they began to."""

    def __init__(self, proxies=(), *, most: int | None = None, each: int | None = None):
        self._proxies, self._most, self._each = tuple(proxies), most or MOST, each or EACH
        self._open: dict[Connection, None] = {}

    @contextmanager
    def admit(self, opened: socket.socket, address: str) -> Iterator[Connection | None]:
        """The connection, which is counted while the block lasts; None when there is no room for it."""
        connection = Connection(opened, address)
        if not self._has_room(address):
            yield None
            return
        self._open[connection] = None
        try:
            yield connection
        finally:
            self._open.pop(connection, None)

    def rest(self, connection: Connection) -> None:
        """Count `connection` as idle from now on."""
        connection.idles = True
        if connection in self._open:
            del self._open[connection]
            self._open[connection] = None

    @property
    def any_open(self) -> bool:
        """Whether any connection is open."""
        return bool(self._open)

    def end_idle(self) -> None:
        """End the connections that idle, but for those whose next request is there already."""
        for connection in [one for one in self._open if one.idles and not green.has_sent(one.socket)]:
            self._end_one([connection])

    def _has_room(self, address: str) -> bool:
        """Whether there is room for one more of `address`, made by ending one that idles if need be: the address' own,
        when it has as many as one may have."""
        own = [connection for connection in self._open if connection.address == address]
        if len(own) >= self._each and not is_within(address, self._proxies):
            return self._end_one(own)
        return len(self._open) < self._most or self._end_one(list(self._open))

    def _end_one(self, among: list[Connection]) -> bool:
        for connection in among:
            if connection.idles:
                del self._open[connection]
                with suppress(OSError):
                    connection.socket.shutdown(socket.SHUT_RDWR)
                return True
        return False
