"""Webhooks through the whole system: what happens to a client reaches a receiver, as page and API have it."""

import pytest
from standardwebhooks import Webhook

from chassis.testing.plugin import wait_until
from tests.support.staff_session import StaffBrowser, make_staff
from tests.support.webhooks import Receiver


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def browser(system):
    """An admin in a browser."""
    made = StaffBrowser(system.origin)
    made.sign_in(make_staff(system, "admin")["email"])
    return made


def test_a_webhook_that_staff_add_is_sent_what_happens_and_shows_what_became_of_it(system, browser, receiver):
    form = {
        "url": receiver.url,
        "description": "Warehouse",
        "filters": "client.created.v1\r\ninvoice.*",
        "scheme": "v1",
    }
    added = browser.send("/admin/webhooks/new", **form)
    path = added.headers["Location"]
    id = path.rpartition("/")[2]
    client = system.new_client()
    wait_until(lambda: any(one["event"]["subject"] == client["id"] for one in receiver.seen), "the request")
    (seen,) = [one for one in receiver.seen if one["event"]["subject"] == client["id"]]
    (secret,) = system.get(f"/webhooks/{id}/secrets").json()["data"]
    event = Webhook(secret["key"]).verify(seen["body"], seen["headers"])
    assert (event["type"], event["data"]["personal"]) == ("client.created.v1", {})
    assert client["profile"]["email"].encode() not in seen["body"]
    listed = wait_until(
        lambda: (
            (page := system.get(f"/webhooks/{id}/deliveries?status=delivered").json())["data"]
            and page["data"][0]["event_id"] == event["id"]
            and page["data"][0]
        ),
        "the delivery to be noted",
    )
    assert (listed["type"], listed["last_answer"]) == ("client.created.v1", "204")
    assert "Warehouse" in browser.get("/admin/webhooks").text and "Delivered" in browser.get(path).text
    record = browser.get(f"{path}/deliveries/{listed['id']}").text
    assert event["id"] in record and "webhook-signature" in record
    assert secret["key"] in browser.get(f"{path}/secrets").text
    assert browser.send(f"{path}/deliveries/{listed['id']}/redeliver").status_code == 303
    wait_until(lambda: [one["body"] for one in receiver.seen].count(seen["body"]) == 2, "it to be sent again")
    assert browser.send(f"{path}/redeliver", since="").status_code == 422
    assert browser.send(f"{path}/delete").headers["Location"] == "/admin/webhooks"
    assert browser.get(path).status_code == 404


def test_the_form_says_what_is_wrong_and_whoever_may_not_sees_nothing(system, browser):
    refused = browser.send("/admin/webhooks/new", url="https://10.0.0.1/", filters="", scheme="v1")
    assert refused.status_code == 422 and "public name" in refused.text
    agent = StaffBrowser(system.origin)
    agent.sign_in(make_staff(system, "support")["email"])
    assert agent.get("/admin/webhooks").status_code == 403
    assert "Webhooks" not in agent.get("/admin").text


def test_whoever_is_to_be_alerted_is_mailed_when_a_receiver_is_gone(system, receiver):
    receiver.behave = lambda request: request.answer(410)
    email = "hooks-ops@example.com"
    made = system.post(
        "/webhooks", {"url": receiver.url, "filters": ["client.created.v1"], "alert_email": email}
    ).json()
    system.new_client()
    text = system.mail(email, "A webhook was disabled")
    assert "127.0.0.1" in text and "410" in text
    assert system.get(f"/webhooks/{made['id']}").json()["reason"] == "gone"
    key = {"Idempotency-Key": made["id"]}
    assert system.request("DELETE", f"/api/v1/webhooks/{made['id']}", headers=key).status_code == 200
