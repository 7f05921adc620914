"""Search of tickets folds case, accents and apostrophes, and finds two characters of Chinese, Japanese and Korean."""

from alembic import op
from sqlalchemy import text

from chassis.db import searched_text
from chassis.db.indexes import create_indexes

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column, which writes each ticket anew: of these there may be millions, and nobody reads or writes them for as
    long as that takes. The indexes are built while they are used; a search is slow until then."""
    op.execute("SET LOCAL statement_timeout = 0")
    op.execute(text(searched_text.functions()))
    op.execute("DROP INDEX IF EXISTS ix_tickets_search")
    op.execute(
        "ALTER TABLE tickets ADD COLUMN IF NOT EXISTS searched text NOT NULL "
        "GENERATED ALWAYS AS (search_fold(subject)) STORED"
    )
    create_indexes(*searched_text.indexes("tickets"))
