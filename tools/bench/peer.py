"""The peer: a tuned Django admin on the same rows, installed and started here, and asked for the same pages."""

import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import psycopg2

from tools.bench.pages import RECORD, ROWS

HERE = Path(__file__).parent
PROJECT, VENV = HERE / "django_admin", Path(".local/django").absolute()
LIST = "/admin/django_admin/client/"
COLUMNS = {"name": "1", "joined": "7", "last_login": "8"}  # by their place in the admin's list
USER = "bench"
WORKERS, THREADS = 2, 4
# Django's own users and types; it calls its own migrations, so nothing is made in the tables of Commerce.
MAKE_USER = """
import os, django; django.setup()
from django.contrib.auth.models import User
User.objects.create_superuser(os.environ['DJANGO_USER'], '', os.environ['DJANGO_PASSWORD'])"""


class Peer:
    """The running admin with a kept connection that is signed in; `pids` are its processes."""

    def __init__(self, port: int, password: str, process: subprocess.Popen):
        self._process = process
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        _, page = self._ask("GET", "/admin/login/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1).decode()
        form = {"username": USER, "password": password, "csrfmiddlewaretoken": token, "next": LIST}
        status, _ = self._ask("POST", "/admin/login/", urlencode(form))
        if status != 302:
            raise SystemExit(f"Django's admin did not let us in: {status}")

    def get(self, path: str) -> tuple[float, bytes]:
        """The seconds until the last byte, and the body."""
        begun = time.perf_counter()
        status, body = self._ask("GET", path)
        taken = time.perf_counter() - begun
        if status != 200:
            raise SystemExit(f"Django's {path} answered {status}")
        return taken, body

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read()

    @property
    def pids(self) -> list[int]:
        """Of the server and its workers."""
        own = self._process.pid
        return [own, *map(int, Path(f"/proc/{own}/task/{own}/children").read_text().split())]


def path_of(name: str, path: str, clients: int) -> str | None:
    """The admin's address for a page of ours among so many `clients`; None where it has no such page."""
    if name == RECORD:
        return f"{LIST}{path.split('/')[3]}/change/"
    query = dict(parse_qsl(urlsplit(path).query))
    sort = query.get("sort", "name")
    if not path.startswith("/admin/clients?") or "tag" in query or sort.lstrip("-") not in COLUMNS:
        return None
    wanted = {"o": ("-" if sort.startswith("-") else "") + COLUMNS[sort.lstrip("-")]}
    for ours, theirs in (("q", "q"), ("status", "status__exact"), ("group", "group__id__exact")):
        wanted |= {theirs: query[ours]} if ours in query else {}
    if "after" in query:
        wanted["p"] = max(1, clients // ROWS // (2 if name.endswith("middle") else 1) - 1)
    return f"{LIST}?{urlencode(wanted)}"


@contextmanager
def running_peer() -> Iterator[Peer]:
    """Django's admin, for as long as the block lasts."""
    _install()
    password = secrets.token_urlsafe(12)
    env = os.environ | {
        "PYTHONPATH": str(HERE),
        "DJANGO_SETTINGS_MODULE": "django_admin.settings",
        "DJANGO_SECRET": secrets.token_hex(32),
        "DJANGO_USER": USER,
        "DJANGO_PASSWORD": password,
    }
    _schema("DROP SCHEMA IF EXISTS django_admin CASCADE; CREATE SCHEMA django_admin")
    _run(env, "-m", "django", "migrate", "--verbosity", "0")
    _run(env, "-c", MAKE_USER)
    port = _free_port()
    argv = [VENV / "bin/gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--threads", str(THREADS)]
    process = subprocess.Popen([*argv, "--keep-alive", "60", "--log-level", "error", "django_admin.wsgi"], env=env)
    try:
        _await(port)
        yield Peer(port, password, process)
    finally:
        process.terminate()
        process.wait()
        _schema("DROP SCHEMA django_admin CASCADE")


def _install() -> None:
    lock = PROJECT / "requirements.lock"
    stamp = VENV / "requirements.lock"
    if stamp.exists() and stamp.read_text() == lock.read_text():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    pip = [VENV / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
    stamp.write_text(lock.read_text())


def _run(env: dict[str, str], *arguments: str) -> None:
    done = subprocess.run([VENV / "bin/python", *arguments], env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"Django could not be set up:\n{done.stderr[-2000:]}")


def _schema(statement: str) -> None:
    with closing(psycopg2.connect(os.environ["CLIENTS_OWNER_DATABASE_URL"])) as connection:
        connection.autocommit = True
        connection.cursor().execute(statement)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _await(port: int) -> None:
    for _ in range(300):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("Django's admin does not answer")
