"""Alembic's entry: run the revisions on the connection that holds the lock."""

import services.clients.models  # noqa: F401
from chassis.database import Base, run_migrations

run_migrations(Base.metadata)
