"""The client's own status."""

import uuid

import pytest
from sqlalchemy import select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.permissions import Permission


@pytest.fixture
def ann(service, calls, make_caller) -> str:
    """The id of a client who is active."""
    return calls.call(
        make_caller(),
        "clients.create_client",
        seconds=5,
        writes=True,
        first_name="Ann",
        last_name="Lee",
        email="ann@example.com",
        currency="EUR",
    )["id"]


def change(calls, caller, client_id, status="suspended", reason="Asked for it"):
    return calls.call(
        caller,
        "clients.change_client_status",
        client_id=client_id,
        status=status,
        reason=reason,
        seconds=5,
        writes=True,
    )


def test_a_status_is_changed_for_a_reason_that_the_event_tells(calls, make_caller, session, ann):
    assert change(calls, make_caller(), ann) == {"id": ann, "status": "suspended"}
    record = calls.call(make_caller(), "clients.get_client", client_id=ann, seconds=5)
    assert (record["status"], record["version"]) == ("suspended", 1)
    body = session.scalars(select(outbox.c.body).order_by(outbox.c.sequence.desc()).limit(1)).one()
    assert (body["type"], body["facts"]["reason"]) == ("client.status_changed.v1", "Asked for it")
    assert body["changes"] == [{"field": "status", "old": "active", "new": "suspended"}]


@pytest.mark.parametrize(
    ("given", "code", "pointer"),
    [
        ({"status": "active"}, "invalid-state", "/status"),
        ({"status": "closed"}, "validation", "/status"),
        ({"reason": " "}, "validation", "/reason"),
        ({"reason": "x" * 501}, "validation", "/reason"),
    ],
)
def test_what_changes_nothing_or_says_no_reason_is_refused(calls, make_caller, session, ann, given, code, pointer):
    with pytest.raises(ServiceProblem) as refusal:
        change(calls, make_caller(), ann, **given)
    assert (refusal.value.code, refusal.value.errors[0]["pointer"]) == (code, pointer)
    assert len(session.scalars(select(outbox.c.event_id)).all()) == 1


def test_nobody_without_the_permission_and_no_client_that_does_not_exist(calls, make_caller, ann):
    for caller, client_id, code in (
        (make_caller(permissions=(Permission.CLIENTS_VIEW,)), ann, "forbidden"),
        (make_caller(), str(uuid.uuid4()), "not-found"),
    ):
        with pytest.raises(ServiceProblem) as refusal:
            change(calls, caller, client_id)
        assert refusal.value.code == code
