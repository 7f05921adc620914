"""The list of clients: an index for each order, alone and within a group and status; search by parts of words.

A name that was never used to sign in counts as the end of time going up, and as its beginning going down, so it comes
last both ways. Two letters make no trigram: for these, and for lone punctuation, the set of a text's letters and pairs
of neighbours is indexed (`search_grams`). Its cost is set high, because no plan should compute it row by row.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

ORDERS = {
    "name": "sort_name",
    "joined": "joined_at",
    "login_up": "(coalesce(last_login_at, timestamptz '9999-01-01 00:00:00+00'))",
    "login_down": "(coalesce(last_login_at, timestamptz '1970-01-01 00:00:00+00'))",
}

SEARCH = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE FUNCTION search_grams(folded text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT COST 1000 AS $$
DECLARE
  letters text[] := string_to_array(folded, NULL);
  grams text[] := letters;
  last text := E'\\n';
  letter text;
BEGIN
  FOREACH letter IN ARRAY letters LOOP
    grams := array_append(grams, last || letter);
    last := letter;
  END LOOP;
  RETURN grams;
END $$;
CREATE INDEX ix_clients_search ON clients USING gin (search_text gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX ix_clients_grams ON clients USING gin (search_grams(search_text)) WITH (fastupdate = off);
ALTER TABLE clients ALTER COLUMN search_text SET STATISTICS 1000;
ALTER INDEX ix_clients_grams ALTER COLUMN 1 SET STATISTICS 1000;
"""


def upgrade() -> None:
    for name, order in ORDERS.items():
        op.execute(f"CREATE INDEX ix_clients_{name} ON clients ({order}, id)")
        op.execute(f"CREATE INDEX ix_clients_group_{name} ON clients (group_id, status, {order}, id)")
    op.execute("CREATE INDEX ix_clients_status ON clients (status) WHERE status <> 'active'")
    op.execute(SEARCH)
