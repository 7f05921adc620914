"""Each published event has a position, in which the events of this service are read again."""

from chassis.db.migration_steps import number_published_events

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    number_published_events("clients")
