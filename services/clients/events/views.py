"""Events of saved views. What a person typed, the name too, may name people, so it is personal."""

from marshmallow import Schema, fields

from chassis.events.event import Event

TYPED = frozenset({"name", "filter", "q"})


class ViewFacts(Schema):
    """A saved view, but for what a person typed."""

    owner_id = fields.String(required=True)
    sort = fields.String(required=True)
    columns = fields.List(fields.String(), required=True)
    density = fields.String(required=True)
    shared = fields.Boolean(required=True)
    list = fields.String()


class ViewCreated(Event):
    """A view of a list was saved."""

    type = "view.created.v1"
    system_stream = True
    personal_names = TYPED
    facts_schema = ViewFacts


class ViewUpdated(Event):
    """A view's name, filter, search, sort, columns or density was changed, or whether it is shared."""

    type = "view.updated.v1"
    system_stream = True
    personal_names = TYPED
    facts_schema = ViewFacts


class ViewDeleted(Event):
    """A view was deleted."""

    type = "view.deleted.v1"
    system_stream = True
    personal_names = TYPED
    facts_schema = ViewFacts
