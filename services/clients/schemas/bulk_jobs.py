"""Bulk jobs: what can be asked of many clients, and what is told of it."""

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from chassis.filters.parser import MOST_CHARACTERS
from chassis.types.answers import Answer, Moment, page_of
from chassis.types.fields import Flag, IdField, MoneyField, PageArguments, PathId, Text
from services.clients import rules
from services.clients.schemas import NamedAnswer, Storable
from services.clients.schemas.clients import ListClients

MAX_IDS = 5000
RESULTS = ("changed", "unchanged", "refused", "failed")
REASON = {"max_length": 500, "min_length": 1, "required": True, "single_line": False}


class TagArguments(Schema):
    """Which tag is added or taken away."""

    tag_id = IdField(required=True)


class GroupArguments(Schema):
    """Which group the clients come into; null for none."""

    group_id = IdField(required=True, allow_none=True)


class StatusArguments(Schema):
    """Which status, and why."""

    status = fields.String(required=True, validate=validate.OneOf(rules.CLIENT_STATUSES))
    reason = Text(**REASON)


class ServiceArguments(Schema):
    """Why services are suspended or unsuspended."""

    reason = Text(500, min_length=1, required=True)


class NoteArguments(Schema):
    """What is written, and whether it heads the record."""

    body = Text(10_000, min_length=1, required=True, single_line=False)
    sticky = Flag(load_default=False)


class FieldValue(fields.Raw):
    """A value of a custom field: text, true, false, or null for none; the field says which."""

    def _deserialize(self, value, attr, data, **kwargs):
        if value is None or isinstance(value, bool):
            return value
        return Storable(validate=validate.Length(max=10_000)).deserialize(value)


class FieldArguments(Schema):
    """Which custom field, and its value."""

    field_id = IdField(required=True)
    value = FieldValue(required=True, allow_none=True)


ARGUMENTS: dict[str, type[Schema]] = {
    "add_tag": TagArguments,
    "remove_tag": TagArguments,
    "set_group": GroupArguments,
    "set_status": StatusArguments,
    "suspend_services": ServiceArguments,
    "unsuspend_services": ServiceArguments,
    "add_note": NoteArguments,
    "set_custom_field": FieldArguments,
}


class StartBulkJob(Schema):
    """`start_bulk_job`: an act, with arguments of its own, on the clients of `ids`, or on all of a list, whatever page they
    are on; `filter` is short for a `query` of it alone.

    With `validate_only` it is a dry run. Where they are given, it is refused if these are not `expected` clients, or not
    those whose `digest` a dry run has answered.
    """

    act = fields.String(required=True, validate=validate.OneOf(ARGUMENTS))
    arguments = fields.Dict(keys=fields.String(), load_default=dict)
    ids = fields.List(IdField(), load_default=None, allow_none=True, validate=validate.Length(min=1, max=MAX_IDS))
    query = fields.Nested(
        ListClients(only=("q", "group", "status", "tag", "filter")),
        load_default=None,
        allow_none=True,
    )
    filter = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=MOST_CHARACTERS))
    validate_only = Flag(load_default=False)
    expected = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(min=0))
    expected_digest = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"^[0-9a-f]{64}$"))

    @validates_schema
    def _require_one(self, given, **_options):
        if sum(given.get(name) is not None for name in ("ids", "query", "filter")) != 1:
            raise ValidationError("Give one of ids, query and filter.")

    @post_load
    def _read(self, given, **_options):
        """Arguments as the job keeps them, plain JSON; `ids` and `query` as the selection that they are."""
        schema = ARGUMENTS[given["act"]]()
        try:
            given["arguments"] = schema.dump(schema.load(given["arguments"]))
        except ValidationError as error:
            raise ValidationError({"arguments": error.messages}) from error
        if (short := given.pop("filter")) is not None:
            given["query"] = self.fields["query"].deserialize({"filter": short})
        selection = {name: given.pop(name) for name in ("ids", "query")}
        return {**given, "selection": selection}


class OneBulkJob(Schema):
    """One job."""

    job_id = PathId(required=True)


class UndoBulkJob(OneBulkJob):
    """`undo_bulk_job`: with `validate_only` it is a dry run."""

    validate_only = Flag(load_default=False)


class BulkJobRows(PageArguments, OneBulkJob):
    """`list_bulk_job_rows`: a page of a job's rows, of one `result` where given."""

    result = fields.String(load_default=None, allow_none=True, validate=validate.OneOf((*RESULTS, "waiting", "sent")))


class BulkJobPage(PageArguments):
    """`list_bulk_jobs`: a page of all jobs."""


class ReasonAnswer(Answer):
    """What becomes of some clients, and why: `clients` are the first of them by name, `client_ids` all."""

    result = fields.String(validate=validate.OneOf(RESULTS))
    code = fields.String()
    reason = fields.String()
    count = fields.Integer(strict=True)
    clients = fields.List(fields.Nested(NamedAnswer))
    client_ids = fields.List(IdField())


class DryRunAnswer(Answer):
    """What an act would come to now: clients by result, services that move and what they cost a month; `digest` is who the
    clients are."""

    rows = fields.Integer(strict=True)
    digest = fields.String()
    changed = fields.Integer(strict=True)
    unchanged = fields.Integer(strict=True)
    refused = fields.Integer(strict=True)
    services = fields.Integer(strict=True)
    monthly = fields.List(MoneyField())
    reasons = fields.List(fields.Nested(ReasonAnswer))
    at = Moment()
    undo_until = Moment()


class JobActorAnswer(Answer):
    """Who started a job."""

    kind = fields.String()
    id = fields.String()
    name = fields.String(allow_none=True)


class BulkJobItem(Answer):
    """A job in the list of all: `undoes` is the job that it undoes, `undone_by` the one that undid it."""

    id = IdField()
    number = fields.String()
    act = fields.String(validate=validate.OneOf(ARGUMENTS))
    arguments = fields.Dict(keys=fields.String())
    selection = fields.Dict(keys=fields.String())
    status = fields.String(validate=validate.OneOf(("running", "paused", "done")))
    actor = fields.Nested(JobActorAnswer)
    undoes = IdField(allow_none=True)
    undone_by = IdField(allow_none=True)
    rows = fields.Integer(strict=True)
    started_at = Moment()
    finished_at = Moment(allow_none=True)
    undo_until = Moment(allow_none=True)


class RowCounts(Answer):
    """How many rows of a job came to what; `sent` wait for another service."""

    waiting = fields.Integer(strict=True)
    sent = fields.Integer(strict=True)
    changed = fields.Integer(strict=True)
    unchanged = fields.Integer(strict=True)
    refused = fields.Integer(strict=True)
    failed = fields.Integer(strict=True)


class BulkJobAnswer(BulkJobItem):
    """A job and how far it has come; `subject` is the name of the tag, group or field, `services` how many it moved."""

    subject = fields.String(allow_none=True)
    counts = fields.Nested(RowCounts)
    services = fields.Integer(strict=True)


class JobOrDryRun(Answer):
    """The job that has begun; or the dry run, where it was that."""

    job = fields.Nested(BulkJobAnswer, allow_none=True)
    dry_run = fields.Nested(DryRunAnswer, allow_none=True)


class RowClient(Answer):
    """The client of a row; without a name where it is gone."""

    id = IdField()
    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)


class BulkJobRowAnswer(Answer):
    """What became of a client: its result, and why where it is not changed."""

    client = fields.Nested(RowClient)
    result = fields.String(validate=validate.OneOf((*RESULTS, "waiting", "sent")))
    code = fields.String()
    reason = fields.String()
    services = fields.Integer(strict=True)
    at = Moment(allow_none=True)


BulkJobList = page_of(BulkJobItem)
BulkJobRowList = page_of(BulkJobRowAnswer)
