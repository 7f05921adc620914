"""Search text of names in scripts without spaces has them in one word, and the digits of every script are digits."""

from importlib import import_module

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        import_module("services.clients.migrations.versions.0014_identifiers").refold(op.get_bind())
