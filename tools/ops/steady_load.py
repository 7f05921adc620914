"""Steady load on a running system, whatever is done to it meanwhile, and what became of each request.

    python -m tools.ops.steady_load --reads 50 --writes 20     so many a second

Reads a line for each phase from its standard input, and ends with it; prints a row of a Markdown table for each. A request is
due at its time whether or not those before it are answered, and its seconds count from then on. Reads are lists and
records of the API, writes are notes, each under a key of its own.
"""

import argparse
import itertools
import os
import statistics
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field

import psycopg2
import requests

THREADS = 64
PATIENCE = 30.0
HEAD = "| phase | seconds | sent | answered | refused for a moment | failed | lost | p50 ms | p95 ms | p99 ms |"
RULE = "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"


@dataclass
class Phase:
    """What was sent while one thing was done: seconds of each request, ids of the notes that were acknowledged."""

    name: str
    begun: float = field(default_factory=time.monotonic)
    seconds: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    answered: int = 0
    refused: int = 0
    failed: list[str] = field(default_factory=list)

    def row(self, ended: float, lost: int) -> str:
        """The phase as a row of the table. A request that was refused says when to come back, one that failed does not."""
        at = [1000 * one for one in statistics.quantiles(self.seconds, n=100)]
        counts = (len(self.seconds), self.answered, self.refused, len(self.failed), lost)
        cells = (f"{ended - self.begun:.0f}", *counts, *(f"{at[part - 1]:.0f}" for part in (50, 95, 99)))
        return f"| {self.name} | {' | '.join(str(one) for one in cells)} |"


class SteadyLoad:
    """Threads that send the requests as they fall due, until `end`."""

    def __init__(self, reads: int, writes: int):
        self._writes, self._rate = writes, reads + writes
        self._origin, self._token = os.environ["COMMERCE_ADMIN_ORIGIN"], os.environ["API_TOKEN"]
        self._numbers, self._begun, self._going_on = itertools.count(), time.monotonic(), True
        self.phases: list[Phase] = []
        self._clients = [
            one["id"] for one in self._send(requests.Session(), "GET", "/clients?limit=100").json()["data"]
        ]

    def begin(self, name: str) -> None:
        """Count what falls due from now on in a phase of its own."""
        self.phases.append(Phase(name))
        if len(self.phases) == 1:
            self._begun = time.monotonic()
            self._threads = [threading.Thread(target=self._work) for _ in range(THREADS)]
            for thread in self._threads:
                thread.start()

    def end(self) -> None:
        """Send nothing more, and wait for what is under way."""
        self._going_on = False
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        with requests.Session() as session:
            while self._going_on:
                number = next(self._numbers)
                due = self._begun + number / self._rate
                time.sleep(max(0.0, due - time.monotonic()))
                phase = self.phases[-1]
                self._ask(session, phase, number)
                phase.seconds.append(time.monotonic() - due)

    def _ask(self, session: requests.Session, phase: Phase, number: int) -> None:
        client = self._clients[number % len(self._clients)]
        writes = number * self._writes % self._rate < self._writes
        try:
            if writes:
                answer = self._send(session, "POST", f"/clients/{client}/notes", json={"body": f"Drill {number}"})
            else:
                path = f"/clients/{client}" if number % 2 else "/clients?limit=50"
                answer = self._send(session, "GET", path)
        except requests.RequestException as error:
            phase.failed.append(repr(error))
            return
        if answer.ok:
            phase.answered += 1
            if writes:
                phase.notes.append(answer.json()["id"])
        elif "Retry-After" in answer.headers:
            phase.refused += 1
        else:
            phase.failed.append(f"{answer.status_code} {answer.text}")

    def _send(self, session: requests.Session, method: str, path: str, **body) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": uuid.uuid4().hex}
        return session.request(method, f"{self._origin}/api/v1{path}", headers=headers, timeout=PATIENCE, **body)


def lost(ids: list[str]) -> int:
    """How many of the acknowledged notes are not there."""
    with psycopg2.connect(os.environ["CLIENTS_OWNER_DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notes WHERE id = ANY(%s::uuid[])", (ids,))
        return len(ids) - cursor.fetchone()[0]


def main() -> int:
    """Send until the input ends; answers 1 when a request failed or a write was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reads", type=int, default=50)
    parser.add_argument("--writes", type=int, default=20)
    given = parser.parse_args()
    load = SteadyLoad(given.reads, given.writes)
    for line in sys.stdin:
        load.begin(line.strip())
    load.end()
    ends = [*(phase.begun for phase in load.phases[1:]), time.monotonic()]
    gone = [lost(phase.notes) for phase in load.phases]
    rows = [phase.row(end, missing) for phase, end, missing in zip(load.phases, ends, gone, strict=True)]
    print("\n".join([HEAD, RULE, *rows]))
    failed = [reason for phase in load.phases for reason in phase.failed]
    print("\n".join(failed[:10]), file=sys.stderr)
    return 1 if failed or any(gone) else 0


if __name__ == "__main__":
    sys.exit(main())
