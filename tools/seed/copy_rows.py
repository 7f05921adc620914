"""Rows as COPY wants them, and the five databases that they go into."""

import os
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO

import psycopg2

from deploy.services import SERVICES
from services.clients.profile_fields import COMPANY

_OUTBOX = "recorded_at, event_id, type, stream, sequence, body, personal, published_at"
# Tables in the order in which they refer to each other. A row of `rows.add` has its values in the order of these
# columns.
COLUMNS = {
    "clients.identity.logins": "id, kind, email, email_key, created_at",
    "clients.identity.staff_accounts": "id, login_id, name, role, created_at",
    "clients.client_groups": "id, name, colour, description, discount_percent, created_at",
    "clients.tags": "id, name, colour, created_at",
    "clients.custom_fields": "id, label, type, options, required, position, visibility, created_at",
    "clients.clients": "id, status, joined_at, last_login_at, group_id, sort_name, search_text, "
    f"{', '.join(COMPANY)}, currency, created_by",
    "clients.contacts": "id, client_id, is_primary, first_name, last_name, email, email_key, phone, phone_e164, role, status, "
    "login_id, last_login_at, created_at",
    "clients.client_tags": "client_id, tag_id",
    "clients.notes": "id, client_id, body, sticky, author_id, author_name, created_at",
    "clients.custom_field_values": "client_id, field_id, value",
    "billing.products": "id, name, description, takes_domain, tax_rate, created_at",
    "billing.product_prices": "product_id, billing_cycle, currency, price_minor",
    "billing.billing_accounts": "client_id, currency, opened_at",
    "billing.client_totals": "client_id, currency, services, active_services, suspended_services, pending_services, invoices, "
    "orders, domains, outstanding_minor, overdue_minor, oldest_due_on, credit_minor, next_due_on",
    "billing.subscriptions": "id, number, client_id, product_id, product, domain, billing_cycle, currency, price_minor, "
    "status, next_due_date, suspended_reason, created_at",
    "billing.domains": "id, client_id, name, status, registered_on, expires_on, registrar, auto_renew, nameservers, "
    "created_at",
    "billing.invoices": "id, client_id, number, status, currency, issue_date, due_date, subtotal_minor, tax_minor, "
    "total_minor, credit_applied_minor, paid_minor, notes, source, external_id, source_hash, created_at, "
    "published_at",
    "billing.invoice_lines": "invoice_id, position, description, quantity, unit_price_minor, tax_rate, total_minor, tax_minor",
    "billing.invoice_documents": "invoice_id, origin, buyer, seller_id, taken_at",
    "billing.payments": "id, client_id, invoice_id, currency, amount_minor, refunded_minor, paid_on, gateway, reference, "
    "actor_kind, actor_id, actor_name, created_at, credited_minor",
    "billing.orders": "id, number, client_id, currency, status, total_minor, discount_percent, invoice_id, placed_at, "
    "placed_by_kind, placed_by_id, placed_by_name",
    "billing.order_items": "order_id, position, product_id, product, billing_cycle, domain, list_price_minor, price_minor, "
    "subscription_id, domain_id",
    "billing.credit_entries": "id, client_id, seq, currency, amount_minor, balance_after_minor, kind, description, invoice_id, "
    "actor_kind, actor_id, actor_name, created_at",
    "billing.credit_applications": "id, client_id, invoice_id, credit_entry_id, amount_minor, created_at",
    "support.tickets": "id, client_id, number, subject, status, priority, department_id, assigned_to_id, assigned_to_name, "
    "opened_at, last_reply_at, last_reply_by_kind, last_reply_by_name",
    "support.replies": "id, ticket_id, author_kind, author_id, author_name, body, internal, created_at",
    "clients.streams": "stream, sequence",
    "billing.streams": "stream, sequence",
    "support.streams": "stream, sequence",
    "clients.outbox": _OUTBOX,
    "billing.outbox": _OUTBOX,
    "support.outbox": _OUTBOX,
    "audit.chain_heads": "chain, seq, hash",
    "audit.entries": "chain, seq, event_id, type, category, source, sequence, occurred_at, received_at, actor_kind, actor_id, "
    "acting_as, entity_type, entity_id, cause, facts, changes, personal, prev, hash",
}


class Rows:
    """Rows on their way into the databases, as lines of COPY's text format."""

    def __init__(self):
        self._lines: dict[str, list[str]] = defaultdict(list)

    def add(self, table: str, *values) -> None:
        """Add a row to `table` (`clients.notes`), its values in the order of COLUMNS."""
        self._lines[table].append("\t".join(map(_field, values)))

    def add_line(self, table: str, line: str) -> None:
        """Add a row that is a line of COPY's format already."""
        self._lines[table].append(line)

    def counts(self) -> dict[str, int]:
        """How many rows there are of each table."""
        return {table: len(lines) for table, lines in self._lines.items()}

    def copy_into(self, databases: "Databases", name_of: Callable[[str], str] = str) -> None:
        """COPY all rows, one transaction a database, into the table that `name_of` a table's name gives."""
        for table, columns in COLUMNS.items():
            if table in self._lines:
                service, _, name = table.partition(".")
                name = name_of(name)
                databases.copy(service, f"COPY {name} ({columns}) FROM STDIN", self._lines[table])
        databases.commit()


def _field(value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return escaped(value) if isinstance(value, str) else str(value)


def escaped(text: str) -> str:
    """`text` as a value of COPY's format; it may hold line breaks and backslashes, but no tabs."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text.replace("\n", "\\n") if "\n" in text else text


class Databases:
    """A connection to each service's database as the role that owns it (`CLIENTS_OWNER_DATABASE_URL` …)."""

    def __init__(self):
        missing = [name for name in map(_variable, SERVICES) if name not in os.environ]
        if missing:
            raise SystemExit(f"{', '.join(missing)} must name the databases: ./dev seed does it.")
        self._connections = {service: psycopg2.connect(os.environ[_variable(service)]) for service in SERVICES}
        for connection in self._connections.values():
            self._execute(connection, "SET synchronous_commit = off")
            connection.commit()

    def copy(self, service: str, statement: str, lines: list[str]) -> None:
        """Send `lines` down a COPY; nothing is kept before `commit`."""
        with self._connections[service].cursor() as cursor:
            cursor.copy_expert(statement, BytesIO(("\n".join(lines) + "\n").encode()), size=1 << 18)

    def query(self, service: str, statement: str, values: tuple = ()) -> list[tuple]:
        """Run a statement; its rows, [] when it gives none."""
        with self._connections[service].cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def commit(self) -> None:
        """Keep what was done, in every database."""
        for connection in self._connections.values():
            connection.commit()

    def analyse(self) -> None:
        """Bring the planner's statistics up to date (and the visibility maps, which counts live on)."""
        self.commit()
        for connection in self._connections.values():
            connection.autocommit = True
        with ThreadPoolExecutor(len(SERVICES)) as pool:
            list(pool.map(lambda connection: self._execute(connection, "VACUUM ANALYZE"), self._connections.values()))
        for connection in self._connections.values():
            connection.autocommit = False

    def close(self) -> None:
        """Close the connections; what was not committed is forgotten."""
        for connection in self._connections.values():
            connection.close()

    @staticmethod
    def _execute(connection, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _variable(service: str) -> str:
    return f"{service.upper()}_OWNER_DATABASE_URL"


@contextmanager
def opened():
    """Databases, closed at the end of the block."""
    databases = Databases()
    try:
        yield databases
    finally:
        databases.close()
