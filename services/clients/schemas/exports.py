"""Export of the client list: schemas."""

from marshmallow import Schema, fields, validate

from chassis.types.answers import Answer, list_of
from chassis.types.fields import Flag, IdField, PathId
from services.clients.schemas.clients import ClientRow, ListClients
from services.clients.schemas.views import FieldColumn

FORMATS = ("csv", "xlsx")


class StartExport(ListClients):
    """`start_export`: what the list is asked for, but for what makes a page of it; the format; the columns (none are the
    standard ones)."""

    class Meta:
        exclude = ("limit", "after", "before", "written", "choices")

    export_id = IdField(required=True)
    format = fields.String(required=True, validate=validate.OneOf(FORMATS))


class OneExport(Schema):
    """An export by its id."""

    export_id = PathId(required=True)


class TakePart(OneExport):
    """`take_export_part`: where it goes on."""

    after = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1000))


class StartedExport(Answer):
    """An export that has begun: its columns, the custom fields that there are, and how many rows to expect."""

    id = IdField()
    columns = fields.List(fields.String())
    custom_fields = fields.List(fields.Nested(FieldColumn))
    total = fields.Integer(strict=True)
    exact = Flag()


class ExportProgress(Answer):
    """How far an export has come."""

    rows = fields.Integer(strict=True)
    total = fields.Integer(strict=True)
    exact = Flag()
    finished = Flag()


ExportPart = list_of(ClientRow, next=fields.String(allow_none=True))
