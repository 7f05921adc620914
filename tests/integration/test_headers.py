"""The headers of all answers, over all routes and errors; what the gateway's port does not show; whom it believes about who
asks."""

import re
import socket
import uuid
from http.cookies import SimpleCookie
from ipaddress import ip_network
from urllib.parse import urlsplit

import pytest
import requests
from nameko.containers import ServiceContainer

from chassis.process.runtime import container_config
from chassis.settings import Settings
from chassis.testing.plugin import wait_until
from gateway.http.routing import PORTAL, ROUTES
from gateway.server.application import Application
from gateway.server.service import Gateway
from gateway.ui import assets
from tests.conftest import STAFF_EMAIL, STAFF_PASSWORD, free_port
from tests.support.broker import as_user

Application(Settings(development=True))  # so that every route is known

HOSTS = {"admin": "admin.example.com", "portal": "my.example.com"}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
# A form may lead from one origin to the other, by Login as Client; nowhere else.
FORMS = {"admin.example.com": "'self' https://my.example.com", "my.example.com": "'self' https://admin.example.com"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Cache-Control": "no-store",
}
HIDDEN = [
    "/metrics",
    "/readyz",
    "/healthz",
    "/ready",
    "/debug",
    "/debug/pprof",
    "/.git",
    "/.git/config",
    "/.env",
    "/server-status",
    "/static/../../gateway/server/service.py",
    "/static/x/..%2f..%2fservice.py",
    "/admin/.git/config",
    "/console",
    "/actuator",
]
FORWARDED = {"X-Forwarded-For": "203.0.113.77", "X-Forwarded-Proto": "https"}


class Front:
    """A gateway as it is set up on a server: https origins, no development, behind a proxy that this test stands
    for."""

    def __init__(self, port: int, token: str):
        self._port, self._token = port, token

    def send(
        self, method: str, path: str, *, origin: str = "admin", signed: bool = False, **options
    ) -> requests.Response:
        """A request that came to the proxy on one of the two origins; `signed` by the first staff member's token."""
        headers = {"Host": HOSTS[origin], **FORWARDED, **options.pop("headers", {})}
        if signed:
            headers["Authorization"] = f"Bearer {self._token}"
        return requests.request(
            method,
            f"http://127.0.0.1:{self._port}{path}",
            headers=headers,
            timeout=30,
            allow_redirects=False,
            **options,
        )

    def until(self, status: int, *request_line, **options) -> requests.Response:
        """The answer with `status`, asked for again while a busy machine does not get to it."""

        def good():
            answer = self.send(*request_line, **options)
            assert answer.status_code in (status, 503, 504), answer.text
            return [answer] if answer.status_code == status else None  # the answer itself is false when it is a refusal

        return wait_until(good, f"{' '.join(request_line)} to answer {status}", seconds=20)[0]

    def raw(self, text: bytes) -> bytes:
        """What the server says to these very bytes."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=15) as link:
            link.sendall(text)
            link.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: link.recv(65536), b""))


@pytest.fixture(scope="module")
def front(system, shared_amqp_uri, keys_dir):
    port = free_port()
    container = ServiceContainer(
        Gateway,
        container_config(
            Settings(
                amqp_uri=as_user(shared_amqp_uri, "gateway"),
                http_port=port,
                signing_key_file=keys_dir / "gateway.key",
                trusted_keys_dir=keys_dir,
                trusted_proxies=(ip_network("127.0.0.1"),),
                admin_origin=f"https://{HOSTS['admin']}",
                portal_origin=f"https://{HOSTS['portal']}",
            )
        ),
    )
    container.start()
    yield Front(port, system.token)
    container.stop()


def bare(answer: requests.Response) -> dict:
    """The headers that an answer lacks, and those that reveal what made it."""
    missing = {name: answer.headers.get(name) for name, value in HEADERS.items() if answer.headers.get(name) != value}
    policy = set(answer.headers.get("Content-Security-Policy", "").split("; "))
    if policy != POLICY | {"form-action " + FORMS.get(answer.request.headers["Host"], "'self'")}:
        missing["Content-Security-Policy"] = sorted(policy)
    leaked = {
        name: value
        for name, value in answer.headers.items()
        if name in ("Server", "X-Powered-By", "Via", "Access-Control-Allow-Origin")
    }
    return {**missing, **leaked, **({"X-Request-Id": None} if "X-Request-Id" not in answer.headers else {})}


def addresses():
    """(method, path, origin) of each route, its places filled with what is nobody's."""
    for route in ROUTES:
        if not route.path.startswith("/static/"):
            path = re.sub(r"<[^>]+>", str(uuid.UUID(int=7)), route.path)
            yield route.method, path, "portal" if route.origin == PORTAL else "admin"


@pytest.mark.parametrize("signed", [False, True], ids=["anonymous", "signed in"])
def test_the_answer_of_each_route_has_all_security_headers(front, signed):
    routes = [one for one in addresses() if one[0] == "GET" or not signed]
    assert len(routes) > 60
    lacking = {
        f"{method} {path}": found
        for method, path, origin in routes
        if (found := bare(front.send(method, path, origin=origin, signed=signed and origin == "admin")))
    }
    assert lacking == {}


def test_errors_have_the_security_headers_too(front):
    answers = {
        404: front.send("GET", "/nothing/here"),
        405: front.send("PUT", "/admin/login"),
        403: front.send("POST", "/admin/login"),
        401: front.send("GET", "/api/v1/clients"),
        303: front.send("GET", "/admin/clients"),
        413: front.send("POST", "/admin/login", data={"email": "x" * 300 * 1024}),
        400: front.until(
            400, "POST", "/api/v1/clients", signed=True, data="{", headers={"Content-Type": "application/json"}
        ),
        422: front.until(422, "GET", "/api/v1/clients?sort=password", signed=True),
    }
    assert {wanted: answer.status_code for wanted, answer in answers.items() if answer.status_code != wanted} == {}
    assert {status: found for status, answer in answers.items() if (found := bare(answer))} == {}
    assert bare(front.send("GET", "/", headers={"Host": "elsewhere.example.com"})) == {}


def test_what_is_refused_before_it_is_read_has_what_a_browser_needs(front):
    head = front.raw(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").decode()
    assert head.startswith("HTTP/1.1 400 ")
    for line in (
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        "Referrer-Policy: same-origin",
        "Cross-Origin-Opener-Policy: same-origin",
        "Cross-Origin-Resource-Policy: same-origin",
    ):
        assert f"{line}\r\n" in head
    assert all(directive in head for directive in POLICY) and "Server:" not in head


def test_a_static_file_has_the_security_headers_and_is_kept_for_ever_under_its_version_alone(front):
    for origin in HOSTS:
        now = front.send("GET", assets.url("commerce.css"), origin=origin)
        assert now.status_code == 200
        assert bare(now) == {"Cache-Control": now.headers["Cache-Control"]}
        assert "immutable" in now.headers["Cache-Control"] and "max-age=31536000" in now.headers["Cache-Control"]
    old = front.send("GET", "/static/000000000000/commerce.css")
    assert "immutable" not in old.headers["Cache-Control"]
    assert bare(front.send("GET", "/static/000000000000/nothing.css")) == {}


def test_a_stream_asks_the_proxy_to_pass_it_on_as_it_comes_and_a_page_does_not(front):
    assert (
        front.until(200, "GET", "/admin/activity/export?format=jsonl", signed=True).headers["X-Accel-Buffering"] == "no"
    )
    assert "X-Accel-Buffering" not in front.send("GET", "/admin/login").headers


def test_operations_are_tried_from_their_page_in_development_alone(system, front):
    page = "/api/docs/http/notes"
    assert "data-try" in system.request("GET", page).text
    read = front.until(200, "GET", page, signed=True).text
    assert "POST /api/v1/clients/{client_id}/notes" in read
    assert not any(part in read for part in ("data-try", "data-token", "try.js", "Try it"))


def test_in_development_over_plain_http_no_answer_insists_on_tls(system):
    assert "Strict-Transport-Security" not in requests.get(f"{system.origin}/admin/login", timeout=30).headers


def cookies(answer: requests.Response) -> list:
    """Each Set-Cookie of an answer."""
    made = []
    for line in answer.raw.headers.getlist("Set-Cookie"):
        made += SimpleCookie(line).values()
    return made


def signed_in(front) -> tuple[requests.Response, requests.Response]:
    """The answers with the form, and to a good sign-in through it."""
    form = front.send("GET", "/admin/login")
    secret = "; ".join(f"{one.key}={one.value}" for one in cookies(form))
    token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', form.text)[1]
    given = {"email": STAFF_EMAIL, "password": STAFF_PASSWORD, "csrf_token": token}
    return form, front.until(
        303, "POST", "/admin/login", data=given, headers={"Cookie": secret, "Origin": f"https://{HOSTS['admin']}"}
    )


def test_each_cookie_is_bound_to_its_host_and_out_of_scripts_reach(front):
    form, answer = signed_in(front)
    session = "; ".join(f"{one.key}={one.value}" for one in cookies(answer) if one.value)
    profile = front.until(200, "GET", "/admin/profile", headers={"Cookie": session})
    token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', profile.text)[1]
    out = front.until(303, "POST", "/admin/logout", data={"csrf_token": token}, headers={"Cookie": session})
    portal = front.send("GET", "/client/login", origin="portal")
    assert cookies(form) and cookies(answer) and cookies(out) and cookies(portal)
    for one in [*cookies(form), *cookies(answer), *cookies(out)]:
        assert one.key.startswith("__Host-"), one
        assert (one["secure"], one["httponly"], one["path"], one["domain"], one["samesite"]) == (
            True,
            True,
            "/",
            "",
            "Strict",
        )
    for one in cookies(portal):
        assert (
            one.key.startswith("__Host-") and one["secure"] and one["httponly"] and one["samesite"] in ("Lax", "Strict")
        )
        assert (one["path"], one["domain"]) == ("/", "")
    gone = [one for one in cookies(out) if one.value == ""]
    assert any(one["max-age"] == "0" for one in gone)
    front.until(303, "GET", "/admin/profile", headers={"Cookie": session})


@pytest.mark.parametrize("path", ["/api/v1/clients", "/admin/login", "/api/v1/nothing"])
def test_another_origin_is_given_nothing(front, path):
    headers = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    for method in ("OPTIONS", "GET"):
        answer = front.send(method, path, headers=headers, signed=path.startswith("/api"))
        assert [name for name in answer.headers if name.lower().startswith("access-control-")] == []


@pytest.mark.parametrize("origin", HOSTS)
def test_what_is_for_operators_or_nobody_is_not_on_the_public_port(front, origin):
    for path in HIDDEN:
        for signed in (False, True):
            assert front.send("GET", path, origin=origin, signed=signed).status_code == 404, path
    assert front.send("GET", "/api/v1/openapi.json", origin=origin).status_code in (401, 404)


@pytest.mark.parametrize("path", ["/admin/login", "/api/v1/clients", "/", "/nothing"])
def test_trace_echoes_nothing(front, path):
    answer = front.send("TRACE", path, headers={"X-Secret": "canary-5151"})
    assert answer.status_code in (404, 405)
    assert "canary-5151" not in answer.text
    assert bare(answer) == {}


def logged_ip(system, client: dict) -> str:
    """The address that the log names for the making of a client."""

    def entry():
        entries = system.get(f"/clients/{client['id']}/activity").json().get("data", [])
        return [one for one in entries if one["type"] == "client.created.v1"]

    return wait_until(entry, "the log to know the client")[0]["ip"]


def new_client(system, origin: str, **headers) -> dict:
    """A client made at `origin`; the same key makes asking again safe on a busy machine."""
    body = {"first_name": "Ada", "last_name": "Lovelace", "email": f"{uuid.uuid4().hex}@example.com", "currency": "EUR"}
    headers |= {"Authorization": f"Bearer {system.token}", "Idempotency-Key": uuid.uuid4().hex}

    def made():
        answer = requests.post(f"{origin}/api/v1/clients", json=body, headers=headers, timeout=30)
        return answer.json() if answer.status_code == 201 else None

    return wait_until(made, "the client to be made", seconds=20)


def test_the_log_names_who_came_to_the_proxy_and_else_who_connected(system, front):
    port = urlsplit(system.origin).port
    through = new_client(system, f"http://127.0.0.1:{front._port}", **FORWARDED, Host=HOSTS["admin"])
    direct = new_client(system, f"http://127.0.0.1:{port}", **FORWARDED)
    assert logged_ip(system, through) == "203.0.113.77"
    assert logged_ip(system, direct) == "127.0.0.1"


def test_the_host_is_what_the_proxy_says_and_of_nobody_else(system, front):
    inside = {"Host": "gateway:8000", "X-Forwarded-Host": HOSTS["admin"]}
    assert front.send("GET", "/admin/login", headers=inside).status_code == 200
    assert front.send("GET", "/admin/login", headers={"Host": "gateway:8000"}).status_code == 404
    elsewhere = urlsplit(system.portal_origin).netloc
    for path, status in (("/admin/login", 200), ("/client/login", 404)):
        answer = requests.get(system.origin + path, headers={"X-Forwarded-Host": elsewhere}, timeout=30)
        assert answer.status_code == status
