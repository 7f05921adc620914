"""What the database itself refuses, and that models and migration agree."""

from datetime import timedelta
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import services.billing.models as models
from chassis.db import tables
from chassis.db.base import Base
from chassis.db.engine import driver_url
from services.billing.models import CreditApplication, Payment
from tests.support import billing_rows


def test_models_and_migration_describe_the_same_tables(databases):
    ours = {getattr(models, name).__table__.name for name in models.__all__}
    shared = {table.name for table in (tables.streams, tables.outbox, tables.inbox, tables.idempotency_keys)}
    known = MetaData(naming_convention=Base.metadata.naming_convention)
    for name in ours | shared:
        Base.metadata.tables[name].to_metadata(known)
    engine = create_engine(driver_url(databases("billing").owner_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "include_name": lambda name, kind, parents: kind != "table" or name in ours},
        )
        differences = [
            item for item in compare_metadata(context, known) if _table_of(item) in ours and not _is_constraint(item)
        ]
    engine.dispose()
    assert differences == []


def test_the_migration_numbers_services_in_the_order_in_which_they_were_made(session, databases, account):
    made = [billing_rows.NOON + timedelta(days=day) for day in (3, 1, 2)]
    third, first, second = (billing_rows.subscription(session, account(), created_at=day) for day in made)
    engine = create_engine(driver_url(databases("billing").owner_url))
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE subscriptions DROP COLUMN number"))
        connection.execute(text("DROP INDEX ix_order_items_subscription_id"))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("services.billing.migrations.versions.0010_service_numbers").upgrade()
        numbered = connection.execute(text("SELECT id FROM subscriptions ORDER BY number")).scalars().all()
        following = connection.scalar(text("SELECT nextval(pg_get_serial_sequence('subscriptions', 'number'))"))
        connection.rollback()
    engine.dispose()
    assert (numbered, following) == ([first, second, third], 4)


def _is_constraint(difference) -> bool:
    """Constraints carry PostgreSQL's own names in the migration; the tests of what is refused speak for them."""
    return difference[0] in ("add_constraint", "remove_constraint")


def _table_of(difference) -> str | None:
    item = difference[0] if isinstance(difference, list) else difference
    if item[0].startswith("modify_") or item[0] in ("add_column", "remove_column"):
        return item[2]
    return getattr(item[1], "name", None) if item[0].endswith("_table") else item[1].table.name


def refused(session, statement: str, **values) -> str:
    """The SQLSTATE with which PostgreSQL refuses `statement`; rolls back."""
    with pytest.raises(DBAPIError) as error:
        session.execute(text(statement), values)
        session.commit()
    session.rollback()
    return error.value.orig.pgcode


LEDGER_CHANGES = [
    "UPDATE credit_entries SET amount_minor = 1",
    "UPDATE credit_entries SET description = ''",
    "DELETE FROM credit_entries",
    "TRUNCATE credit_entries CASCADE",
]


@pytest.mark.parametrize("statement", LEDGER_CHANGES)
@pytest.mark.parametrize("role", ["app", "owner"])
def test_nobody_changes_the_ledger(session, databases, account, role, statement):
    billing_rows.credit(session, account(), 1, 500, 500)
    engine = create_engine(driver_url(getattr(databases("billing"), f"{role}_url")))
    with Session(engine) as other:
        assert refused(other, statement) == "42501"
    engine.dispose()
    assert session.scalar(text("SELECT count(*) FROM credit_entries WHERE amount_minor = 500")) == 1


MOVES = {"payments": "refunded_minor", "credit_applications": "returned_minor"}
PAID_CHANGES = [
    change.format(table=table, moves=moves)
    for table, moves in MOVES.items()
    for change in (
        "UPDATE {table} SET amount_minor = 1",
        "UPDATE {table} SET created_at = now(), {moves} = 1",
        "UPDATE {table} SET invoice_id = id",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
    )
]


@pytest.mark.parametrize("statement", PAID_CHANGES)
@pytest.mark.parametrize("role", ["app", "owner"])
def test_nobody_changes_what_was_paid_or_applied_but_how_much_of_it_went_back(
    session, databases, account, role, statement
):
    client = account()
    _paid(session, client)
    engine = create_engine(driver_url(getattr(databases("billing"), f"{role}_url")))
    with Session(engine) as other:
        assert refused(other, statement) == "42501"
    engine.dispose()
    session.execute(text("UPDATE payments SET refunded_minor = 700"))
    session.execute(text("UPDATE credit_applications SET returned_minor = 200"))
    session.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments SET refunded_minor = 701",
        "UPDATE payments SET refunded_minor = -1",
        "UPDATE credit_applications SET returned_minor = 201",
    ],
)
def test_no_more_goes_back_than_the_invoice_had_of_it(session, account, statement):
    _paid(session, account())
    assert refused(session, statement) == "23514"


def _paid(session, client) -> None:
    """An invoice with a payment of 10.00, of which 3.00 became credit, and 2.00 of credit applied."""
    invoice = billing_rows.invoice(session, client, 1, paid_minor=700, credit_applied_minor=200)
    billing_rows.add(
        session,
        Payment,
        client_id=client,
        invoice_id=invoice,
        currency="EUR",
        amount_minor=1000,
        credited_minor=300,
        paid_on=billing_rows.NOON.date(),
        gateway="card",
        actor_kind="system",
    )
    billing_rows.credit(session, client, 1, 500, 500)
    used = billing_rows.credit(session, client, 2, -200, 300, kind="applied", invoice_id=invoice)
    billing_rows.add(
        session, CreditApplication, client_id=client, invoice_id=invoice, credit_entry_id=used, amount_minor=200
    )


@pytest.mark.parametrize(
    ("seq", "amount", "after", "code"),
    [
        (2, -501, -1, "23514"),  # below zero
        (2, -200, 400, "23503"),  # a wrong balance
        (3, -200, 300, "23503"),  # a gap
        (1, 700, 700, "23505"),  # a fork
        (2, 0, 500, "23514"),  # nothing
    ],
)
def test_the_ledger_takes_only_the_next_entry_with_the_right_balance(session, account, seq, amount, after, code):
    client = account()
    billing_rows.credit(session, client, 1, 500, 500)
    with pytest.raises(DBAPIError) as error:
        billing_rows.credit(session, client, seq, amount, after)
    session.rollback()
    assert error.value.orig.pgcode == code
    billing_rows.credit(session, client, 2, -500, 0)


def test_a_first_entry_begins_at_zero(session, account):
    with pytest.raises(DBAPIError) as error:
        billing_rows.credit(session, account(), 1, 500, 600)
    session.rollback()
    assert error.value.orig.pgcode == "23514"


def test_an_entry_is_reversed_once(session, account):
    client = account()
    first = billing_rows.credit(session, client, 1, 500, 500)
    billing_rows.credit(session, client, 2, -100, 400, kind="correction", reverses=first)
    with pytest.raises(DBAPIError) as error:
        billing_rows.credit(session, client, 3, -100, 300, kind="correction", reverses=first)
    session.rollback()
    assert error.value.orig.pgcode == "23505"


def test_an_account_with_money_in_it_keeps_its_currency(session, account):
    empty, used = account("EUR"), account("EUR")
    billing_rows.invoice(session, used, 1)
    session.execute(text("UPDATE billing_accounts SET currency = 'USD' WHERE client_id = :client"), {"client": empty})
    session.commit()
    change = "UPDATE billing_accounts SET currency = 'USD' WHERE client_id = :client"
    assert refused(session, change, client=used) == "23503"


@pytest.mark.parametrize(
    "values",
    [
        {"currency": "USD"},
        {"total_minor": 1201},
        {"paid_minor": 1201},
        {"status": "draft"},
        {"number": None},
        {"status": "sent"},
        {"number": 0},
    ],
)
def test_an_invoice_that_cannot_be_is_refused(session, account, values):
    with pytest.raises(DBAPIError) as error:
        billing_rows.invoice(session, account("EUR"), **{"number": 1, **values})
    session.rollback()
    assert error.value.orig.pgcode in ("23514", "23503")


KEPT = [
    "billing_accounts",
    "client_totals",
    "invoices",
    "payments",
    "orders",
    "order_items",
    "subscriptions",
    "domains",
    "credit_applications",
    "suspension_batches",
    "billing_counters",
    "outbox",
]


@pytest.mark.parametrize("table", KEPT)
def test_the_service_itself_deletes_nothing_that_is_owed_or_was_paid(session, table):
    assert refused(session, f"DELETE FROM {table}") == "42501"
    assert refused(session, f"TRUNCATE {table} CASCADE") == "42501"
