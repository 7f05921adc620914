"""The read model of the list: what billing counts of each client, and how far it is known to be complete.

Each client has its row from the statement that makes it. What is owed, late or held as credit is ordered within its
currency, and nothing comes before everything; a client of whom nothing is due counts as due last both ways.
"""

from alembic import op

revision = "0018"
down_revision = "0017"

TOTALS = """
CREATE TABLE billing_totals (
  client_id uuid CONSTRAINT pk_billing_totals PRIMARY KEY
    CONSTRAINT fk_billing_totals_client_id_clients REFERENCES clients ON DELETE CASCADE,
  sequence bigint NOT NULL DEFAULT 0,
  currency text NOT NULL,
  services integer NOT NULL DEFAULT 0,
  active_services integer NOT NULL DEFAULT 0,
  suspended_services integer NOT NULL DEFAULT 0,
  pending_services integer NOT NULL DEFAULT 0,
  invoices integer NOT NULL DEFAULT 0,
  orders integer NOT NULL DEFAULT 0,
  domains integer NOT NULL DEFAULT 0,
  outstanding_minor bigint NOT NULL DEFAULT 0,
  overdue_minor bigint NOT NULL DEFAULT 0,
  credit_minor bigint NOT NULL DEFAULT 0,
  oldest_due_on date,
  next_due_on date);
INSERT INTO billing_totals (client_id, currency) SELECT id, currency FROM clients;
CREATE TABLE billing_totals_progress (
  one boolean CONSTRAINT pk_billing_totals_progress PRIMARY KEY DEFAULT true
    CONSTRAINT ck_billing_totals_progress_one CHECK (one),
  built boolean NOT NULL DEFAULT true,
  confirmed_at timestamptz,
  marked_at timestamptz,
  marked_event uuid);
INSERT INTO billing_totals_progress (built) SELECT NOT EXISTS (SELECT FROM clients);
"""

FIRST_ROW = """
CREATE FUNCTION open_billing_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO billing_totals (client_id, currency) SELECT id, currency FROM made;
  RETURN NULL;
END $$;
CREATE TRIGGER open_billing_totals AFTER INSERT ON clients REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION open_billing_totals();
"""

MONEY = "(CASE WHEN {0} = 0 THEN '' ELSE currency END), {0}"
ORDERS = {
    "services": "active_services",
    "outstanding": MONEY.format("outstanding_minor"),
    "overdue": MONEY.format("overdue_minor"),
    "credit_balance": MONEY.format("credit_minor"),
    "next_due_up": "(coalesce(next_due_on, date '9999-12-31'))",
    "next_due_down": "(coalesce(next_due_on, date '0001-01-01'))",
}


def upgrade() -> None:
    op.execute(TOTALS)
    op.execute(FIRST_ROW)
    for name, order in ORDERS.items():
        op.execute(f"CREATE INDEX ix_billing_totals_{name} ON billing_totals ({order}, client_id)")
