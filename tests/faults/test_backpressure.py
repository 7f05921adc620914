"""More than can be done: the broker takes nothing, a service hangs under load. Nothing grows, no answer is false."""

import secrets
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest
import requests
from kombu import Connection, Queue

from chassis.events import relay
from chassis.testing.plugin import wait_until
from tests.support.browser.system import run
from tests.support.memory_alarm import memory_alarm
from tools.ops import reconcile

pytestmark = pytest.mark.faults

SOON = 6.0  # three seconds are promised; a machine that is shared gets some more
MOST_GROWTH_KB = 30_000


def post(system, key: str, email: str) -> requests.Response:
    """Ask for a new client under a key."""
    body = {"first_name": "Ada", "last_name": "Pressed", "email": email, "currency": "EUR"}
    headers = {"Authorization": f"Bearer {system.token}", "Idempotency-Key": key}
    return requests.post(f"{system.origin}/api/v1/clients", json=body, headers=headers, timeout=30)


def test_a_broker_that_takes_nothing_is_reported_soon_and_nothing_is_lost_by_it(system, engines):
    commands = [(secrets.token_hex(16), f"{uuid.uuid4().hex}@example.com") for _ in range(4)]
    with system.processes["audit"].gone():
        system.new_client()
        with memory_alarm():
            answers = [post(system, *command) for command in commands]
            page = requests.get(
                f"{system.origin}/admin/clients", headers={"Authorization": f"Bearer {system.token}"}, timeout=30
            )
        # Of the first nobody may know: it can be sent before the broker says that it reads nothing.
        assert answers[0].json()["code"] in ("outcome-unknown", "unavailable")
        assert [(answer.status_code, answer.json()["code"]) for answer in answers[1:]] == [(503, "unavailable")] * 3
        assert all(answer.headers["Retry-After"] for answer in answers[1:])
        assert all(answer.elapsed.total_seconds() < SOON for answer in answers)
        assert page.status_code == 503 and "Retry" in page.text
    for command in commands:
        wait_until(
            lambda command=command: post(system, *command).status_code == 201, "the command to be done", seconds=30
        )
    assert [len(system.rows("/clients", q=email)) for _, email in commands] == [1, 1, 1, 1]
    wait_until(
        lambda: not list(reconcile.findings(engines, settled="0 seconds")),
        "the log to have all",
        seconds=60,
        interval=1,
    )


def test_what_the_relay_sent_before_the_broker_stopped_reading_is_waited_for_and_not_sent_again(amqp_uri, monkeypatch):
    monkeypatch.setattr(relay, "CONFIRM_SECONDS", 0.5)
    with Connection(amqp_uri) as connection:
        queue = Queue("listener", relay.events_exchange("sample"), routing_key="#")(connection.default_channel)
        queue.declare()
        publisher = relay.ConfirmingPublisher(amqp_uri, "sample")
        publisher.publish([message(0)])
        with memory_alarm():
            sending = threading.Thread(target=lambda: publisher.publish([message(1)]) or done.set())
            done, begun = threading.Event(), time.monotonic()
            sending.start()
            wait_until(lambda: time.monotonic() > begun + 6 * relay.CONFIRM_SECONDS, "six times its patience to pass")
            assert sending.is_alive() and not done.is_set()
        sending.join(30)
        assert done.is_set()
        assert [queue.get(no_ack=True).properties["message_id"] for _ in range(2)] == ["event-0", "event-1"]
        assert queue.get() is None
    publisher.close()


def message(number: int) -> dict:
    """An event as it leaves."""
    return {"id": f"event-{number}", "type": "sample.counted.v1"}


def resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


class Flood:
    """One principal asks for what billing has from sixty threads at once, again and again, until the block ends."""

    def __init__(self, system):
        self._address, self._headers = (
            f"{system.origin}/api/v1/products?limit=1",
            {"Authorization": f"Bearer {system.token}"},
        )
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(60)]
        self.statuses: Counter[int] = Counter()
        self.without_time_to_come_back = 0

    def _run(self) -> None:
        while not self._ended.is_set():
            answer = requests.get(self._address, headers=self._headers, timeout=60)
            self.statuses[answer.status_code] += 1
            self.without_time_to_come_back += answer.status_code != 200 and "Retry-After" not in answer.headers

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc_info):
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def answered(self, number: int) -> bool:
        """Whether so many were answered."""
        return self.statuses.total() >= number


def test_who_asks_too_much_while_a_service_hangs_neither_fills_the_gateway_nor_keeps_others_out(system):
    environment = {"COMMERCE_DATABASE_URL": system.databases["clients"].app_url, "COMMERCE_DEVELOPMENT": "1"}
    email = f"{uuid.uuid4().hex}@example.com"
    run("services.clients", "staff", "--email", email, "--name", "Other", given="battery staple horse\n", **environment)
    other = {"Authorization": f"Bearer {run('services.clients', 'token', email, **environment).strip()}"}
    pid = system.processes["gateway"].pid
    with system.without("billing"), Flood(system) as flood:
        wait_until(lambda: flood.answered(120), "the flood to be under way", seconds=60)
        before = resident_kb(pid)
        wait_until(
            lambda: requests.get(f"{system.origin}/api/v1/me", headers=other, timeout=30).status_code == 200,
            "somebody else to be answered",
            seconds=60,
        )
        wait_until(lambda: flood.answered(600), "the flood to go on", seconds=120)
        grown = resident_kb(pid) - before
    assert set(flood.statuses) <= {200, 429, 503} and flood.statuses[429]
    assert flood.without_time_to_come_back == 0
    assert grown < MOST_GROWTH_KB
    wait_until(lambda: system.get("/products").status_code == 200, "what billing has to come again", seconds=20)
    wait_until(lambda: system.get("/clients").json()["totals_as_of"] is None, "all to be as before", seconds=20)
