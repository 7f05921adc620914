"""A steady load on a running system, to be gone on with while something is done to it."""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from chassis import green
from chassis.testing.plugin import wait_until

SECONDS = 60  # more than any start takes on a busy machine
REQUESTS = 10  # that come before something is done, and after it


class Load:
    """Readers and writers, each with one request at a time; `answers` are those that came, `broken` what came of others."""

    def __init__(self, system, kinds):
        self._system, self._going_on = system, True
        self.answers: list[requests.Response] = []
        self.broken: list[str] = []
        self._client = system.new_client()["id"]
        self._threads = [green.spawn(self._ask, kind) for kind in kinds]

    def _ask(self, kind: str) -> None:
        with requests.Session() as kept:
            while self._going_on:
                ask = kept.request if kind == "kept alive" else requests.request
                try:
                    self.answers.append(ask(timeout=SECONDS, **self._request(kind)))
                except requests.RequestException as error:
                    self.broken.append(f"{kind}: {error!r}")

    def _request(self, kind: str) -> dict:
        headers = {"Authorization": f"Bearer {self._system.token}", "Idempotency-Key": secrets.token_hex(16)}
        path = f"/clients/{self._client}" if kind == "record" else "/clients"
        request = {"method": "GET", "url": f"{self._system.origin}/api/v1{path}", "headers": headers}
        if kind != "write":
            return request
        email = f"{uuid.uuid4().hex}@example.com"
        body = {"first_name": "Ada", "last_name": "Rolling", "email": email, "currency": "EUR"}
        return {**request, "method": "POST", "json": body}

    def await_more(self) -> None:
        """Wait until REQUESTS more have been answered."""
        many = len(self.answers) + REQUESTS
        wait_until(lambda: len(self.answers) >= many or self.broken, "requests to be answered", seconds=SECONDS)

    def end(self) -> None:
        """Let what is under way end."""
        self._going_on = False
        for thread in self._threads:
            thread.wait()

    def failed(self) -> list[str]:
        """What failed: connections that broke, and answers of a fault that do not say when to come back."""
        wrong = [one for one in self.answers if not one.ok and "Retry-After" not in one.headers]
        return self.broken + [f"{one.request.method} {one.status_code}" for one in wrong]

    @property
    def late(self) -> float:
        """The part of the requests that were answered with when to come back: on a machine whose processors are all taken
        a call may pass its deadline, whatever is restarted."""
        return sum(not one.ok for one in self.answers) / len(self.answers)


@contextmanager
def under_load(system, kinds=("list", "record", "write", "kept alive")) -> Iterator[Load]:
    load = Load(system, kinds)
    try:
        load.await_more()
        yield load
        load.await_more()
    finally:
        load.end()
