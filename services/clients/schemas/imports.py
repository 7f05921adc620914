"""Import of clients: schemas of the file, its rows, and what became of them."""

from marshmallow import Schema, fields, validate

from chassis.types.answers import Answer, Moment, map_of, page_of
from chassis.types.fields import Cells, Flag, IdField, PageArguments, PathId, Text
from services.clients.schemas import MAX_IDS, Storable

MAX_COLUMNS = 200
KINDS = ("clients", "invoices", "invoice_lines")


class ImportFile(Schema):
    """A file as it was uploaded: its name, its columns in their order, and how it is read."""

    name = Storable(required=True, validate=validate.Length(max=300))
    columns = fields.List(
        Storable(validate=validate.Length(max=20_000)), required=True, validate=validate.Length(max=MAX_COLUMNS)
    )
    reading = fields.Dict(keys=fields.String(), load_default=None, allow_none=True)


class OpenImport(Schema):
    """`open_import`: where the rows come from, and whether an email that another client has is meant."""

    source = Text(64, identifier=True, min_length=1, load_default="csv")
    allow_duplicate_email = Flag(load_default=False)
    file = fields.Nested(ImportFile, load_default=None, allow_none=True)


class ImportId(Schema):
    """One import."""

    import_id = PathId(required=True)


class ImportRow(Schema):
    """A row as it stands in the file: its place, its cells by column, and why it cannot be read, where it cannot."""

    line = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=2**31 - 1))
    values = Cells(MAX_COLUMNS + 1, required=True)
    fault = fields.String(load_default=None, validate=validate.Length(max=300))


class StageImportRows(ImportId):
    """`stage_import_rows`: some rows of the import's file."""

    rows = fields.List(fields.Nested(ImportRow), required=True, validate=validate.Length(min=1, max=500))


class StartImport(ImportId):
    """`start_import`: which column goes to which field; without one they go by their names."""

    mapping = fields.Dict(
        keys=Storable(),
        values=fields.String(),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=MAX_COLUMNS),
    )


class RestageImport(ImportId):
    """`restage_import`: the file, read in another way."""

    file = fields.Nested(ImportFile, required=True)


class KeptPart(ImportId):
    """`kept_import_file`: a part of one of the import's files."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    position = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=10_000))


class KeepPart(KeptPart):
    """`keep_import_file`: a part of a file as it came, in base64."""

    content = fields.String(
        required=True, validate=[validate.Length(max=1024 * 1024), validate.Regexp(r"[A-Za-z0-9+/]+={0,2}\Z")]
    )


class ImportFailures(PageArguments, ImportId):
    """`list_import_failures`: a page of the failed rows."""


class ResolveExternalIds(Schema):
    """`external_ids_for_billing`: which clients the rows of a source became."""

    source = Storable(required=True, validate=validate.Length(max=64))
    external_ids = fields.List(
        Storable(validate=validate.Length(max=255)), required=True, validate=validate.Length(max=MAX_IDS)
    )


class ImportedFile(Answer):
    """The file of an import, and how many of its rows came to what; `sample` has the first ones while it is staged."""

    kind = fields.String(validate=validate.OneOf(("clients",)))
    name = fields.String(allow_none=True)
    columns = fields.List(fields.String())
    rows = fields.Integer(strict=True)
    imported = fields.Integer(strict=True)
    unchanged = fields.Integer(strict=True)
    failed = fields.Integer(strict=True)
    warnings = fields.Integer(strict=True)
    reading = fields.Dict(keys=fields.String(), allow_none=True)
    sample = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))


class ImportAnswer(Answer):
    """How far an import has come."""

    id = IdField()
    source = fields.String()
    allow_duplicate_email = Flag()
    status = fields.String(validate=validate.OneOf(("staged", "running", "done")))
    created_at = Moment()
    started_at = Moment(allow_none=True)
    finished_at = Moment(allow_none=True)
    files = fields.List(fields.Nested(ImportedFile))


class StagedRows(Answer):
    """How many rows were staged."""

    staged = fields.Integer(strict=True)


class KeptPartAnswer(Answer):
    """A part of a kept file in base64; null beyond its end."""

    content = fields.String(allow_none=True)


class ImportFailure(Answer):
    """A row that failed: the column at fault, the reason, and the row's cells."""

    kind = fields.String(validate=validate.OneOf(("clients",)))
    line = fields.Integer(strict=True)
    external_id = fields.String(allow_none=True)
    column = fields.String(allow_none=True)
    value = fields.String(allow_none=True)
    code = fields.String()
    reason = fields.String()
    values = fields.Dict(keys=fields.String(), values=fields.String())


FailurePage = page_of(ImportFailure)
IdsByExternalId = map_of(IdField())
