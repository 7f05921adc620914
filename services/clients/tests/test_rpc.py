"""The RPC methods over the real bus."""

import pytest

from chassis.errors import ServiceProblem
from services.clients.profile_fields import PROFILE_FIELDS


def test_a_page_of_the_list_and_a_record_come_over_the_bus(service, calls, make_caller, make_client):
    client_id = make_client("Ann", "Lee", company="Émile & Co", email="ann@emile.example", country="FR")
    nothing = {"amount": "0.00", "currency": "EUR"}
    page = calls.call(make_caller(), "clients.list_clients", q="emile", seconds=5)
    assert page["page"] == {"next": None, "prev": None, "total": 1, "exact": True}
    assert page["data"] == [
        {
            "id": str(client_id),
            "name": "Émile & Co",
            "company": "Émile & Co",
            "contact_name": "Ann Lee",
            "email": "ann@emile.example",
            "group": None,
            "tags": [],
            "status": "active",
            "last_login_at": None,
            "joined_at": "2026-01-01T00:00:00.000Z",
            "active_services": 0,
            "suspended_services": 0,
            "outstanding": nothing,
            "overdue": nothing,
            "oldest_due_on": None,
            "credit_balance": nothing,
            "next_due_on": None,
        }
    ]
    record = calls.call(make_caller(), "clients.get_client", client_id=str(client_id), seconds=5)
    assert record["profile"] == {
        **{field.name: field.blank for field in PROFILE_FIELDS},
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@emile.example",
        "company": "Émile & Co",
        "country": "FR",
    }
    assert (record["name"], record["version"], record["counts"]) == ("Émile & Co", 1, {"contacts": 1, "notes": 0})


@pytest.mark.parametrize("client_id", ["nonsense", "0192f0c1-2345-7abc-8def-0123456789ab", "", "x" * 5000])
def test_an_absent_and_a_malformed_id_are_both_not_found(service, calls, make_caller, client_id):
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(), "clients.get_client", client_id=client_id, seconds=5)
    assert refusal.value.code == "not-found"


@pytest.mark.parametrize(
    "arguments, pointer",
    [
        ({"sort": "password_hash"}, "/sort"),
        ({"sort": "name;drop"}, "/sort"),
        ({"sort": "tickets"}, "/sort"),
        ({"status": "closed"}, "/status"),
        ({"group": "nonsense"}, "/group"),
        ({"tag": "none"}, "/tag"),
        ({"limit": 0}, "/limit"),
        ({"limit": 101}, "/limit"),
        ({"limit": "1e9"}, "/limit"),
        ({"after": "forged"}, "/after"),
        ({"q": "x" * 101}, "/q"),
        ({"q": "a\x00b"}, "/q"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_the_list_does_not_know_is_refused_by_name(service, calls, make_caller, arguments, pointer):
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(), "clients.list_clients", **arguments, seconds=5)
    assert refusal.value.status == 422
    assert [error["pointer"] for error in refusal.value.errors] == [pointer]


def test_who_may_not_see_notes_gets_none_on_the_record(service, calls, make_caller, make_client):
    client_id = str(make_client())
    record = calls.call(
        make_caller(permissions=("clients.view",)), "clients.get_client", client_id=client_id, seconds=5
    )
    assert record["sticky_notes"] == [] and record["counts"] == {"contacts": 1, "notes": None}
