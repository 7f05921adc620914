"""Schemas of the import of invoices."""

from marshmallow import Schema, fields, validate

from chassis.types.answers import Answer, Moment, page_of
from chassis.types.fields import Cells, IdField, PageArguments, Text
from services.billing.rules import IMPORT_KINDS
from services.billing.schemas.values import count, one_of

ROWS_A_CALL = 1000
MAX_COLUMNS = 200


class ImportArguments(Schema):
    """One import."""

    import_id = IdField(required=True)


class ImportFile(Schema):
    """A file as it was uploaded: its name, its columns in their order, and how it is read."""

    name = Text(300, required=True)
    columns = fields.List(
        fields.String(validate=validate.Length(max=200)), required=True, validate=validate.Length(max=MAX_COLUMNS)
    )
    reading = fields.Dict(keys=fields.String(), load_default=None, allow_none=True)


class OpenImport(ImportArguments):
    """A new import: its id (that of the clients' part) and where its files come from."""

    source = Text(64, identifier=True, min_length=1, load_default="csv")
    files = fields.Dict(keys=one_of(IMPORT_KINDS), values=fields.Nested(ImportFile), load_default=dict)


class ImportRow(Schema):
    """A row as it stands in the file: its place, its cells by column, and why it cannot be read, where it cannot."""

    line = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=2**31 - 1))
    values = Cells(MAX_COLUMNS + 1, required=True)
    fault = fields.String(load_default=None, validate=validate.Length(max=300))


class StageImportRows(ImportArguments):
    """Rows of one of an import's files."""

    kind = one_of(IMPORT_KINDS, required=True)
    rows = fields.List(fields.Nested(ImportRow), required=True, validate=validate.Length(min=1, max=ROWS_A_CALL))


class RestageImport(ImportArguments):
    """`restage_import`: one of the files, read in another way."""

    kind = one_of(IMPORT_KINDS, required=True)
    file = fields.Nested(ImportFile, required=True)


class StartImport(ImportArguments):
    """`start_import`: `mappings` has for each file which of its columns is which of ours; without one names decide."""

    mappings = fields.Dict(
        keys=one_of(IMPORT_KINDS),
        load_default=dict,
        values=fields.Dict(keys=fields.String(), values=fields.String()),
    )


class ImportFailures(PageArguments, ImportArguments):
    """A page of an import's failed rows."""


def _cells() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.String(allow_none=True))


class ImportedFileAnswer(Answer):
    """A file of an import: its rows, what became of them, and the first of them while its mapping is not known."""

    kind = one_of(IMPORT_KINDS)
    name = fields.String(allow_none=True)
    columns = fields.List(fields.String())
    rows = count()
    imported = count()
    unchanged = count()
    failed = count()
    reading = fields.Dict(keys=fields.String(), allow_none=True)
    sample = fields.List(_cells())


class ImportAnswer(Answer):
    """An import and how far it has come."""

    id = IdField()
    source = fields.String()
    status = one_of(("staged", "running", "done", "failed"))
    created_at = Moment()
    started_at = Moment(allow_none=True)
    finished_at = Moment(allow_none=True)
    files = fields.List(fields.Nested(ImportedFileAnswer))


class StagedRowsAnswer(Answer):
    """How many rows were staged."""

    staged = count()


class ImportFailureAnswer(Answer):
    """A row that failed: where it stands, why, and its cells."""

    kind = one_of(IMPORT_KINDS)
    line = count()
    external_id = fields.String(allow_none=True)
    column = fields.String(allow_none=True)
    value = fields.String(allow_none=True)
    code = fields.String()
    reason = fields.String()
    values = _cells()


ImportFailurePageAnswer = page_of(ImportFailureAnswer)
