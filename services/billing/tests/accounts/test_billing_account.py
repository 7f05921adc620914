"""The billing account: its currency while nothing is in it, its address, its version."""

import uuid

import pytest
from sqlalchemy import event, select

from services.billing.listeners import open_accounts
from services.billing.models import BillingAccount
from tests.support import billing_rows
from tests.support.outbox_helpers import events_of, refusal_of

ADDRESS = {
    "address1": "12 Wharf",
    "address2": "",
    "city": "Bristol",
    "state": "",
    "postcode": "BS1 4RN",
    "country": "GB",
}


def test_currency_and_address_are_changed_and_told_with_the_address_apart(rpc, session, account):
    client = account("EUR")
    changed = rpc("update_billing", client_id=client, version=1, currency="USD", address=ADDRESS)
    assert changed == {
        "currency": "USD",
        "currency_locked": False,
        "version": 2,
        "address": {**ADDRESS, "address2": None, "state": None},
    }
    assert rpc("get_billing", client_id=client) == changed
    (event,) = events_of(session, client)
    assert event["type"] == "billing_account.updated.v1" and event["facts"]["currency"] == "USD"
    assert event["facts"]["entity"] == {"type": "billing_account", "id": str(client)}
    assert event["facts"]["totals"]["outstanding"] == {"amount": "0.00", "currency": "USD"}
    public = {change["field"]: (change["old"], change["new"]) for change in event["changes"]}
    assert public == {
        "currency": ("EUR", "USD"),
        **dict.fromkeys(("address1", "city", "postcode", "country"), (None, None)),
    }
    assert event["personal"]["changes.city"]["value"] == {"old": None, "new": "Bristol"}
    assert "Bristol" not in str({name: part for name, part in event.items() if name != "personal"})
    assert rpc("totals_for", client_ids=[str(client)])[str(client)]["credit_balance"]["currency"] == "USD"


def test_no_address_of_its_own_means_the_profiles(rpc, session, account):
    client = account()
    rpc("update_billing", client_id=client, version=1, address=ADDRESS)
    assert rpc("update_billing", client_id=client, version=2, address=None)["address"] is None
    assert events_of(session, client)[-1]["personal"]["changes.city"]["value"] == {"old": "Bristol", "new": None}


def test_a_stale_version_and_nothing_new_change_nothing(rpc, session, account):
    client = account()
    rpc("update_billing", client_id=client, version=1, address=ADDRESS)
    refusal = refusal_of(lambda: rpc("update_billing", client_id=client, version=1, address=None))
    assert (refusal.code, refusal.status) == ("stale", 412)
    assert rpc("update_billing", client_id=client, version=2, address=ADDRESS, currency="EUR")["version"] == 2
    assert len(events_of(session, client)) == 1


@pytest.mark.parametrize("amount", ["invoice", "order", "credit"])
def test_the_currency_stays_once_there_is_an_amount_in_it(rpc, session, account, amount):
    client = account("EUR")
    made = {
        "invoice": lambda: billing_rows.invoice(session, client, 1),
        "order": lambda: billing_rows.order(session, client, 1),
        "credit": lambda: billing_rows.credit(session, client, 1, 500, 500),
    }
    made[amount]()
    assert rpc("get_billing", client_id=client)["currency_locked"] is True
    refusal = refusal_of(lambda: rpc("update_billing", client_id=client, version=1, currency="USD", address=ADDRESS))
    assert (refusal.code, [error["pointer"] for error in refusal.errors]) == ("invalid-state", ["/currency"])
    assert rpc("get_billing", client_id=client)["address"] is None and events_of(session, client) == []
    assert rpc("update_billing", client_id=client, version=1, currency="EUR", address=ADDRESS)["version"] == 2


@pytest.mark.parametrize(
    ("faulty", "pointer"),
    [
        ({"currency": "XXX"}, "/currency"),
        ({"currency": "eur"}, "/currency"),
        ({"currency": 7}, "/currency"),
        ({"address": {"country": "ZZ"}}, "/address/country"),
        ({"address": {"planet": "Mars"}}, "/address/planet"),
        ({"address": {"city": "x" * 101}}, "/address/city"),
        ({"address": {"city": "a\u202eb"}}, "/address/city"),
        ({"address": "Bristol"}, "/address"),
        ({"balance": 1}, "/balance"),
    ],
)
def test_a_faulty_field_is_named(rpc, session, account, faulty, pointer):
    client = account()
    refusal = refusal_of(lambda: rpc("update_billing", client_id=client, version=1, **faulty))
    assert refusal.status == 422 and pointer in [error["pointer"] for error in refusal.errors]


def test_a_client_that_billing_has_not_heard_of_is_edited_at_once(rpc, known, session):
    client = str(uuid.uuid4())
    known[client] = {"currency": "JPY"}
    assert rpc("update_billing", client_id=client, version=1, currency="KWD")["currency"] == "KWD"
    assert refusal_of(lambda: rpc("update_billing", client_id=uuid.uuid4(), version=1)).code == "not-found"


def of_new_client(currency: str, client: uuid.UUID | None = None) -> dict:
    event_id = str(uuid.uuid4())
    facts = {"currency": currency}
    return {"id": event_id, "subject": str(client or uuid.uuid4()), "cause": f"request of {event_id}", "facts": facts}


def test_accounts_of_many_new_clients_are_opened_together_each_once_and_by_its_own_event(session, account):
    had, twice, sent = account("GBP"), uuid.uuid4(), []
    events = [*map(of_new_client, ["USD"] * 30), of_new_client("EUR", had)]
    events += [of_new_client("EUR", twice), of_new_client("USD", twice)]
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: sent.append(given[2]))
    open_accounts(session, events=events)
    session.commit()
    assert len(sent) == 5, sent
    assert dict(session.execute(select(BillingAccount.client_id, BillingAccount.currency)).all()) == {
        **{uuid.UUID(one["subject"]): "USD" for one in events[:30]},
        **{had: "GBP", twice: "EUR"},
    }
    assert events_of(session, had) == []
    for one in [*events[:30], events[-2]]:
        (opened,) = events_of(session, uuid.UUID(one["subject"]))
        assert (opened["type"], opened["sequence"], opened["cause"]) == ("billing_account.opened.v1", 1, one["cause"])
        assert opened["facts"]["totals"]["outstanding"] == {"amount": "0.00", "currency": one["facts"]["currency"]}
