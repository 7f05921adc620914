"""Money and rights under pressure: the same click twice, a key for another client, a permission that goes meanwhile."""

import threading
import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from chassis.testing.plugin import wait_until
from tests.support.one_of_each import EUROS
from tests.support.route_sampler import ApiClient, pointers
from tests.support.staff_session import StaffBrowser, make_staff

NOT_AMOUNTS = [
    "-5",
    "0",
    "NaN",
    "Infinity",
    "1e309",
    "1e2",
    "12.345",
    "\u0661\u0662",
    "1,000",
    "1" + "0" * 15,
    True,
    5,
    5.0,
]


def credit(system, client: dict, key: str, amount: dict = EUROS):
    return system.post(
        f"/clients/{client['id']}/credits",
        {"amount": amount, "description": "Goodwill"},
        headers={"Idempotency-Key": key},
    )


def balance(system, client: dict) -> str:
    return system.get(f"/clients/{client['id']}").json()["summary"]["credit_balance"]["amount"]


def test_what_is_no_amount_is_named_and_gives_no_credit(system):
    client, api = system.new_client(), ApiClient(system)
    system.get(f"/clients/{client['id']}/billing")
    before = api.event_counts()
    for amount in NOT_AMOUNTS:
        refused = credit(system, client, uuid.uuid4().hex, {"amount": amount, "currency": "EUR"})
        assert (refused.status_code, list(pointers(refused))) == (422, ["/amount"]), amount
    foreign = credit(system, client, uuid.uuid4().hex, {"amount": "5.00", "currency": "USD"})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "currency-mismatch")
    unknown = credit(system, client, uuid.uuid4().hex, {"amount": "5.00", "currency": "XXX"})
    assert (unknown.status_code, pointers(unknown)) == (422, {"/amount": "validation"})
    assert api.event_counts() == before


def test_two_clicks_give_credit_once_and_the_key_is_another_clients_new_one(system):
    one, other, key = system.new_client(), system.new_client(), uuid.uuid4().hex
    clicks = [None, None]

    def click(number: int) -> None:
        clicks[number] = credit(system, one, key)

    threads = [threading.Thread(target=click, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [click.status_code for click in clicks] == [201, 201] and clicks[0].json() == clicks[1].json()
    changed = credit(system, one, key, {"amount": "6.00", "currency": "EUR"})
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency-reuse")
    assert credit(system, other, key).status_code == 201
    assert (balance(system, one), balance(system, other)) == ("5.00", "5.00")


@pytest.fixture
def streams(system):
    """`hold(client)` locks that client's stream, until `release()`; `waiting()`: whether a write waits for it."""
    engine = create_engine(driver_url(system.containers["clients"].config["settings"].database_url))
    with engine.connect() as holder, engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watcher:
        yield SimpleNamespace(
            hold=lambda client: holder.execute(
                text("SELECT 1 FROM streams WHERE stream = :stream FOR UPDATE"), {"stream": client["id"]}
            ),
            release=holder.rollback,
            waiting=lambda: watcher.scalar(
                text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND wait_event_type = 'Lock'"
                )
            ),
        )
    engine.dispose()


def revoked_meanwhile(system, streams) -> tuple[dict, list]:
    """A client, and what two notes were answered whose author lost the right while the first one waited."""
    client, staff, person, found = system.new_client(), make_staff(system, "support"), StaffBrowser(system.origin), []
    person.sign_in(staff["email"])
    headers = {"Authorization": f"Bearer {person.api('POST', '/me/tokens', {'name': 'Notes'}).json()['token']}"}

    def write() -> None:
        path = f"/api/v1/clients/{client['id']}/notes"
        found.append(system.request("POST", path, json={"body": "As I may"}, headers=headers))

    streams.hold(client)
    thread = threading.Thread(target=write)
    thread.start()
    wait_until(streams.waiting, "the note to wait for its stream")
    revoked = system.request("PATCH", f"/api/v1/staff/{staff['id']}", json={"permissions": {"notes.create": False}})
    assert revoked.status_code == 200, revoked.text
    streams.release()
    thread.join()
    write()
    return client, found


def test_a_right_that_goes_while_a_write_waits_was_there_when_it_began(system, streams):
    # A lock is waited for two seconds at most; on a machine too busy for that, the note is refused and it is tried
    # again.
    client, found = wait_until(
        lambda: (tried := revoked_meanwhile(system, streams))[1][0].status_code != 503 and tried,
        "a note that waits no longer than it may",
        seconds=60,
    )
    assert [answer.status_code for answer in found] == [201, 403]
    written = wait_until(
        lambda: [
            entry
            for entry in system.get(f"/clients/{client['id']}/activity").json()["data"]
            if entry["type"] == "note.added.v1"
        ],
        "the note in the log",
    )
    assert [entry["entity"]["id"] for entry in written] == [found[0].json()["id"]]
