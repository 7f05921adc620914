"""What a product is, in the words of whoever sells it, and whether it is sold with a domain."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("products", sa.Column("description", sa.Text, nullable=False, server_default=""))
    op.add_column("products", sa.Column("takes_domain", sa.Boolean, nullable=False, server_default="true"))
