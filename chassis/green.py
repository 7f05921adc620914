"""Everything that Commerce asks of eventlet, in one place (docs/decisions/0001-eventlet.md says why, and how to leave).

`patch()` must run before any other import of a process, so this module imports eventlet alone.
"""

import ipaddress
import os
import socket
from collections.abc import Iterable, Iterator
from typing import TypeVar

os.environ["EVENTLET_NO_GREENDNS"] = (
    "yes"  # what asks name servers is a fifth of a start: _addresses loads it when used
)

import eventlet  # noqa: E402
from eventlet import event, tpool, wsgi  # noqa: E402
from eventlet.green import socket as green_socket  # noqa: E402

Part = TypeVar("Part")
Timeout = eventlet.Timeout
Event = event.Event
WsgiServer = wsgi.Server
spawn = eventlet.spawn

AT_ONCE = 10
BLOCKING_THREADS = 2  # each keeps the memory of the largest work it has done, a password hash 19 MiB
tpool.set_num_threads(BLOCKING_THREADS)
_blocking_slots = eventlet.semaphore.Semaphore(BLOCKING_THREADS)


def patch() -> None:
    """Make the standard library (sockets, threads, time, select) and psycopg2 cooperative. Safe to call twice."""
    green_socket.getaddrinfo = _addresses
    eventlet.monkey_patch()
    from psycopg2 import extensions

    extensions.set_wait_callback(_await_database)


def _addresses(host, *rest, **more) -> list[tuple]:
    """socket.getaddrinfo, but for a name the hosts file and the name servers are asked greenly."""
    if host is None or _is_in_numbers(host):
        return eventlet.patcher.original("socket").getaddrinfo(host, *rest, **more)
    from eventlet.support import greendns

    return greendns.getaddrinfo(host, *rest, **more)


def _is_in_numbers(host: str | bytes) -> bool:
    try:
        ipaddress.ip_address(host if isinstance(host, str) else host.decode("ascii"))
    except ValueError:
        return False
    return True


def _await_database(connection) -> None:
    """How psycopg2 waits: greenly, and for no single answer longer than its connection's `patience`, when that has
    one."""
    from psycopg2 import OperationalError, extensions

    patience = getattr(connection, "patience", None)
    while (state := connection.poll()) != extensions.POLL_OK:
        eventlet.hubs.trampoline(
            connection.fileno(),
            read=state == extensions.POLL_READ,
            write=state == extensions.POLL_WRITE,
            timeout=patience,
            timeout_exc=OperationalError(f"the database has been silent for {patience} s"),
        )


def wait_readable(descriptor: int, seconds: float) -> bool:
    """Wait until `descriptor` has something to read; False when `seconds` passed without."""
    try:
        eventlet.hubs.trampoline(descriptor, read=True, timeout=seconds, timeout_exc=TimeoutError)
    except TimeoutError:
        return False
    return True


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, by the hosts file and the name servers, asked greenly: a slow one holds up nobody else.
    Raises OSError where there is none."""
    found = _addresses(host, port, 0, socket.SOCK_STREAM)
    return list(dict.fromkeys(address[4][0] for address in found))


def give_way() -> None:
    """Let the other green threads run: for work of many small parts, between two of them."""
    eventlet.sleep(0)


def taking_turns(parts: Iterable[Part]) -> Iterator[Part]:
    """`parts` as they come; after every AT_ONCE of them the other green threads run."""
    for number, part in enumerate(parts, 1):
        yield part
        if number % AT_ONCE == 0:
            give_way()


def has_left(connection) -> bool:
    """Whether the other side of a connection has closed it; what it has sent stays to be read."""
    try:
        return connection.fd.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def has_sent(connection) -> bool:
    """Whether the other side of a connection has sent what is not read yet."""
    try:
        return connection.fd.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except OSError:
        return False


def listen(address: tuple[str, int], descriptor: int | None = None):
    """A socket that listens on `address`; with a `descriptor` the listening socket that the process was started with."""
    if descriptor is None:
        return eventlet.listen(address)
    return eventlet.greenio.GreenSocket(eventlet.patcher.original("socket").socket(fileno=descriptor))


def waiting_connections(listening) -> Iterator[tuple]:
    """(connection, address) of those that wait to be accepted now; waits for none."""
    while (waiting := eventlet.greenio.base.socket_accept(listening.fd)) is not None:
        connection, address = waiting
        yield eventlet.greenio.GreenSocket(connection), address


def report_failures(report) -> None:
    """Have `report(exc_info)` told of an error that ends a green thread; eventlet would print it."""
    hub = eventlet.hubs.get_hub()

    def of_descriptor(descriptor, exc_info) -> None:
        report(exc_info)
        hub.remove_descriptor(descriptor)

    hub.squelch_exception, hub.squelch_generic_exception = of_descriptor, report
    hub.squelch_timer_exception = lambda _timer, exc_info: report(exc_info)


def run_blocking(function, *args):
    """Run CPU-bound C code (a password hash) in one of BLOCKING_THREADS real threads, and wait for it greenly."""
    with _blocking_slots:
        return tpool.execute(function, *args)


def serve_wsgi(address: tuple[str, int], application, log) -> None:
    """Serve `application` on `address` until the process ends; used for the operations port. Its errors go to `log`."""
    wsgi.server(eventlet.listen(address), application, log=log, log_output=False, socket_timeout=10, keepalive=False)
