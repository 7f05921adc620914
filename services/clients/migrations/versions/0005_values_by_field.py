"""Values by their field: how many clients have one, whether an option is in use."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_custom_field_values_field_id", "custom_field_values", ["field_id"])
