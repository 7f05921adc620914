"""Each published event has a position, in which the events of this service are read again."""

from chassis.db.migration_steps import number_published_events

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    number_published_events("support")
