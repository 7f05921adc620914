"""What the import's RPC methods take."""

from marshmallow import Schema, fields, validate

from chassis.types.fields import IdField, PageArguments, Text
from services.billing.import_rows import KINDS

ROWS_A_CALL = 1000


class ImportArguments(Schema):
    """One import."""

    import_id = IdField(required=True)


class ImportFile(Schema):
    """A file as it was uploaded: its name and its columns in their order."""

    name = fields.String(required=True, validate=validate.Length(max=300))
    columns = fields.List(
        fields.String(validate=validate.Length(max=200)), required=True, validate=validate.Length(max=100)
    )


class OpenImport(ImportArguments):
    """A new import: its id (that of the clients' part) and where its files come from."""

    source = Text(64, identifier=True, min_length=1, load_default="csv")
    files = fields.Dict(
        keys=fields.String(validate=validate.OneOf(KINDS)), values=fields.Nested(ImportFile), load_default=dict
    )


class ImportRow(Schema):
    """A row as it stands in the file: its line number and its cells by column."""

    line = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=2**31 - 1))
    values = fields.Dict(
        keys=fields.String(validate=validate.Length(max=100)),
        required=True,
        values=fields.String(allow_none=True, validate=validate.Length(max=10_000)),
    )


class StageImportRows(ImportArguments):
    """Rows of one of an import's files."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    rows = fields.List(fields.Nested(ImportRow), required=True, validate=validate.Length(min=1, max=ROWS_A_CALL))


class StartImport(ImportArguments):
    """`mappings` says for each file which of its columns goes to which of ours; without one they go by their names."""

    mappings = fields.Dict(
        keys=fields.String(validate=validate.OneOf(KINDS)),
        load_default=dict,
        values=fields.Dict(keys=fields.String(), values=fields.String()),
    )


class ImportFailures(PageArguments, ImportArguments):
    """A page of an import's failed rows."""
