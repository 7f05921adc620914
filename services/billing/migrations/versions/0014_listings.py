"""Lists over all clients are read in their orders, by status too, and payments by what their reference says."""

from chassis.db.indexes import create_indexes

revision = "0014"
down_revision = "0013"

OWED = "total_minor - credit_applied_minor - paid_minor"
INDEXES = (
    "invoices_issued ON invoices (COALESCE(issue_date, '9999-12-31'::date), COALESCE(number, 9223372036854775807), id)",
    "invoices_status_issued ON invoices (status, COALESCE(issue_date, '9999-12-31'::date), "
    "COALESCE(number, 9223372036854775807), id)",
    "invoices_due ON invoices (COALESCE(due_date, '9999-12-31'::date), id)",
    "invoices_status_due ON invoices (status, COALESCE(due_date, '9999-12-31'::date), id)",
    "invoices_owed ON invoices ((CASE WHEN status IN ('unpaid', 'overdue') THEN currency ELSE '' END), "
    f"(CASE WHEN status IN ('unpaid', 'overdue') THEN {OWED} ELSE 0 END), id)",
    "payments_paid_on ON payments (paid_on, id)",
    "payments_amount ON payments (currency, amount_minor, id)",
    "payments_search ON payments USING gin (lower(reference) gin_trgm_ops)",
    "orders_placed_at ON orders (placed_at, id)",
    "orders_status_placed_at ON orders (status, placed_at, id)",
    "orders_total ON orders (currency, total_minor, id)",
    "subscriptions_next_due ON subscriptions (COALESCE(next_due_date, '9999-12-31'::date), id)",
    "subscriptions_status_next_due ON subscriptions (status, COALESCE(next_due_date, '9999-12-31'::date), id)",
    "subscriptions_price ON subscriptions (currency, price_minor, id)",
    "domains_expires_on ON domains (COALESCE(expires_on, '9999-12-31'::date), id)",
    "domains_status_expires_on ON domains (status, COALESCE(expires_on, '9999-12-31'::date), id)",
)


def upgrade() -> None:
    create_indexes(*(f"ix_{index}" for index in INDEXES))
