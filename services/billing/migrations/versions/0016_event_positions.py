"""Each published event has a position, in which the events of this service are read again."""

from chassis.db.migration_steps import number_published_events

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    number_published_events("billing")
