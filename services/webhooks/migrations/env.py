"""Alembic's entry: run the revisions on the connection that holds the lock."""

import services.webhooks.models  # noqa: F401
from chassis.db.base import Base
from chassis.db.migrations import run_migrations

run_migrations(Base.metadata)
