"""Measuring: one kept connection to the gateway, the same page by SQL, a bare message there and back, in turn."""

import http.client
import json
import os
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from urllib.parse import unquote, urlsplit

import amqp

from deploy.services import SERVICES
from tools.bench.pages import Page
from tools.bench.peer import Peer, path_of
from tools.bench.recorded_statements import Databases

OURS = ("gateway", *SERVICES)
ROUNDS, IN_A_ROW = 8, 5
WARM_SECONDS = 30
EIGHT = 8


@dataclass
class Times:
    """What was seen of one page, in seconds; `cpu` is that of our processes in all."""

    http: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    cpu: float = 0.0
    weight: int = 0

    @property
    def p50(self) -> float:
        """The median through HTTP, in milliseconds."""
        return 1000 * median(self.http)

    @property
    def p95(self) -> float:
        """The 95th percentile through HTTP, in milliseconds."""
        return 1000 * sorted(self.http)[ceil(0.95 * len(self.http)) - 1]

    @property
    def a_second(self) -> float:
        """Pages a second on this one connection."""
        return len(self.http) / sum(self.http)

    @property
    def cpu_a_page(self) -> float:
        """Milliseconds on the processor for a page."""
        return 1000 * self.cpu / len(self.http)

    @property
    def by_sql(self) -> float:
        """S, in milliseconds."""
        return 1000 * median(self.sql)


@dataclass
class Measured:
    """One run at one size; `peer` is Django's admin on those pages that it has, `round_trip` R in milliseconds, `eight`
    pages a second over eight connections."""

    clients: int
    pages: dict[str, Times]
    peer: dict[str, Times]
    round_trip: float
    eight: float


class GatewayConnection:
    """A kept connection to the gateway, with a token."""

    def __init__(self):
        address = urlsplit(os.environ["COMMERCE_ADMIN_ORIGIN"])
        if address.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SystemExit("The benchmark measures over loopback only.")
        self._connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        self._headers = {"Authorization": f"Bearer {os.environ['API_TOKEN']}"}

    def get(self, path: str) -> tuple[float, bytes]:
        """The seconds until the last byte, and the body. A page that finds no place on a busy machine is asked for again,
        and that time is its own; anything but a whole page in the end ends the benchmark."""
        begun = time.perf_counter()
        status, body = self._ask(path)
        while status == 503 and time.perf_counter() - begun < WARM_SECONDS:
            time.sleep(0.1)
            status, body = self._ask(path)
        taken = time.perf_counter() - begun
        if status != 200:
            raise SystemExit(f"{path} answered {status}: {body[:300].decode('utf-8', 'replace')}")
        return taken, body

    def warm(self, path: str) -> None:
        """Ask for a page that was not asked for yet; what has just started may take longer than a page's time once."""
        end = time.monotonic() + WARM_SECONDS
        while self._ask(path)[0] == 503 and time.monotonic() < end:
            time.sleep(1)

    def _ask(self, path: str) -> tuple[int, bytes]:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def post(self, path: str, kind: str, body: bytes) -> dict:
        """Send `body`; what is answered, once it is taken."""
        status, text = self.send(path, kind, body)
        if status >= 300:
            raise SystemExit(f"{path} answered {status}: {text[:300].decode('utf-8', 'replace')}")
        return json.loads(text)

    def send(self, path: str, kind: str, body: bytes) -> tuple[int, bytes]:
        """Send `body` under a fresh key; status and body of the answer."""
        headers = {**self._headers, "Content-Type": kind, "Idempotency-Key": uuid.uuid4().hex}
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()


def measure(databases: Databases, all_pages: list[Page], count: int, seconds: float, peer: Peer | None) -> Measured:
    """Ask for every page in turn, over and over, for `seconds` at most (one round in any case)."""
    gateway, found, theirs, trips = GatewayConnection(), defaultdict(Times), defaultdict(Times), []
    for page in all_pages:
        for path, statements in page.variants[:IN_A_ROW]:
            gateway.warm(path)
            databases.repeat(statements)
    end = time.monotonic() + seconds
    with echo_process() as round_trip:
        for number in range(ROUNDS):
            for page in all_pages:
                variants = [
                    page.variants[(number * IN_A_ROW + place) % len(page.variants)] for place in range(IN_A_ROW)
                ]
                paths = [path for path, _ in variants]
                _ask(gateway, paths, found[page.name], processor_time)
                found[page.name].sql += [databases.repeat(statements) for _, statements in variants]
                if peer and all(paths_there := [path_of(page.name, path, count) for path in paths]):
                    _ask(peer, paths_there, theirs[page.name], lambda: processor_time(peer.pids))
            trips += [round_trip() for _ in range(20)]
            if time.monotonic() > end:
                break
    eight = eight_connections(all_pages[0].variants[0][0], min(4.0, seconds / 10))
    return Measured(count, dict(found), dict(theirs), 1000 * median(trips), eight)


def _ask(whom: GatewayConnection | Peer, paths: list[str], times: Times, processor: Callable[[], float]) -> None:
    before = processor()
    for path in paths:
        taken, body = whom.get(path)
        times.http.append(taken)
        times.weight = len(body)
    times.cpu += processor() - before


def our_processes() -> dict[str, int]:
    """The processes of the gateway and the services: their ids by name."""
    status = json.loads(os.environ["SYSTEM_STATUS"])
    return {one["name"]: one["pid"] for one in status if one["name"].partition("-")[0] in OURS}


def processor_time(pids: Iterable[int] | None = None) -> float:
    """Seconds that processes, the gateway and the services unless said, have spent on a processor so far."""
    pids = our_processes().values() if pids is None else pids
    paths = [path for pid in pids for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(path.read_text().split()[0]) for path in paths) / 1e9


def memory() -> dict[str, float]:
    """The most that each of our processes has held so far, in MB."""
    lines = {name: Path(f"/proc/{pid}/status").read_text().splitlines() for name, pid in our_processes().items()}
    return {
        name: int(line.split()[1]) / 1024
        for name, found in lines.items()
        for line in found
        if line.startswith("VmHWM:")
    }


def eight_connections(path: str, seconds: float) -> float:
    """Pages a second over eight connections at once."""

    def fetch(_number: int) -> int:
        gateway, pages = GatewayConnection(), 0
        while time.monotonic() < end:
            gateway.get(path)
            pages += 1
        return pages

    end = time.monotonic() + seconds
    with ThreadPoolExecutor(EIGHT) as pool:
        return sum(pool.map(fetch, range(EIGHT))) / seconds


@contextmanager
def echo_process():
    """`round_trip()`: the seconds of a bare message to another process and its answer, through the broker."""
    name = f"bench-echo-{os.getpid()}"
    connection, channel = _connect()
    channel.queue_declare(name, auto_delete=True)
    process = get_context("fork").Process(target=_answer, args=(name,), daemon=True)
    process.start()
    answers = channel.queue_declare("", exclusive=True).queue
    replies: list = []
    channel.basic_consume(answers, callback=replies.append, no_ack=True)

    def round_trip() -> float:
        begun = time.perf_counter()
        channel.basic_publish(amqp.Message(b"{}", reply_to=answers), routing_key=name)
        while not replies:
            connection.drain_events(timeout=5)
        replies.clear()
        return time.perf_counter() - begun

    try:
        round_trip()
        yield round_trip
    finally:
        process.terminate()
        process.join()
        connection.close()


def _connect() -> tuple[amqp.Connection, amqp.Channel]:
    address = urlsplit(os.environ["COMMERCE_AMQP_URI"])
    connection = amqp.Connection(
        f"{address.hostname}:{address.port or 5672}",
        userid=unquote(address.username or ""),
        password=unquote(address.password or ""),
        virtual_host=unquote(address.path[1:]) or "/",
    )
    connection.connect()
    return connection, connection.channel()


def _answer(name: str) -> None:
    connection, channel = _connect()

    def reply(message) -> None:
        channel.basic_publish(amqp.Message(message.body), routing_key=message.properties["reply_to"])

    channel.basic_consume(name, callback=reply, no_ack=True)
    _forever(connection.drain_events)


def _forever(step: Callable) -> None:
    while True:
        step()
