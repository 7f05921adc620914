"""Contact: the pages that show contacts, and what belongs to no client."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from chassis.errors import ServiceProblem
from chassis.types.ids import new_id
from services.clients import rules
from services.clients.models import Contact
from services.clients.queries import clients, contacts

PAGE = {"limit": 25, "after": None, "before": None}
DAY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def client_id(make_client):
    return make_client("Ann", "Lee")


def test_contacts_begin_with_the_primary_one(session, client_id):
    for name, day in (("Bob", -5), ("Cid", -9)):
        session.add(
            Contact(
                client_id=client_id,
                first_name=name,
                last_name="X",
                email=f"{name}@x.example",
                role="billing",
                email_key=rules.email_key(f"{name}@x.example"),
                created_at=DAY + timedelta(days=day),
            )
        )
    session.commit()
    page = contacts.contact_page(session, client_id, **PAGE)
    assert [row["first_name"] for row in page["data"]] == ["Ann", "Cid", "Bob"]
    assert [row["primary"] for row in page["data"]] == [True, False, False]
    assert clients.client_record(session, client_id, with_notes=True)["counts"] == {"contacts": 3, "notes": 0}


def test_a_client_has_one_primary_contact_at_most(session, client_id):
    session.add(
        Contact(
            client_id=client_id,
            is_primary=True,
            first_name="B",
            last_name="B",
            email="b@x.example",
            email_key="b@x.example",
        )
    )
    with pytest.raises(DBAPIError) as refusal:
        session.flush()
    assert refusal.value.orig.pgcode == "23505"


def test_the_rpc_methods_refuse_a_client_that_does_not_exist(service, calls, make_caller):
    for rpc in ("list_contacts", "list_notes", "get_custom_field_values"):
        with pytest.raises(ServiceProblem) as refusal:
            calls.call(make_caller(), f"clients.{rpc}", client_id=str(new_id()), seconds=5)
        assert refusal.value.code == "not-found"
