"""The first tables of billing: accounts, catalogue, orders, services, domains, invoices, payments, credit, totals,
imports."""

from alembic import op

from chassis.db.migration_steps import append_only, create_chassis_tables

revision = "0001"
down_revision = None

ACTOR = "actor_kind text NOT NULL CHECK (actor_kind IN ('staff', 'contact', 'system')), actor_id text, actor_name text"
CYCLE = (
    "billing_cycle text NOT NULL "
    "CHECK (billing_cycle IN ('monthly', 'quarterly', 'semi_annual', 'annual', 'biennial', 'one_time'))"
)
CURRENCY = "currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$')"
ACCOUNT = "client_id uuid NOT NULL REFERENCES billing_accounts (client_id)"
# Amounts of an account are in its currency, and the account keeps it while there is one of these.
IN_CURRENCY = "FOREIGN KEY (client_id, currency) REFERENCES billing_accounts (client_id, currency)"

TABLES = (
    f"""
    CREATE TABLE billing_accounts (
      client_id uuid PRIMARY KEY, {CURRENCY},
      address1 text, address2 text, city text, state text, postcode text, country text,
      version integer NOT NULL DEFAULT 1, opened_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (client_id, currency))
    """,
    f"""
    CREATE TABLE client_totals (
      client_id uuid PRIMARY KEY REFERENCES billing_accounts (client_id), {CURRENCY},
      services integer NOT NULL, active_services integer NOT NULL, suspended_services integer NOT NULL,
      pending_services integer NOT NULL, invoices integer NOT NULL, orders integer NOT NULL, domains integer NOT NULL,
      outstanding_minor bigint NOT NULL, overdue_minor bigint NOT NULL, oldest_due_on date,
      credit_minor bigint NOT NULL CHECK (credit_minor >= 0))
    """,
    """
    CREATE TABLE products (
      id uuid PRIMARY KEY, name text NOT NULL UNIQUE, retired boolean NOT NULL DEFAULT false,
      version integer NOT NULL DEFAULT 1, created_at timestamptz NOT NULL DEFAULT now())
    """,
    f"""
    CREATE TABLE product_prices (
      product_id uuid NOT NULL REFERENCES products (id), {CYCLE}, {CURRENCY},
      price_minor bigint NOT NULL CHECK (price_minor >= 0), PRIMARY KEY (product_id, billing_cycle, currency))
    """,
    f"""
    CREATE TABLE suspension_batches (
      id uuid PRIMARY KEY, {ACCOUNT}, reason text NOT NULL, {ACTOR},
      made_at timestamptz NOT NULL DEFAULT now(), undone_at timestamptz)
    """,
    f"""
    CREATE TABLE subscriptions (
      id uuid PRIMARY KEY, {ACCOUNT}, product_id uuid REFERENCES products (id), product text NOT NULL, domain text, {CYCLE},
      {CURRENCY}, price_minor bigint NOT NULL CHECK (price_minor >= 0),
      status text NOT NULL CHECK (status IN ('pending', 'active', 'suspended', 'cancelled', 'terminated')),
      next_due_date date, suspended_reason text, suspension_batch_id uuid REFERENCES suspension_batches (id),
      created_at timestamptz NOT NULL DEFAULT now())
    """,
    f"""
    CREATE TABLE domains (
      id uuid PRIMARY KEY, {ACCOUNT}, name text NOT NULL,
      status text NOT NULL CHECK (status IN ('pending', 'active', 'expired', 'redemption', 'pending_transfer',
                                             'transferred_away', 'cancelled')),
      registered_on date, expires_on date, registrar text, auto_renew boolean NOT NULL,
      nameservers text[] NOT NULL DEFAULT '{{}}', version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now())
    """,
    f"""
    CREATE TABLE invoices (
      id uuid PRIMARY KEY, client_id uuid NOT NULL, number bigint UNIQUE CHECK (number > 0),
      status text NOT NULL CHECK (status IN ('draft', 'unpaid', 'paid', 'overdue', 'cancelled', 'refunded')), {CURRENCY},
      issue_date date, due_date date,
      subtotal_minor bigint NOT NULL, tax_minor bigint NOT NULL, total_minor bigint NOT NULL CHECK (total_minor >= 0),
      credit_applied_minor bigint NOT NULL DEFAULT 0 CHECK (credit_applied_minor >= 0),
      paid_minor bigint NOT NULL DEFAULT 0 CHECK (paid_minor >= 0),
      notes text, source text, external_id text, source_hash bytea,
      created_at timestamptz NOT NULL DEFAULT now(), published_at timestamptz, version integer NOT NULL DEFAULT 1,
      {IN_CURRENCY}, UNIQUE (source, external_id),
      CONSTRAINT ck_invoices_total_is_sum CHECK (total_minor = subtotal_minor + tax_minor),
      CONSTRAINT ck_invoices_not_overpaid CHECK (credit_applied_minor + paid_minor <= total_minor),
      CONSTRAINT ck_invoices_numbered_once_published CHECK ((number IS NOT NULL AND issue_date IS NOT NULL)
                                                            OR status IN ('draft', 'cancelled')),
      CONSTRAINT ck_invoices_draft_has_no_number CHECK (status <> 'draft' OR number IS NULL))
    """,
    """
    CREATE TABLE invoice_lines (
      invoice_id uuid NOT NULL REFERENCES invoices (id), position integer NOT NULL CHECK (position > 0),
      description text NOT NULL, quantity numeric(12,4) NOT NULL, unit_price_minor bigint NOT NULL,
      tax_rate numeric(6,3) NOT NULL DEFAULT 0 CHECK (tax_rate BETWEEN 0 AND 100),
      total_minor bigint NOT NULL, tax_minor bigint NOT NULL, PRIMARY KEY (invoice_id, position))
    """,
    f"""
    CREATE TABLE payments (
      id uuid PRIMARY KEY, {ACCOUNT}, invoice_id uuid NOT NULL REFERENCES invoices (id), {CURRENCY},
      amount_minor bigint NOT NULL CHECK (amount_minor > 0),
      refunded_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND amount_minor),
      paid_on date NOT NULL, gateway text NOT NULL, reference text, {ACTOR}, created_at timestamptz NOT NULL DEFAULT now())
    """,
    f"""
    CREATE TABLE orders (
      id uuid PRIMARY KEY, number bigint NOT NULL UNIQUE CHECK (number > 0), client_id uuid NOT NULL, {CURRENCY},
      status text NOT NULL CHECK (status IN ('pending', 'active', 'fraud', 'cancelled')),
      total_minor bigint NOT NULL CHECK (total_minor >= 0),
      discount_percent numeric(5,2) NOT NULL DEFAULT 0 CHECK (discount_percent BETWEEN 0 AND 100),
      invoice_id uuid REFERENCES invoices (id), placed_at timestamptz NOT NULL DEFAULT now(),
      placed_by_kind text NOT NULL CHECK (placed_by_kind IN ('staff', 'contact', 'system')),
      placed_by_id text, placed_by_name text, acting_as_contact_id text, acting_as_name text, {IN_CURRENCY})
    """,
    f"""
    CREATE TABLE order_items (
      order_id uuid NOT NULL REFERENCES orders (id), position integer NOT NULL CHECK (position > 0),
      product_id uuid REFERENCES products (id), product text NOT NULL, {CYCLE}, domain text,
      list_price_minor bigint NOT NULL CHECK (list_price_minor >= 0), price_minor bigint NOT NULL CHECK (price_minor >= 0),
      subscription_id uuid REFERENCES subscriptions (id), domain_id uuid REFERENCES domains (id),
      PRIMARY KEY (order_id, position))
    """,
    f"""
    CREATE TABLE credit_entries (
      id uuid PRIMARY KEY, client_id uuid NOT NULL, seq bigint NOT NULL CHECK (seq > 0), {CURRENCY},
      amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
      balance_after_minor bigint NOT NULL CONSTRAINT ck_credit_entries_never_below_zero CHECK (balance_after_minor >= 0),
      kind text NOT NULL CHECK (kind IN ('added', 'applied', 'refund', 'overpayment', 'correction')),
      description text NOT NULL, invoice_id uuid REFERENCES invoices (id),
      reverses uuid UNIQUE REFERENCES credit_entries (id), {ACTOR}, created_at timestamptz NOT NULL DEFAULT now(),
      previous_seq bigint GENERATED ALWAYS AS (CASE WHEN seq > 1 THEN seq - 1 END) STORED,
      balance_before_minor bigint GENERATED ALWAYS AS (balance_after_minor - amount_minor) STORED,
      {IN_CURRENCY}, UNIQUE (client_id, seq, balance_after_minor),
      CONSTRAINT ck_credit_entries_first_begins_at_zero CHECK (seq > 1 OR balance_after_minor = amount_minor),
      CONSTRAINT fk_credit_entries_previous FOREIGN KEY (client_id, previous_seq, balance_before_minor)
        REFERENCES credit_entries (client_id, seq, balance_after_minor))
    """,
    f"""
    CREATE TABLE credit_applications (
      id uuid PRIMARY KEY, {ACCOUNT}, invoice_id uuid NOT NULL REFERENCES invoices (id),
      credit_entry_id uuid NOT NULL UNIQUE REFERENCES credit_entries (id),
      amount_minor bigint NOT NULL CHECK (amount_minor > 0), created_at timestamptz NOT NULL DEFAULT now())
    """,
    "CREATE TABLE billing_counters (name text PRIMARY KEY, value bigint NOT NULL CHECK (value >= 0))",
    """
    CREATE TABLE invoice_imports (
      id uuid PRIMARY KEY, source text NOT NULL,
      status text NOT NULL CHECK (status IN ('staged', 'running', 'done', 'failed')),
      clients_done boolean NOT NULL DEFAULT false, created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz, finished_at timestamptz,
      files jsonb NOT NULL DEFAULT '{}', actor_kind text, actor_id text, actor_name text, actor_ip text, cause text)
    """,
    """
    CREATE TABLE invoice_import_rows (
      import_id uuid NOT NULL REFERENCES invoice_imports (id), kind text NOT NULL CHECK (kind IN ('invoices', 'invoice_lines')),
      line integer NOT NULL CHECK (line > 0), external_id text, content jsonb NOT NULL,
      status text NOT NULL DEFAULT 'staged' CHECK (status IN ('staged', 'imported', 'unchanged', 'failed')),
      field text, code text, reason text, PRIMARY KEY (import_id, kind, line),
      CONSTRAINT ck_invoice_import_rows_failed_has_reason CHECK ((status = 'failed') = (reason IS NOT NULL)))
    """,
)

INDEXES = (
    "suspension_batches_client_id ON suspension_batches (client_id)",
    "subscriptions_client_id ON subscriptions (client_id)",
    "subscriptions_suspension_batch_id ON subscriptions (suspension_batch_id) WHERE suspension_batch_id IS NOT NULL",
    "domains_client_id ON domains (client_id)",
    "invoices_client_id_issue_date ON invoices (client_id, COALESCE(issue_date, '9999-12-31'::date), id)",
    "invoices_open ON invoices (client_id) WHERE status IN ('unpaid', 'overdue')",
    "payments_invoice_id ON payments (invoice_id)",
    "payments_client_id ON payments (client_id)",
    "orders_client_id_placed_at ON orders (client_id, placed_at, id)",
    "orders_invoice_id ON orders (invoice_id)",
    "credit_entries_invoice_id ON credit_entries (invoice_id) WHERE invoice_id IS NOT NULL",
    "credit_applications_invoice_id ON credit_applications (invoice_id)",
    "invoice_imports_running ON invoice_imports (started_at) WHERE status = 'running'",
    "invoice_import_rows_external_id ON invoice_import_rows (import_id, kind, external_id)",
    "invoice_import_rows_staged ON invoice_import_rows (import_id, (content ->> 'issue_date'), line) "
    "WHERE status = 'staged' AND kind = 'invoices'",
    "invoice_import_rows_status ON invoice_import_rows (import_id, kind, status)",
)

# What is owed and was paid is never deleted. Lines and prices may be: those of a draft, those of a product.
KEPT = (
    "billing_accounts",
    "client_totals",
    "products",
    "suspension_batches",
    "subscriptions",
    "domains",
    "invoices",
    "payments",
    "orders",
    "order_items",
    "credit_applications",
    "billing_counters",
    "invoice_imports",
    "invoice_import_rows",
)


def upgrade() -> None:
    """Create everything, in the order in which tables refer to each other."""
    create_chassis_tables("billing")
    for statement in TABLES:
        op.execute(statement)
    for index in INDEXES:
        op.execute(f"CREATE INDEX ix_{index}")
    op.execute("CREATE UNIQUE INDEX uq_credit_entries_client_id_seq ON credit_entries (client_id, seq)")
    op.execute(f"REVOKE DELETE ON {', '.join(KEPT)} FROM billing_app")
    append_only("credit_entries", "billing")
