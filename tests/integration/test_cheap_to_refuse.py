"""What nobody in particular sends is cheap: few bytes are read, little of the processor's time is spent, on every route."""

import gzip
import re
import uuid

import pytest

from chassis.http import body as bodies
from chassis.http import protocol
from chassis.settings import Settings
from chassis.testing.loop_lag import LIMIT, loop_lag
from gateway.http.routing import ADMIN, BOTH, PORTAL, ROUTES, Route
from gateway.server.application import Application
from tests.support.raw_http import posted

Application(Settings(development=True))

MOST_READ = 64 * 1024
WRITES = [route for route in ROUTES if route.method != "GET"]
BOUNDARY = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
FILE = (
    b'--x\r\nContent-Disposition: form-data; name="clients"; filename="c"\r\n\r\n'
    + b"\r\n-" * 350_000
    + b"\r\n--x--\r\n"
)
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SMALL = MOST_READ - 1
BODIES = {
    "a form of many fields": (FORM, b"a&" * 500_000),
    "a small form of many fields": (FORM, (b"a&" * 40_000)[:SMALL]),
    "a small form of escapes": (FORM, (b"a=" + b"%41" * 25_000)[:SMALL]),
    "many parts": (BOUNDARY, PART * 20_000 + b"--x--\r\n"),
    "many small parts": (BOUNDARY, (PART * 2000)[:SMALL]),
    "a file": (BOUNDARY, FILE),
    "a small file": (BOUNDARY, FILE[:SMALL]),
    "deep JSON": (JSON, b"[" * 1_000_000),
    "small deep JSON": (JSON, b"[" * SMALL),
    "small JSON of many keys": (JSON, b'{"a":1,' + b'"b":1,' * 10_000 + b'"c":1}'),
    "packed": (JSON, gzip.compress(b'{"body": "x"}' * 10_000)),
    "no type": ("", b"x" * 1_000_000),
}
CREDENTIALS = {
    "nobody": {},
    "a made-up session": {"Cookie": "commerce-admin=made-up; commerce-portal=made-up"},
    "a made-up token": {"Authorization": "Bearer made-up"},
}
SENT = [(who, kind) for who in CREDENTIALS for kind in BODIES if "token" not in who or "JSON" in kind]


@pytest.fixture
def bytes_read(monkeypatch) -> list[int]:
    """How many bytes of a body each read of the server took."""
    read, paced = [], bodies.PacedBody._paced

    def counted(self, *args):
        data = paced(self, *args)
        read.append(len(data))
        return data

    monkeypatch.setattr(bodies.PacedBody, "_paced", counted)
    return read


def targets(system):
    """Every write with the origin that it answers on, once for each path."""
    for route in WRITES:
        for origin, address in ((ADMIN, system.origin), (PORTAL, system.portal_origin)):
            if route.origin in (origin, BOTH):
                yield route, address


def path_of(route: Route) -> str:
    return re.sub(r"<[^>]+>", str(uuid.uuid4()), re.sub(r"<any\((\w+)[^>]*>", r"\1", route.path))


@pytest.mark.parametrize(("who", "kind"), SENT, ids=str)
def test_what_anybody_posts_costs_little_on_every_route(system, bytes_read, monkeypatch, who, kind):
    monkeypatch.setattr(protocol, "LINGER_SECONDS", 0.01)
    mimetype, body = BODIES[kind]
    with loop_lag() as lag:
        for route, origin in targets(system):
            headers = {"Content-Type": mimetype, "Idempotency-Key": uuid.uuid4().hex, **CREDENTIALS[who]}
            bytes_read.clear()
            lag.reset()
            answer = posted(origin, path_of(route), body, headers, route.method)
            assert 300 <= answer.status < 500, (route.method, route.path, answer)
            assert sum(bytes_read) <= MOST_READ, (route.method, route.path)
            assert lag.longest <= LIMIT and lag.total <= 2 * LIMIT, (route.method, route.path, lag)
