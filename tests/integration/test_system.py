"""The running system as those who run it see it: how it stands, what is parked, replayed and dropped, and who may."""

import uuid

import pytest

from chassis.events import parking_lot
from chassis.testing.plugin import confirming, wait_until
from deploy.services import SERVICES
from tests.support.staff_session import StaffBrowser, make_staff

QUEUE = "billing.accounts"
PARKED = f"/admin/system/parked/{QUEUE}"


@pytest.fixture
def poison(shared_amqp_uri) -> str:
    """The id of a message that is parked, and that no listener can use."""
    message_id = str(uuid.uuid4())
    with confirming(shared_amqp_uri) as connection:
        connection.Producer().publish(
            "{}",
            routing_key=f"{QUEUE}.parked",
            message_id=message_id,
            serializer=None,
            content_type="application/json",
            content_encoding="utf-8",
            headers={"reason": "ValueError: a poisonous event", "type": "client.created.v1"},
        )
    yield message_id
    parking_lot.drop(shared_amqp_uri, QUEUE, "all")


@pytest.fixture
def browser(system) -> StaffBrowser:
    """The browser of an admin who is no super_admin."""
    made = StaffBrowser(system.origin)
    made.sign_in(make_staff(system, "admin")["email"])
    return made


def orders(system, message_id: str) -> list[str]:
    """What the log says of a parked message, newest first."""
    entries = system.get("/activity", params={"limit": 25}).json()["data"]
    return [entry["action"] for entry in entries if entry["entity"]["id"] == message_id]


def test_each_service_says_how_it_stands_to_programs_and_to_people(system, browser, poison):
    def whole() -> dict | None:
        state = system.get("/system").json()
        return None if state["unavailable"] else state

    state = wait_until(whole, "all services to answer in time", seconds=60)
    assert set(state["services"]) == set(SERVICES)
    assert state["services"]["audit"]["outbox"] is None and state["services"]["billing"]["outbox"]["waiting"] >= 0
    assert {
        "service": "billing",
        "alert": "EventsAreParked",
        "text": f"{QUEUE} has 1 parked",
        "parked": QUEUE,
    } in state["attention"]
    assert [process["is_fed"] for process in state["gateway"]] == [True]
    shown = (f"{QUEUE} has 1 parked", "Database of audit", "Imports of invoices")
    page = wait_until(
        lambda: all(text in (page := browser.get("/admin/system").text) for text in shown) and page,
        "all of it shown",
        seconds=60,
    )
    assert 'hx-get="/admin/system?left=149"' in page
    assert "hx-trigger" not in browser.get("/admin/system?left=0").text.partition('id="system"')[2].partition(">")[0]


def test_a_parked_message_is_replayed_and_dropped_and_the_log_says_who_ordered_it(
    system, browser, poison, shared_amqp_uri
):
    form = f"{PARKED}/replay?message={poison}"
    assert browser.send(f"{PARKED}/replay", form, message_id=poison).status_code == 303
    again = wait_until(
        lambda: [one for one in parking_lot.parked(shared_amqp_uri, QUEUE) if "poisonous" not in one.reason],
        "the replayed message to be parked for a reason of its own",
    )
    assert [one.id for one in again] == [poison]
    assert browser.send(f"{PARKED}/drop", form, message_id=poison, reason="").status_code == 422
    assert browser.send(f"{PARKED}/drop", form, message_id=poison, reason="Nobody's").status_code == 303
    assert parking_lot.parked(shared_amqp_uri, QUEUE) == []
    logged = wait_until(lambda: len(found := orders(system, poison)) == 2 and found, "both orders in the log")
    assert [action.partition("ordered ")[2] for action in logged] == [
        f"a parked client.created.v1 of {QUEUE} to be dropped: Nobody's",
        f"a parked client.created.v1 of {QUEUE} to be replayed",
    ]
    assert browser.get(f"{PARKED}/drop?message={poison}").status_code == 404


@pytest.mark.parametrize("queue", ["billing.nothing", "nobody.accounts", "audit.accounts"])
def test_a_queue_that_is_no_listeners_is_not_found(browser, queue):
    assert browser.get(f"/admin/system/parked/{queue}").status_code == 404


def test_who_only_looks_sees_no_way_to_drop(system, poison):
    looker = StaffBrowser(system.origin)
    looker.sign_in(make_staff(system, "support", permissions={"system.view": True})["email"])
    page = looker.get(PARKED)
    assert page.status_code == 200 and "a poisonous event" in page.text and "/drop" not in page.text
    assert looker.get(f"{PARKED}/drop?message={poison}").status_code == 403
