"""A whole system for the browser: five services and the gateway as processes, on databases and a virtual host of their
own.

This process stays unpatched, as Playwright needs it: nothing of the application is imported here. Everything is spoken
to from outside, by SQL, by the commands of the services, by HTTP and by signals.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import requests

from chassis.rate_limits import LIMITS
from deploy.services import SERVICES
from tests.support.broker import as_user
from tests.support.browser.databases import Database, VirtualHost

CHECKOUT = Path(__file__).resolve().parents[3]
STAFF_EMAIL, STAFF_NAME, STAFF_PASSWORD = "ada.admin@example.com", "Ada Admin", "correct horse battery staple"
DEMO = ("--clients", "120", "--seed", "7")


def wait_until(condition: Callable, describe: str, *, seconds: float = 20.0):
    """The first truthy value of `condition()`; fails naming what was waited for when `seconds` pass without one."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds:g} s in vain for: {describe}", pytrace=False)
        time.sleep(0.05)
    return value


class Process:
    """One process of the system: `python -m <module>` with `environment`, watched by its operations port."""

    def __init__(self, module: str, environment: dict[str, str], ops_port: int, log: Path):
        self.module, self.environment, self._port, self._log = module, environment, ops_port, log
        self._child: subprocess.Popen | None = None
        self.inherits: tuple[int, ...] = ()  # descriptors that its next start passes on

    def start(self) -> None:
        """Start it; `await_ready` says when it serves."""
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", self.module],
                cwd=CHECKOUT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.inherits,
            )

    def await_ready(self) -> None:
        """Wait until its /readyz says yes."""
        wait_until(
            lambda: self._answers("readyz"), f"{self.module} to be ready; its log ends:\n{self._tail()}", seconds=150
        )

    def await_alive(self) -> None:
        """Wait until its /healthz answers: it runs, and may wait for others."""
        wait_until(
            lambda: self._answers("healthz"), f"{self.module} to live; its log ends:\n{self._tail()}", seconds=60
        )

    def _answers(self, question: str) -> bool:
        if self._child.poll() is not None:
            pytest.fail(f"{self.module} ended by itself:\n{self._tail()}", pytrace=False)
        try:
            return requests.get(f"http://127.0.0.1:{self._port}/{question}", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def _tail(self) -> str:
        return self._log.read_text(errors="replace")[-2000:] if self._log.exists() else ""

    def terminate(self) -> None:
        """Ask it to end, without waiting."""
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGCONT)
            self._child.terminate()

    def await_end(self) -> None:
        """Wait until it has ended; what drains too long is killed."""
        if self._child is None:
            return
        try:
            self._child.wait(15)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(5)

    def log(self) -> str:
        """What it has logged."""
        return self._log.read_text(errors="replace")

    def metrics(self) -> str:
        """What its /metrics says."""
        return requests.get(f"http://127.0.0.1:{self._port}/metrics", timeout=10).text

    def twin(self) -> "Process":
        """Another process of the same kind, not started, with an operations port and a log of its own."""
        port = free_port()
        environment = {**self.environment, "COMMERCE_OPS_PORT": str(port)}
        return Process(self.module, environment, port, self._log.with_name(f"{self._log.stem}-twin.log"))

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    @contextmanager
    def halted(self) -> Iterator[None]:
        """It answers nothing inside the block, as if its machine hung; afterwards it goes on."""
        self._child.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._child.send_signal(signal.SIGCONT)
            self.await_ready()

    @contextmanager
    def gone(self) -> Iterator[None]:
        """It has ended inside the block; afterwards it runs again."""
        self.terminate()
        self.await_end()
        try:
            yield
        finally:
            self.start()
            self.await_ready()


# One token and one address stand for everybody here, and one client for many.
UNLIMITED = " ".join(f"{name}=1000000000" for name in LIMITS)


class System:
    """The running system: where it is, its processes by name, and its API as the first staff member. Its gateway waits
    `read_seconds` for what it reads."""

    def __init__(self, folder: Path, demo: tuple[str, ...] = DEMO, *, read_seconds: float = 1.0):
        self.folder, self._demo, self._read_seconds = folder, demo, read_seconds
        port = free_port()
        self.origin, self.portal_origin = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
        self.databases = {name: Database(name) for name in SERVICES}
        self.broker = VirtualHost()
        self.processes = {name: self._process(name, port) for name in (*SERVICES, "gateway")}
        self.token = ""

    def _process(self, name: str, http_port: int) -> Process:
        ops_port = free_port()
        environment = {
            "COMMERCE_AMQP_URI": as_user(self.broker.uri, name),
            "COMMERCE_OPS_PORT": str(ops_port),
            "COMMERCE_DEVELOPMENT": "1",
            "COMMERCE_RATE_LIMITS": UNLIMITED,
            "COMMERCE_SIGNING_KEY_FILE": str(self.folder / f"{name}.key"),
            "COMMERCE_TRUSTED_KEYS_DIR": str(self.folder),
            "COMMERCE_ADMIN_ORIGIN": self.origin,
            "COMMERCE_PORTAL_ORIGIN": self.portal_origin,
        }
        if name == "clients":
            (self.folder / "mail").mkdir()
            environment["COMMERCE_MAIL_DIR"] = str(self.folder / "mail")
        if name in ("clients", "webhooks"):
            environment["COMMERCE_ENCRYPTION_KEYS_FILE"] = str(self.folder / "encryption.keys")
        if name == "webhooks":
            environment["COMMERCE_WEBHOOK_LOOPBACK"] = "1"
        if name == "audit":
            environment["COMMERCE_CHECKPOINTS_FILE"] = str(self.folder / "checkpoints.jsonl")
        if name == "gateway":
            environment["COMMERCE_HTTP_PORT"] = str(http_port)
            environment["COMMERCE_READ_SECONDS"] = str(self._read_seconds)
        else:
            environment["COMMERCE_DATABASE_URL"] = self.databases[name].app_url
        module = "gateway" if name == "gateway" else f"services.{name}"
        return Process(module, bare_environment() | environment, ops_port, self.folder / f"{name}.log")

    def up(self) -> None:
        """Make everything, load the demo data, start every process and wait until the API answers."""
        run("chassis.signing_keys", "keygen", str(self.folder), "gateway", *SERVICES)
        run("chassis.db.encryption", "make", str(self.folder / "encryption.keys"))
        self.broker.create()
        with ThreadPoolExecutor(len(SERVICES)) as pool:
            list(pool.map(self._prepare, SERVICES))
        clients = {"COMMERCE_DATABASE_URL": self.databases["clients"].app_url, "COMMERCE_DEVELOPMENT": "1"}
        run(
            "services.clients",
            "staff",
            "--email",
            STAFF_EMAIL,
            "--name",
            STAFF_NAME,
            given=f"{STAFF_PASSWORD}\n",
            **clients,
        )
        self.token = run("services.clients", "token", **clients).strip()
        run("tools.seed", *self._demo, **self._tool_environment())
        for process in self.processes.values():
            process.start()
        for process in self.processes.values():
            process.await_ready()
        wait_until(lambda: self.get("/me").status_code == 200, "the API to answer")

    def _prepare(self, service: str) -> None:
        database = self.databases[service]
        database.create()
        run(
            f"services.{service}",
            "migrate",
            COMMERCE_OWNER_DATABASE_URL=database.owner_url,
            COMMERCE_DATABASE_URL=database.app_url,
        )

    def _tool_environment(self) -> dict[str, str]:
        given = {
            "COMMERCE_AMQP_URI": self.broker.uri,
            "COMMERCE_ADMIN_ORIGIN": self.origin,
            "COMMERCE_PORTAL_ORIGIN": self.portal_origin,
            "COMMERCE_TRUSTED_KEYS_DIR": str(self.folder),
        }
        for name, database in self.databases.items():
            given[f"{name.upper()}_DATABASE_URL"] = database.app_url
            given[f"{name.upper()}_OWNER_DATABASE_URL"] = database.owner_url
        return given

    def down(self) -> None:
        """End every process by its pid, then remove the databases and the virtual host."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.await_end()
        with ThreadPoolExecutor(len(SERVICES)) as pool:
            list(pool.map(Database.drop, self.databases.values()))
        self.broker.delete()

    @contextmanager
    def without(self, service: str, *, gone: bool = False) -> Iterator[None]:
        """The service hangs inside the block, or is `gone`; afterwards it answers again."""
        process = self.processes[service]
        with process.gone() if gone else process.halted():
            yield
        wait_until(self._is_whole, f"{service} to answer again")

    def _is_whole(self) -> bool:
        """Whether the list comes with nothing missing and nothing old."""
        answer = self.get("/clients").json()
        return answer.get("unavailable") == [] and answer["totals_as_of"] is None

    def mailed_link(self, recipient: str, subject: str, but: str = "") -> str:
        """The link in the newest mail to somebody with this subject; waits for one that is not `but`, which came
        before."""

        def found() -> str:
            messages = (
                message_from_bytes(file.read_bytes(), policy=policy.default)
                for file in sorted((self.folder / "mail").glob("*.eml"), reverse=True)
            )
            text = next(
                (one.get_content() for one in messages if (one["To"], one["Subject"]) == (recipient, subject)), ""
            )
            link = next((line for line in text.splitlines() if line.startswith(f"{self.portal_origin}/client/")), "")
            return link if link != but else ""

        return wait_until(found, f"a mail “{subject}” to {recipient}")

    def get(self, path: str, **query) -> requests.Response:
        """GET below /api/v1."""
        return requests.get(f"{self.origin}/api/v1{path}", params=query, headers=self._headers(), timeout=30)

    def rows(self, path: str, **query) -> list[dict]:
        """The rows of a list of the API."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def new_client(self, **given) -> dict:
        """A client made through the API, with an email of its own; its record."""
        body = {
            "first_name": "Grace",
            "last_name": "Hopper",
            "email": f"{uuid.uuid4().hex[:12]}@example.com",
            "currency": "EUR",
            **given,
        }
        return self.post("/clients", body)

    def post(self, path: str, body: dict) -> dict:
        """What the API answers to a good POST, under a key of its own."""
        return self._write("POST", path, 200, 201, json=body)

    def patch(self, path: str, body: dict) -> dict:
        """What it answers to a good PATCH."""
        return self._write("PATCH", path, 200, json=body)

    def delete(self, path: str) -> dict:
        """What it answers to a good DELETE."""
        return self._write("DELETE", path, 200)

    def upload(self, path: str, files: dict) -> dict:
        """What it answers to files, {field: (name, content, type)}."""
        return self._write("POST", path, 202, files=files)

    def _write(self, method: str, path: str, *good: int, **body) -> dict:
        headers = {**self._headers(), "Idempotency-Key": secrets.token_hex(16)}
        answer = requests.request(method, f"{self.origin}/api/v1{path}", headers=headers, timeout=30, **body)
        assert answer.status_code in good, answer.text
        return answer.json()

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bare_environment() -> dict[str, str]:
    """This process' environment without any setting of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COMMERCE_")}


def run(module: str, *arguments: str, given: str = "", **settings: str) -> str:
    """What `python -m module arguments` prints; a failure ends the test run with its output."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module, *arguments],
        cwd=CHECKOUT,
        input=given,
        text=True,
        env=bare_environment() | settings,
        capture_output=True,
        timeout=180,
    )
    if done.returncode:
        pytest.fail(f"{module} {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}", pytrace=False)
    return done.stdout
