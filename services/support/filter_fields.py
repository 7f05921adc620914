"""The fields that the list of all tickets can be filtered by; what each is in SQL stands in
`services/support/queries/listing.py`."""

from chassis.filters.fields import Field, Kind
from services.support.rules import PRIORITIES, STATUSES

TICKETS = (
    Field("status", "Status", Kind.CHOICE, choices=STATUSES),
    Field("priority", "Priority", Kind.CHOICE, choices=PRIORITIES),
    Field("number", "Number", Kind.NUMBER),
    Field("subject", "Subject", Kind.TEXT),
    Field("assigned_to", "Assigned to", Kind.TEXT, nullable=True),
    Field("opened", "Opened", Kind.MOMENT),
    Field("last_reply", "Last reply", Kind.MOMENT, nullable=True),
    Field("active", "Last reply, or opened", Kind.MOMENT),
)
