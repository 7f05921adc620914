"""Endpoints: made, changed and deleted by those who may, with secrets that nobody reads in the database."""

import pytest
from sqlalchemy import select, text
from standardwebhooks import Webhook, WebhookVerificationError

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.testing.plugin import wait_until
from services.webhooks.commands.forget import forget_step
from services.webhooks.models import Attempt, Delivery, Endpoint, Secret

CLIENT = "0192f0c1-0000-7000-8000-00000000c11e"
LIMITED = {"permissions": ("webhooks.manage", "webhooks.view")}


def verifies(key: str, seen: dict) -> bool:
    try:
        Webhook(key).verify(seen["body"], seen["headers"])
    except WebhookVerificationError:
        return False
    return True


def test_a_rotated_secret_signs_beside_the_new_one_until_it_expires(
    webhooks, make_endpoint, session, receiver, publish
):
    made = make_endpoint(receiver.url)

    def keys() -> list[str]:
        return [one["key"] for one in webhooks("list_secrets", endpoint_id=made["id"])["data"]]

    (old,) = keys()
    publish(CLIENT)
    receiver.await_events(1)
    webhooks("rotate_secret", endpoint_id=made["id"], overlap_hours=1)
    new, _ = keys()
    publish(CLIENT)
    receiver.await_events(2)
    session.execute(text("UPDATE webhook_secrets SET expires_at = now() WHERE expires_at IS NOT NULL"))
    session.commit()
    publish(CLIENT)
    receiver.await_events(3)
    assert [(verifies(old, one), verifies(new, one)) for one in receiver.seen] == [
        (True, False),
        (True, True),
        (False, True),
    ]
    stored = session.scalars(text("SELECT secret FROM webhook_secrets")).all()
    answers = session.scalars(text("SELECT answer::text FROM idempotency_keys")).all()
    for key in (old, new):
        assert not any(key in text or key.removeprefix("whsec_") in text for text in (*stored, *answers))
    assert keys() == [new]


def test_personal_values_are_sent_where_somebody_says_so_who_may_export_them(webhooks, receiver):
    wanted = {"url": receiver.url, "personal": True}
    with pytest.raises(ServiceProblem) as refusal:
        webhooks("create_endpoint", caller=LIMITED, **wanted)
    assert refusal.value.code == "forbidden"
    made = webhooks("create_endpoint", **wanted)
    for change in ({"url": f"{receiver.url}/elsewhere"},):
        with pytest.raises(ServiceProblem) as refusal:
            webhooks("update_endpoint", caller=LIMITED, endpoint_id=made["id"], **change)
        assert refusal.value.code == "forbidden"
    changed = webhooks("update_endpoint", caller=LIMITED, endpoint_id=made["id"], personal=False)
    assert changed["personal"] is False


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"url": "https://127.0.0.1/"}, "/url"),
        ({"url": "https://10.0.0.1/"}, "/url"),
        ({"filters": ["Invoice.*"]}, "/filters/0"),
        ({"alert_email": "nobody"}, "/alert_email"),
        ({"scheme": "v2"}, "/scheme"),
    ],
)
def test_what_cannot_be_is_refused_by_name(start_webhooks, calls, make_caller, given, pointer):
    start_webhooks(webhook_loopback=False)
    with pytest.raises(ServiceProblem) as refusal:
        whole = {"url": "https://example.com/", **given}
        calls.call(make_caller(), "webhooks.create_endpoint", seconds=5, writes=True, **whole)
    assert [error["pointer"] for error in refusal.value.errors] == [pointer]


def test_what_staff_do_is_published_with_the_host_alone_and_a_deleted_endpoint_is_forgotten(
    webhooks, make_endpoint, session, receiver, publish
):
    made = make_endpoint(receiver.url + "/token", description="Shop")
    changed = webhooks("update_endpoint", endpoint_id=made["id"], alert_email="ops@example.com", description="Till")
    assert (changed["description"], changed["alert_email"]) == ("Till", "ops@example.com")
    publish(CLIENT)
    wait_until(lambda: session.scalars(select(Attempt)).all(), "the attempt")
    assert webhooks("delete_endpoint", endpoint_id=made["id"]) == {"id": made["id"], "deleted": True}
    with pytest.raises(ServiceProblem):
        webhooks("get_endpoint", endpoint_id=made["id"])
    while forget_step(session):
        pass
    for table in (Attempt, Delivery, Endpoint, Secret):
        assert session.scalars(select(table)).all() == []
    rows = session.execute(select(outbox.c.type, outbox.c.body).order_by(outbox.c.id)).all()
    assert [row.type.split(".")[1] for row in rows] == ["created", "updated", "deleted"]
    assert not any("token" in str(row.body) or "ops@example.com" in str(row.body) for row in rows)
