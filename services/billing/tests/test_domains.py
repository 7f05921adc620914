"""Domains: names and nameservers, a name is live once, the table of states."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from services.billing.models import Domain
from services.billing.rules import DOMAIN_MOVES, DOMAIN_STATUSES
from tests.support import billing_rows
from tests.support.outbox_helpers import events_of, refusal_of

NEW = {
    "name": "shop.example",
    "kind": "existing",
    "registrar": "Nominet",
    "auto_renew": True,
    "registered_on": "2020-03-01",
    "expires_on": "2027-03-01",
    "nameservers": ["ns1.shop.example", "ns2.shop.example"],
}


@pytest.mark.parametrize(
    ("kind", "status"), [("register", "pending"), ("transfer", "pending_transfer"), ("existing", "active")]
)
def test_a_new_domain_begins_in_the_state_of_its_kind_and_is_told(rpc, session, account, kind, status):
    client = account()
    made = rpc("add_domain", client_id=client, **{**NEW, "kind": kind, "name": "Bücher.example"})
    assert made == {
        "id": made["id"],
        "name": "bücher.example",
        "status": status,
        "registered_on": "2020-03-01",
        "expires_on": "2027-03-01",
        "registrar": "Nominet",
        "auto_renew": True,
        "nameservers": ["ns1.shop.example", "ns2.shop.example"],
        "moves": made["moves"],
    }
    assert set(made["moves"]) == DOMAIN_MOVES[status]
    assert rpc("get_domain", client_id=client, domain_id=made["id"]) == made
    assert session.scalar(select(Domain.name)) == "xn--bcher-kva.example"
    (event,) = events_of(session, client)
    facts = event["facts"]
    assert event["type"] == "domain.added.v1" and facts["entity"] == {"type": "domain", "id": made["id"]}
    assert (facts["name"], facts["status"], facts["nameservers"]) == ("bücher.example", status, NEW["nameservers"])
    assert facts["totals"]["active_services"] == 0
    assert rpc("totals_for", client_ids=[str(client)])[str(client)]["counts"]["domains"] == 1


def test_a_client_that_billing_has_not_heard_of_gets_its_first_domain(rpc, known, session):
    client = str(uuid.uuid4())
    known[client] = {"currency": "EUR"}
    rpc("add_domain", client_id=client, **NEW)
    assert [event["type"] for event in events_of(session, client)] == ["billing_account.opened.v1", "domain.added.v1"]


FAULTS = [
    ({"name": "nonsense"}, "/name"),
    ({"kind": "gift"}, "/kind"),
    ({"registrar": " "}, "/registrar"),
    ({"registrar": "a\u202eb"}, "/registrar"),
    ({"expires_on": "2020-02-30"}, "/expires_on"),
    ({"expires_on": "2020-03-01"}, "/expires_on"),
    ({"nameservers": ["ns1.a.example"]}, "/nameservers"),
    ({"nameservers": []}, "/nameservers"),
    ({"nameservers": ["ns1.a.example", "NS1.a.example"]}, "/nameservers"),
    ({"nameservers": [f"ns{n}.a.example" for n in range(14)]}, "/nameservers"),
    ({"nameservers": ["ns1.a.example", "10.0.0.1"]}, "/nameservers/1"),
    ({"auto_renew": "yes"}, "/auto_renew"),
    ({"price": "1"}, "/price"),
]


@pytest.mark.parametrize(("faulty", "pointer"), FAULTS)
def test_a_faulty_field_of_a_new_domain_is_named(rpc, session, account, faulty, pointer):
    client = account()
    refusal = refusal_of(lambda: rpc("add_domain", client_id=client, **{**NEW, **faulty}))
    assert refusal.status == 422 and [error["pointer"] for error in refusal.errors] == [pointer]
    assert session.scalar(select(Domain.id)) is None


def test_a_live_name_is_one_clients_alone_until_it_is_gone(rpc, session, account):
    first, second = account(), account()
    made = rpc("add_domain", client_id=first, **{**NEW, "name": "bücher.example"})
    refusal = refusal_of(lambda: rpc("add_domain", client_id=second, **{**NEW, "name": "XN--bcher-kva.EXAMPLE"}))
    assert (refusal.code, refusal.errors[0]["pointer"]) == ("duplicate", "/name")
    rpc("set_domain_status", client_id=first, domain_id=made["id"], status="transferred_away")
    assert rpc("add_domain", client_id=second, **{**NEW, "name": "bücher.example"})["status"] == "active"


def test_of_ten_clients_who_add_one_name_at_once_one_gets_it(rpc, session, account):
    clients = [account() for _ in range(10)]

    def attempt(client):
        try:
            return rpc("add_domain", client_id=client, **NEW)["status"]
        except Exception as problem:
            return problem.code

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(attempt, clients)) == ["active", *["duplicate"] * 9]


def test_an_edit_says_what_was_and_what_is(rpc, session, account):
    client = account()
    domain = billing_rows.domain(session, client, "old.example")
    new = {
        "registrar": "OpenSRS",
        "expires_on": "2028-01-01",
        "auto_renew": False,
        "nameservers": ["a.example", "b.example"],
    }
    changed = rpc("update_domain", client_id=client, domain_id=domain, **new)
    assert {name: changed[name] for name in new} == new
    (event,) = events_of(session, client)
    assert event["type"] == "domain.updated.v1" and event["facts"]["nameservers"] == new["nameservers"]
    assert {change["field"]: (change["old"], change["new"]) for change in event["changes"]} == {
        "registrar": ("Nominet", "OpenSRS"),
        "expires_on": ("2027-01-01", "2028-01-01"),
        "auto_renew": (True, False),
        "nameservers": (["ns1.example", "ns2.example"], ["a.example", "b.example"]),
    }
    assert rpc("update_domain", client_id=client, domain_id=domain, **new) == changed
    assert len(events_of(session, client)) == 1


@pytest.mark.parametrize(
    ("faulty", "pointer"),
    [
        ({"nameservers": []}, "/nameservers"),
        ({"nameservers": ["a.example"]}, "/nameservers"),
        ({"name": "b.example"}, "/name"),
        ({"expires_on": "2019-01-01"}, "/expires_on"),
        ({"auto_renew": None}, "/auto_renew"),
    ],
)
def test_a_faulty_field_of_an_edit_is_named(rpc, session, account, faulty, pointer):
    client = account()
    domain = billing_rows.domain(session, client, "old.example")
    refusal = refusal_of(lambda: rpc("update_domain", client_id=client, domain_id=domain, **faulty))
    assert refusal.status == 422 and [error["pointer"] for error in refusal.errors] == [pointer]


@pytest.mark.parametrize("old", DOMAIN_STATUSES)
def test_a_domain_moves_by_the_table_and_no_other_way(rpc, session, account, old):
    client = account()
    for new in DOMAIN_STATUSES:
        domain = billing_rows.domain(session, client, f"{new.replace('_', '-')}.example", status=old)
        if new in DOMAIN_MOVES[old]:
            assert rpc("set_domain_status", client_id=client, domain_id=domain, status=new)["status"] == new
            event = events_of(session, client)[-1]
            assert event["type"] == "domain.status_changed.v1" and event["facts"]["status"] == new
            assert event["changes"] == [{"field": "status", "old": old, "new": new}]
        else:
            refusal = refusal_of(
                lambda d=domain, n=new: rpc("set_domain_status", client_id=client, domain_id=d, status=n)
            )
            assert refusal.code == "invalid-state" and old.replace("_", " ") in refusal.detail


def test_a_domain_that_is_gone_or_another_clients_is_not_changed(rpc, session, account):
    client, other = account(), account()
    gone = billing_rows.domain(session, client, "gone.example", status="cancelled")
    foreign = billing_rows.domain(session, other, "foreign.example")
    assert (
        refusal_of(lambda: rpc("update_domain", client_id=client, domain_id=gone, auto_renew=False)).code
        == "invalid-state"
    )
    for domain in (foreign, "nonsense"):
        for name, more in (
            ("update_domain", {"auto_renew": False}),
            ("set_domain_status", {"status": "expired"}),
            ("get_domain", {}),
        ):
            assert (
                refusal_of(lambda d=name, m=more, i=domain: rpc(d, client_id=client, domain_id=i, **m)).code
                == "not-found"
            )
