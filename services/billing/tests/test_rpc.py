"""The RPC methods on the real bus: who may call, whose record, and clients whose creation has not reached billing yet."""

import uuid

import pytest
from sqlalchemy import select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.events.event import rfc3339
from chassis.events.relay import events_exchange
from chassis.testing.plugin import confirming, wait_until
from services.billing.commands.accounts.totals import refresh_totals
from services.billing.models import BillingAccount
from tests.support import billing_rows

OF_A_CLIENT = [
    "get_billing",
    "get_overview",
    "list_subscriptions",
    "list_invoices",
    "list_orders",
    "list_domains",
    "list_credits",
]


def new_client(clients, currency: str = "JPY") -> str:
    """A client that the clients service has just made."""
    client_id = str(uuid.uuid4())
    clients.known[client_id] = {"currency": currency}
    return client_id


def created(client_id: str, currency: str) -> dict:
    """The message of client.created.v1, as far as billing reads it."""
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "type": "client.created.v1",
        "source": "services/clients",
        "subject": client_id,
        "time": rfc3339(billing_rows.NOON),
        "stream": client_id,
        "sequence": 1,
        "cause": "request-1",
        "actor": {"kind": "staff", "id": "s1", "name": "Ada"},
        "acting_as": None,
        "facts": {"currency": currency},
        "personal": {},
        "changes": [],
    }


def publish(amqp_uri: str, event: dict) -> None:
    """Publish `event` as the clients service would."""
    with confirming(amqp_uri) as connection:
        connection.Producer().publish(
            event,
            exchange=events_exchange("clients"),
            routing_key=event["type"],
            declare=[events_exchange("clients")],
            delivery_mode=2,
        )


def test_each_rpc_answers_at_once_for_a_client_that_billing_has_not_heard_of(ask, billing, clients, session):
    client = new_client(clients)
    for rpc in OF_A_CLIENT:
        ask(rpc, client_id=client)
    assert ask("get_billing", client_id=client) == {
        "currency": "JPY",
        "currency_locked": False,
        "address": None,
        "version": 1,
    }
    assert ask("get_overview", client_id=client)["credit_balance"] == {"amount": "0", "currency": "JPY"}
    assert ask("list_invoices", client_id=client) == {
        "data": [],
        "page": {"next": None, "prev": None, "total": 0, "exact": True},
        "counts": {"draft": 0, "unpaid": 0, "paid": 0, "overdue": 0, "cancelled": 0, "refunded": 0},
    }
    assert session.scalars(select(BillingAccount.client_id)).all() == []


def test_totals_of_a_page_ask_for_the_unknown_ones_only_and_once(ask, billing, clients, account, session):
    known, new, nobody = account("EUR"), new_client(clients), str(uuid.uuid4())
    refresh_totals(session, known)
    session.commit()
    answer = ask("totals_for", client_ids=[str(known), new, nobody])
    assert {client: totals["outstanding"]["currency"] for client, totals in answer.items()} == {
        str(known): "EUR",
        new: "JPY",
    }
    ask("totals_for", client_ids=[str(known)])
    assert clients.asked == {"clients_for_billing": 1}


def test_a_new_client_gets_its_account_once_however_often_that_is_told(ask, billing, amqp_uri, session):
    client = str(uuid.uuid4())
    event = created(client, "KWD")
    for delivered in (event, event, {**event, "id": str(uuid.uuid4())}):
        publish(amqp_uri, delivered)
    last = created(str(uuid.uuid4()), "EUR")
    publish(amqp_uri, last)
    wait_until(
        lambda: session.rollback() or session.get(BillingAccount, uuid.UUID(last["subject"])), "the last account"
    )
    events = session.execute(select(outbox.c.stream, outbox.c.type, outbox.c.body).order_by(outbox.c.id)).all()
    assert [(row.stream, row.type) for row in events] == [
        (client, "billing_account.opened.v1"),
        (last["subject"], "billing_account.opened.v1"),
    ]
    assert events[0].body["facts"]["currency"] == "KWD" and events[0].body["cause"] == "request-1"
    assert ask("totals_for", client_ids=[client])[client]["credit_balance"] == {"amount": "0.000", "currency": "KWD"}


def test_a_record_that_the_request_is_not_about_is_not_found(ask, billing, make_caller, account):
    mine, foreign = account(), account()
    for rpc in OF_A_CLIENT:
        with pytest.raises(ServiceProblem) as refused:
            ask(rpc, make_caller(client_id=str(mine)), client_id=foreign)
        assert refused.value.code == "not-found", rpc


NEEDS = {
    "totals_for": "clients.view",
    "get_billing": "clients.view",
    "get_overview": "clients.view",
    "list_subscriptions": "services.view",
    "list_invoices": "invoices.view",
    "get_invoice": "invoices.view",
    "list_orders": "orders.view",
    "list_domains": "domains.view",
    "list_credits": "credits.view",
    "create_invoice": "invoices.create",
    "update_draft": "invoices.create",
    "publish_invoice": "invoices.create",
    "cancel_invoice": "invoices.edit",
    "record_payment": "invoices.edit",
    "mark_invoice_paid": "invoices.edit",
    "refund_invoice": "invoices.edit",
    "apply_credit": "invoices.edit",
    "add_credit": "credits.add",
    "reverse_credit": "credits.add",
    "open_import": "invoices.create",
    "stage_import_rows": "invoices.create",
    "start_import": "invoices.create",
    "get_order": "orders.view",
    "quote_order": "orders.manage",
    "place_order": "orders.manage",
    "approve_order": "orders.manage",
    "cancel_order": "orders.manage",
    "mark_order_fraud": "orders.manage",
    "get_product": "settings.view",
    "create_product": "settings.edit",
    "update_product": "settings.edit",
    "get_subscription": "services.view",
    "list_suspendable": "services.view",
    "get_suspension_batch": "services.view",
    "activate_subscription": "services.provision",
    "suspend_subscription": "services.manage",
    "unsuspend_subscription": "services.manage",
    "cancel_subscription": "services.manage",
    "terminate_subscription": "services.manage",
    "suspend_all_subscriptions": "services.manage",
    "unsuspend_all_subscriptions": "services.manage",
    "get_domain": "domains.view",
    "add_domain": "domains.manage",
    "update_domain": "domains.manage",
    "set_domain_status": "domains.manage",
    "update_billing": "clients.edit",
    "get_import": "invoices.create",
    "list_import_failures": "invoices.create",
}


def test_each_rpc_names_the_permission_of_the_product(ask, billing, make_caller):
    for rpc, permission in NEEDS.items():
        with pytest.raises(ServiceProblem) as refused:
            ask(rpc, make_caller(permissions=("notes.view",)))
        assert (refused.value.code, refused.value.extra) == ("forbidden", {"permission": permission}), rpc


def test_what_a_list_does_not_know_is_named(ask, billing, account):
    client = account()
    for arguments, pointer in [
        ({"status": "sent"}, "/status"),
        ({"limit": 101}, "/limit"),
        ({"sort": "name"}, "/sort"),
        ({"after": "nonsense"}, "/after"),
    ]:
        with pytest.raises(ServiceProblem) as refused:
            ask("list_invoices", client_id=client, **arguments)
        assert refused.value.status == 422 and [error["pointer"] for error in refused.value.errors] == [pointer]


def test_a_malformed_invoice_id_is_not_found(ask, billing, account):
    with pytest.raises(ServiceProblem) as refused:
        ask("get_invoice", client_id=account(), invoice_id="INV-00001")
    assert refused.value.code == "not-found"
