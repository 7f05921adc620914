"""Search of tickets folds case, accents and apostrophes, and finds two characters of Chinese, Japanese and Korean."""

from alembic import op
from sqlalchemy import text

from chassis.db import searched_text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column, which writes each ticket anew: of these there may be millions, so as long as it takes."""
    op.execute("SET LOCAL statement_timeout = 0")
    op.execute(text(searched_text.functions()))
    op.execute(
        "ALTER TABLE tickets ADD COLUMN searched text NOT NULL GENERATED ALWAYS AS (search_fold(subject)) STORED"
    )
    op.execute(text(searched_text.indexes("tickets")))
