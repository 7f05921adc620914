"""The start of a process loads what serving needs; what one command or one moment needs is loaded by then."""

import socket
import subprocess
import sys

from eventlet.support import greendns

SERVE = """
import chassis.process.runtime, gateway.server.service, services.clients.service, services.billing.service
import gc, socket, sys
with socket.create_server(("127.0.0.1", 0)) as listening:
    socket.create_connection(listening.getsockname()).close()
print(*gc.get_threshold(), *(name for name in ("alembic", "dns", "jinja2", "sqlalchemy") if name in sys.modules))
"""


def test_a_process_that_serves_loads_neither_migrations_nor_what_asks_name_servers_and_sweeps_rarely():
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", SERVE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["20000", "20", "50", "jinja2", "sqlalchemy"]


def test_the_standard_library_asks_for_a_name_greenly_and_for_an_address_nobody(monkeypatch):
    asked, green = [], greendns.getaddrinfo
    monkeypatch.setattr(
        greendns, "getaddrinfo", lambda host, *rest, **more: asked.append(host) or green(host, *rest, **more)
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        for host in ("127.0.0.1", "localhost", b"127.0.0.1"):
            assert socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM)[0][4] == ("127.0.0.1", port)
        socket.create_connection(("localhost", port)).close()
    assert asked == ["localhost", "localhost"]
