"""Search of services folds case, accents and apostrophes and finds two characters of Chinese, Japanese and Korean; a domain
is found by a part of its name as people read it."""

from alembic import op
from sqlalchemy import Connection, text

from chassis.db import searched_text
from chassis.db.indexes import create_indexes
from services.billing.models.domains import folded_name

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the columns, which writes each service anew: of these there may be millions, and nobody reads or writes them for
    as long as that takes. The rest is done while they are used; a search is slow until then."""
    op.execute("SET LOCAL statement_timeout = 0")
    op.execute(text(searched_text.functions()))
    op.execute("DROP INDEX IF EXISTS ix_subscriptions_search")
    op.execute(
        "ALTER TABLE subscriptions ADD COLUMN IF NOT EXISTS searched text NOT NULL "
        "GENERATED ALWAYS AS (search_fold(product || ' ' || coalesce(domain, ''))) STORED"
    )
    op.execute("ALTER TABLE domains ADD COLUMN IF NOT EXISTS folded_name text")
    with op.get_context().autocommit_block():
        fold_names(op.get_bind())
    create_indexes(
        *searched_text.indexes("subscriptions"),
        "ix_domains_folded_name ON domains USING gin (folded_name gin_trgm_ops) WHERE folded_name IS NOT NULL",
        "ix_domains_pairs ON domains USING gin (search_pairs(folded_name)) "
        f"WHERE {searched_text.pairs_where('folded_name')}",
    )


def fold_names(connection: Connection) -> None:
    """Write the name of each domain as people read it, where it is another than the one it is registered by."""
    names = connection.scalars(text("SELECT DISTINCT name FROM domains WHERE name LIKE '%xn--%'")).all()
    for name in names:
        connection.execute(
            text("UPDATE domains SET folded_name = :folded WHERE name = :name"),
            {"folded": folded_name(name), "name": name},
        )
