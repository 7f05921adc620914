"""Each published event has a position, in which the events of this service are read again."""

from chassis.db.migration_steps import number_published_events

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    number_published_events("audit")
