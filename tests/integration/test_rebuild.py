"""Events say enough to rebuild: what they alone come to is what stands in the tables."""

from decimal import Decimal

import pytest
from sqlalchemy import text as sql

import services.billing.events
import services.clients.events
import services.support.events  # noqa: F401  (the catalogue knows what it has imported)
from chassis.types.money import Money
from services.billing.rules import invoice_number, order_number, service_number
from services.clients.profile_fields import PROFILE_FIELDS
from tests.support.projections import Warehouse
from tests.support.seeded_databases import Loaded

# They come with the migration, and were emptied with the rest.
DEPARTMENTS = sql(
    "INSERT INTO departments (id, name) SELECT gen_random_uuid(), unnest(ARRAY['Support', 'Billing', 'Sales'])"
)


@pytest.fixture(scope="module")
def loaded(databases):
    """The demo data of forty clients with their whole history."""
    system = Loaded(databases)
    system.empty()
    with system.engines["support"].begin() as database:
        database.execute(DEPARTMENTS)
    done = system.load("--clients", "40", "--seed", "11", "--append")
    assert done.code == 0, done.output
    yield system
    system.close()


@pytest.fixture(scope="module")
def rebuilt(loaded) -> Warehouse:
    return Warehouse(loaded.events())


def minor(value: int, currency: str) -> Decimal:
    return Decimal(Money(value, currency).to_wire()["amount"])


def day(value) -> str | None:
    return value and value.isoformat()


def text(value) -> str | None:
    return value and str(value)


def test_clients_with_their_profiles(loaded, rebuilt):
    columns = ", ".join(
        f"{'client' if field.of == 'client' else 'person'}.{field.name} AS {field.name}" for field in PROFILE_FIELDS
    )
    rows = loaded.rows(
        "clients",
        f"""SELECT client.id, client.status, client.group_id, {columns},
                   array(SELECT tag_id::text FROM client_tags WHERE client_id = client.id ORDER BY 1) AS tags
            FROM clients client JOIN contacts person ON person.client_id = client.id AND person.is_primary""",
    )
    kept = {
        str(row.id): {
            **{field.name: getattr(row, field.name) for field in PROFILE_FIELDS},
            "status": row.status,
            "group_id": text(row.group_id),
            "tags": list(row.tags),
        }
        for row in rows
    }
    opened = loaded.rows("billing", "SELECT client_id, currency FROM billing_accounts")
    currencies = {str(row.client_id): row.currency for row in opened}
    assert rebuilt.clients == {one: {**client, "currency": currencies[one]} for one, client in kept.items()}
    assert {one: account["currency"] for one, account in rebuilt.accounts.items()} == currencies


def test_invoices_with_their_lines_and_payments(loaded, rebuilt):
    lines: dict[str, list] = {}
    for row in loaded.rows(
        "billing",
        "SELECT line.*, currency FROM invoice_lines line JOIN invoices invoice ON id = invoice_id ORDER BY position",
    ):
        money = (minor(value, row.currency) for value in (row.unit_price_minor, row.tax_minor, row.total_minor))
        unit, tax, total = money
        lines.setdefault(str(row.invoice_id), []).append(
            (row.description, row.quantity, unit, row.tax_rate, tax, total)
        )
    kept = {
        str(row.id): {
            "client_id": str(row.client_id),
            "number": invoice_number(row.number),
            "status": row.status,
            "issue_date": day(row.issue_date),
            "due_date": day(row.due_date),
            "subtotal": minor(row.subtotal_minor, row.currency),
            "tax_total": minor(row.tax_minor, row.currency),
            "total": minor(row.total_minor, row.currency),
            "credit_applied": minor(row.credit_applied_minor, row.currency),
            "paid": minor(row.paid_minor, row.currency),
            "lines": lines[str(row.id)],
        }
        for row in loaded.rows("billing", "SELECT * FROM invoices")
    }
    assert rebuilt.invoices == kept and len(kept) > 100
    payments = {
        str(row.id): {
            "invoice_id": str(row.invoice_id),
            "date": day(row.paid_on),
            "gateway": row.gateway,
            "reference": row.reference,
            "amount": minor(row.amount_minor, row.currency),
            "credited": minor(row.credited_minor, row.currency),
            "refunded": minor(row.refunded_minor, row.currency),
        }
        for row in loaded.rows("billing", "SELECT * FROM payments WHERE gateway <> 'import'")
    }
    assert rebuilt.payments == payments


def test_ledgers(loaded, rebuilt):
    assert rebuilt.credits == {
        str(row.id): {
            "client_id": str(row.client_id),
            "amount": minor(row.amount_minor, row.currency),
            "balance_after": minor(row.balance_after_minor, row.currency),
            "kind": row.kind,
            "description": row.description,
            "invoice_id": text(row.invoice_id),
            "reverses": text(row.reverses),
        }
        for row in loaded.rows("billing", "SELECT * FROM credit_entries")
    }


def test_subscriptions_domains_and_orders(loaded, rebuilt):
    assert rebuilt.subscriptions == {
        str(row.id): {
            "client_id": str(row.client_id),
            "number": service_number(row.number),
            "product_id": text(row.product_id),
            **{name: getattr(row, name) for name in ("product", "domain", "billing_cycle", "status")},
            "next_due_date": day(row.next_due_date),
            "price": minor(row.price_minor, row.currency),
            "suspended_reason": row.suspended_reason,
        }
        for row in loaded.rows("billing", "SELECT * FROM subscriptions")
    }
    assert rebuilt.domains == {
        str(row.id): {
            "client_id": str(row.client_id),
            **{name: getattr(row, name) for name in ("name", "status", "registrar", "auto_renew", "nameservers")},
            "registered_on": day(row.registered_on),
            "expires_on": day(row.expires_on),
        }
        for row in loaded.rows("billing", "SELECT * FROM domains")
    }
    items: dict[str, list] = {}
    for row in loaded.rows("billing", "SELECT item.*, currency FROM order_items item JOIN orders ON id = order_id"):
        ids = (text(row.subscription_id), text(row.domain_id))
        prices = (minor(row.list_price_minor, row.currency), minor(row.price_minor, row.currency))
        items.setdefault(str(row.order_id), []).append(
            (text(row.product_id), row.product, row.billing_cycle, row.domain, *ids, *prices)
        )
    assert rebuilt.orders == {
        str(row.id): {
            "client_id": str(row.client_id),
            "number": order_number(row.number),
            "status": row.status,
            "invoice_id": text(row.invoice_id),
            "total": minor(row.total_minor, row.currency),
            "items": items[str(row.id)],
        }
        for row in loaded.rows("billing", "SELECT * FROM orders")
    }


def test_tickets_with_their_threads(loaded, rebuilt):
    kept = loaded.rows(
        "support", "SELECT ticket.*, name FROM tickets ticket LEFT JOIN departments ON departments.id = department_id"
    )
    tickets = {
        str(row.id): {
            "client_id": str(row.client_id),
            **{name: getattr(row, name) for name in ("number", "subject", "status", "priority")},
            "department": row.name,
            "assigned_to_id": text(row.assigned_to_id),
        }
        for row in kept
    }
    assert rebuilt.tickets == tickets
    replies: dict[str, list] = {}
    for row in loaded.rows("support", "SELECT * FROM replies ORDER BY ticket_id, created_at, id"):
        replies.setdefault(str(row.ticket_id), []).append((str(row.id), row.body, row.internal, row.author_kind))
    assert rebuilt.replies == replies
