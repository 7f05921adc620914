"""Factories of billing rows: everything that a test does not care about is filled in."""

import uuid
from datetime import UTC, date, datetime

from sqlalchemy import insert

from services.billing.models import CreditEntry, Domain, Invoice, Order, OrderItem, Subscription

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def client_terms(**given) -> dict:
    """What the clients service tells billing of a client: Ada Byron in euro, at no address."""
    return {
        "currency": "EUR",
        "name": "Ada Byron",
        "company": "",
        "contact": "Ada Byron",
        "email": "ada@example.com",
        "address": dict.fromkeys(("address1", "address2", "city", "state", "postcode", "country"), ""),
        "tax_id": "",
        "tax_exempt": False,
        "group_discount": "0",
        **given,
    }


def add(session, model, **values) -> uuid.UUID:
    """Insert one row and commit; returns its id."""
    values = {"id": uuid.uuid4(), **values}
    session.execute(insert(model).values(**values))
    session.commit()
    return values["id"]


def subscription(session, client_id, **values):
    """A monthly service at 10.00 EUR, active."""
    return add(
        session,
        Subscription,
        client_id=client_id,
        **{
            "product": "Cloud VPS 4",
            "billing_cycle": "monthly",
            "currency": "EUR",
            "price_minor": 1000,
            "status": "active",
            "created_at": NOON,
            **values,
        },
    )


def invoice(session, client_id, number, **values):
    """An unpaid invoice of 12.00 EUR (2.00 of it tax), due on 15 November 2026."""
    return add(
        session,
        Invoice,
        client_id=client_id,
        number=number,
        **{
            "status": "unpaid",
            "currency": "EUR",
            "issue_date": date(2026, 11, 1),
            "due_date": date(2026, 11, 15),
            "subtotal_minor": 1000,
            "tax_minor": 200,
            "total_minor": 1200,
            **values,
        },
    )


def credit(session, client_id, seq, amount, after, **values):
    """A ledger entry made by staff."""
    return add(
        session,
        CreditEntry,
        client_id=client_id,
        seq=seq,
        amount_minor=amount,
        balance_after_minor=after,
        **{
            "currency": "EUR",
            "kind": "added",
            "description": "Goodwill",
            "actor_kind": "staff",
            "actor_id": "s1",
            "actor_name": "Ada Staff",
            "created_at": NOON,
            **values,
        },
    )


def domain(session, client_id, name, **values):
    """An active domain that renews by itself."""
    return add(
        session,
        Domain,
        client_id=client_id,
        name=name,
        **{
            "status": "active",
            "registered_on": date(2020, 1, 1),
            "expires_on": date(2027, 1, 1),
            "registrar": "Nominet",
            "auto_renew": True,
            "nameservers": ["ns1.example", "ns2.example"],
            **values,
        },
    )


def order(session, client_id, number, **values):
    """An active order of one item, placed by a contact."""
    placed = add(
        session,
        Order,
        client_id=client_id,
        number=number,
        **{
            "currency": "EUR",
            "status": "active",
            "total_minor": 1000,
            "placed_at": NOON,
            "placed_by_kind": "contact",
            "placed_by_id": "c1",
            "placed_by_name": "Imogen Hartley",
            **values,
        },
    )
    session.execute(
        insert(OrderItem).values(
            order_id=placed,
            position=1,
            product="Cloud VPS 4",
            billing_cycle="monthly",
            list_price_minor=1000,
            price_minor=1000,
        )
    )
    session.commit()
    return placed
