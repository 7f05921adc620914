"""Two hundred live pages on one process of the gateway: they cost little memory, and idle nothing is asked of anybody."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from chassis.rpc.server import SECONDS
from chassis.testing.plugin import wait_until
from tests.conftest import free_port
from tests.support.broker import as_user
from tests.support.live_page import LivePage
from tests.support.staff_session import StaffBrowser, make_staff

ROOT = Path(__file__).resolve().parents[2]
PAGES, PEOPLE = 200, 10
MOST_KB = 50 * 1024


@dataclass
class GatewayProcess:
    """A gateway in a process of its own: where it is, and its id."""

    origin: str
    pid: int

    def resident_kb(self) -> int:
        """Its resident memory."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


@pytest.fixture
def gateway(system, shared_amqp_uri, keys_dir, tmp_path):
    """A gateway on the system's broker, behind a proxy on this machine."""
    http_port, ops_port = free_port(), free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COMMERCE_")},
        "COMMERCE_AMQP_URI": as_user(shared_amqp_uri, "gateway"),
        "COMMERCE_HTTP_PORT": str(http_port),
        "COMMERCE_OPS_PORT": str(ops_port),
        "COMMERCE_DEVELOPMENT": "1",
        "COMMERCE_READ_SECONDS": "10",
        "COMMERCE_TRUSTED_PROXIES": "127.0.0.0/8",
        "COMMERCE_SIGNING_KEY_FILE": str(keys_dir / "gateway.key"),
        "COMMERCE_TRUSTED_KEYS_DIR": str(keys_dir),
        "COMMERCE_ADMIN_ORIGIN": system.origin,
        "COMMERCE_PORTAL_ORIGIN": system.portal_origin,
    }
    with (tmp_path / "gateway.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "gateway"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )

    def ready() -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{ops_port}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    try:
        wait_until(ready, "the gateway to be ready", seconds=60)
        yield GatewayProcess(f"http://127.0.0.1:{http_port}", process.pid)
    finally:
        process.terminate()
        process.wait(20)


def calls_answered() -> float:
    """How many RPCs the services of this process have answered."""
    return sum(
        sample.value for metric in SECONDS.collect() for sample in metric.samples if sample.name.endswith("_count")
    )


def sign_in(system, account: dict) -> str:
    """The Cookie header of somebody who has signed in."""
    browser = StaffBrowser(system.origin)
    browser.sign_in(account["email"])
    return "; ".join(f"{one.name}={one.value}" for one in browser.http.cookies)


def test_two_hundred_live_pages_cost_under_fifty_megabytes_and_no_query_each(system, gateway):
    host = {"Host": urlsplit(system.origin).netloc}
    client = system.new_client()
    sessions = [sign_in(system, make_staff(system, "support", name=f"Person {number}")) for number in range(PEOPLE)]

    def page(number: int) -> LivePage:
        return LivePage(gateway.origin, f"record={client['id']}", **host, Cookie=sessions[number % PEOPLE])

    warm = page(0)
    wait_until(lambda: warm.named("live"), "the first page to be live")
    warm.close()
    before = gateway.resident_kb()
    pages = [page(number) for number in range(PAGES)]
    for one in pages:
        assert one.answer.status_code == 200, one.answer.text
        wait_until(lambda one=one: one.named("live"), "a page to be live", seconds=30)
    asked = calls_answered()
    assert system.post(f"/clients/{client['id']}/notes", {"body": "For all"}).status_code == 201
    own = calls_answered() - asked
    for one in pages:
        wait_until(lambda one=one: (client["id"], "note.added") in one.changes(), "a page to be told", seconds=30)
    assert own <= 3 and calls_answered() - asked < PAGES // 10, "a page asked for itself"
    grown = gateway.resident_kb() - before
    assert grown < MOST_KB
    for one in pages:
        one.close()
