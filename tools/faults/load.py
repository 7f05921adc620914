"""The callers and the commands that they send."""

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from urllib.parse import urlsplit

import requests

from tools.faults.journal import Command, Journal

NOTHING = 599  # no answer at all
PATIENCE = 120.0
AGAIN = 0.1  # of the acknowledged commands are sent once more under their key
CUT = 0.2  # of the commands are sent one to four times before, by a caller that is gone before the answer


class World:
    """What the callers know to exist: clients, their open invoices, those with an active service, and one product."""

    def __init__(self, origin: str, token: str):
        self.origin, self._token = origin, token
        self._lock = threading.Lock()
        self.clients: list[str] = []
        self.invoices: list[tuple[str, str]] = []
        self.active: list[str] = []
        self.product = ""

    def post(self, path: str, body: dict, key: str, seconds: float = 10) -> tuple[int, dict]:
        """POST below /api/v1; (NOTHING, {}) when nothing comes back."""
        try:
            answer = requests.post(
                f"{self.origin}/api/v1{path}", json=body, headers=self._headers(key), timeout=seconds
            )
            return answer.status_code, answer.json()
        except (requests.RequestException, ValueError):
            return NOTHING, {}

    def post_and_leave(self, path: str, body: dict, key: str) -> None:
        """POST, and cut the connection before the answer."""
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=5)
        try:
            connection.request(
                "POST", f"/api/v1{path}", json.dumps(body), {**self._headers(key), "Content-Type": "application/json"}
            )
        except OSError:
            pass
        finally:
            connection.close()

    def _headers(self, key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key}

    def begin(self) -> None:
        """Make what the first commands need: a product and twenty clients."""
        prices = [{"billing_cycle": "monthly", "currency": "EUR", "amount": "9.90"}]
        status, product = self.post("/products", {"name": "Hosting", "prices": prices}, uuid.uuid4().hex)
        if status != 201:
            raise RuntimeError(f"the product could not be made: {status} {product}")
        self.product = product["id"]
        for _ in range(20):
            body = {
                "first_name": "Founder",
                "last_name": "One",
                "email": f"{uuid.uuid4().hex}@example.com",
                "currency": "EUR",
            }
            status, client = self.post("/clients", body, uuid.uuid4().hex)
            if status != 201:
                raise RuntimeError(f"a client could not be made: {status} {client}")
            self.clients.append(client["id"])

    def approve(self, client: str, order: str) -> None:
        """Make an order's service active, so that there is something to suspend."""
        key = uuid.uuid4().hex
        for _ in range(20):
            status, _ = self.post(f"/clients/{client}/orders/{order}/approve", {}, key)
            if status < 500:
                self.active.append(client)
                return
            time.sleep(0.5)

    def remember(self, operation: str, path: str, answer: dict) -> None:
        """Remember what a good answer brought."""
        if operation == "order":
            self.approve(path.split("/")[2], answer["id"])
        with self._lock:
            if operation == "client":
                self.clients.append(answer["id"])
            if operation == "invoice" and answer["status"] in ("unpaid", "overdue"):
                self.invoices.append((path.split("/")[2], answer["id"]))


def _client(_world: World, _rng, marker: str) -> tuple[str, dict]:
    return "/clients", {"first_name": "Under", "last_name": marker, "email": f"{marker}@example.com", "currency": "EUR"}


def _note(world: World, rng, marker: str) -> tuple[str, dict]:
    return f"/clients/{rng.choice(world.clients)}/notes", {"body": marker, "sticky": rng.random() < 0.1}


def _credit(world: World, rng, marker: str) -> tuple[str, dict]:
    return f"/clients/{rng.choice(world.clients)}/credits", {
        "amount": {"amount": f"{rng.randint(1, 90)}.50", "currency": "EUR"},
        "description": marker,
    }


def _invoice(world: World, rng, marker: str) -> tuple[str, dict]:
    line = {"description": marker, "quantity": "1.5", "unit_price": f"{rng.randint(1, 60)}.10", "tax_rate": "19"}
    return f"/clients/{rng.choice(world.clients)}/invoices", {
        "lines": [line],
        "publish": True,
        "apply_credit": rng.random() < 0.3,
    }


def _payment(world: World, rng, marker: str) -> tuple[str, dict]:
    if not world.invoices:
        return _invoice(world, rng, marker)
    client, invoice = rng.choice(world.invoices[-40:])
    return f"/clients/{client}/invoices/{invoice}/payments", {
        "amount": {"amount": f"{rng.randint(1, 40)}.00", "currency": "EUR"},
        "date": date.today().isoformat(),
        "gateway": "bank",
        "reference": marker,
    }


def _order(world: World, rng, marker: str) -> tuple[str, dict]:
    item = {"product_id": world.product, "billing_cycle": "monthly", "domain": f"{marker}.example"}
    return f"/clients/{rng.choice(world.clients)}/orders", {"items": [item]}


def _suspend_all(world: World, rng, marker: str) -> tuple[str, dict]:
    try:
        client = world.active.pop()
    except IndexError:
        return _order(world, rng, marker)
    return f"/clients/{client}/services/suspend-all", {"reason": marker}


OPERATIONS: dict[str, tuple[int, Callable]] = {
    "client": (20, _client),
    "note": (20, _note),
    "credit": (20, _credit),
    "invoice": (15, _invoice),
    "payment": (12, _payment),
    "order": (8, _order),
    "suspend-all": (5, _suspend_all),
}


INSTEAD = {"invoices": "invoice", "orders": "order"}  # what is sent where there is nothing to pay or to suspend yet


def run(
    world: World,
    journal: Journal,
    *,
    callers: int,
    commands: int,
    seed: int,
    progress: Callable[[int], None],
    until: float,
) -> None:
    """Send `commands` mixed commands from `callers` at once, each until it is answered; `progress` is called for each that
    is done.

    Once `time.monotonic()` has passed `until`, no more are sent.
    """
    left, lock = iter(range(commands)), threading.Lock()

    def caller(place: int) -> None:
        rng = random.Random(f"{seed} {place}")
        while True:
            with lock:
                number = next(left, None)
            if number is None or time.monotonic() > until:
                return
            _one(world, journal, rng, f"m{seed}x{number:06d}")
            progress(number)

    with ThreadPoolExecutor(callers) as pool:
        for finished in [pool.submit(caller, place) for place in range(callers)]:
            finished.result()


def _one(world: World, journal: Journal, rng, marker: str) -> None:
    names = list(OPERATIONS)
    operation = rng.choices(names, [OPERATIONS[name][0] for name in names])[0]
    path, body = OPERATIONS[operation][1](world, rng, marker)
    operation = INSTEAD.get(path.rsplit("/", 1)[1], operation)
    command = Command(uuid.UUID(int=rng.getrandbits(128)).hex, operation, marker)
    journal.sent(command)
    if rng.random() < CUT:
        for _ in range(rng.randint(1, 4)):
            world.post_and_leave(path, body, command.key)
            journal.answered(command, NOTHING, None)
    answer = _until_answered(world, journal, command, path, body)
    if command.outcome == "acknowledged":
        world.remember(operation, path, answer)
        if rng.random() < AGAIN:
            _until_answered(world, journal, command, path, body)


def _until_answered(world: World, journal: Journal, command: Command, path: str, body: dict) -> dict:
    """Ask under the command's key until the answer is definite; {} when patience ends before."""
    end, wait = time.monotonic() + PATIENCE, 0.1
    while time.monotonic() < end:
        status, answer = world.post(path, body, command.key)
        passing = status >= 500 or status == 429 or (status == 409 and answer.get("code") == "in-progress")
        journal.answered(command, max(status, 500) if passing else status, answer.get("id") or answer.get("batch_id"))
        if not passing:
            return answer
        time.sleep(wait)
        wait = min(2.0, wait * 1.6)
    return {}
