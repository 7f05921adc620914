"""Ticket assignee: support keeps the name, clients knows the staff."""

from chassis.errors import field_problem
from gateway.http.context import RequestContext


def with_assignee(ctx: RequestContext, fields: dict) -> dict:
    """`fields` with the staff member whose id stands in `assigned_to` as {"id", "name"}; 422 for one who does not
    exist."""
    chosen = fields.get("assigned_to")
    if chosen is None:
        return fields
    for person in ctx.call("clients.list_staff_names", writes=False)["data"]:
        if person["id"] == chosen:
            return {**fields, "assigned_to": person}
    raise field_problem("/assigned_to", "There is no such staff member.")
