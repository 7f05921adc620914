"""Search of services folds case, accents and apostrophes and finds two characters of Chinese, Japanese and Korean; a domain
is found by a part of its name as people read it."""

from alembic import op
from sqlalchemy import text

from chassis.db import searched_text
from services.billing.models.domains import folded_name

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the columns, which writes each service anew: of these there may be millions, so as long as it takes."""
    op.execute("SET LOCAL statement_timeout = 0")
    op.execute(text(searched_text.functions()))
    op.execute(
        "ALTER TABLE subscriptions ADD COLUMN searched text NOT NULL "
        "GENERATED ALWAYS AS (search_fold(product || ' ' || coalesce(domain, ''))) STORED"
    )
    op.execute(text(searched_text.indexes("subscriptions")))
    op.execute("ALTER TABLE domains ADD COLUMN folded_name text")
    names = op.get_bind().scalars(text("SELECT DISTINCT name FROM domains WHERE name LIKE '%xn--%'")).all()
    change = text("UPDATE domains SET folded_name = :folded WHERE name = :name")
    for name in names:
        op.get_bind().execute(change, {"folded": folded_name(name), "name": name})
    op.execute(
        "CREATE INDEX ix_domains_folded_name ON domains USING gin (folded_name gin_trgm_ops) "
        "WHERE folded_name IS NOT NULL"
    )
    op.execute(
        "CREATE INDEX ix_domains_pairs ON domains USING gin (search_pairs(folded_name)) "
        f"WHERE {searched_text.pairs_where('folded_name')}"
    )
