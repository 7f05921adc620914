"""Events of bulk jobs; what a job changes has an event of its own in its client's stream, whose cause is the job."""

from marshmallow import Schema, fields

from chassis.events.event import Event


class JobFacts(Schema):
    """The number of a job, as people read it."""

    number = fields.String(required=True)


class BulkJobStarted(Event):
    """An act on many clients began, or the undo of one (`undoes` is its id); `rows` clients were selected."""

    type = "bulk_job.started.v1"
    system_stream = True

    class facts_schema(JobFacts):
        act = fields.String(required=True)
        rows = fields.Integer(required=True)
        undoes = fields.String(required=True, allow_none=True)


class BulkJobPaused(Event):
    """An act on many clients was halted between two rows."""

    type = "bulk_job.paused.v1"
    system_stream = True
    facts_schema = JobFacts


class BulkJobResumed(Event):
    """An act that was halted goes on."""

    type = "bulk_job.resumed.v1"
    system_stream = True
    facts_schema = JobFacts


class BulkJobEnded(Event):
    """An act on many clients is through: each row is changed, unchanged, refused or failed."""

    type = "bulk_job.ended.v1"
    system_stream = True

    class facts_schema(JobFacts):
        act = fields.String(required=True)
        changed = fields.Integer(required=True)
        unchanged = fields.Integer(required=True)
        refused = fields.Integer(required=True)
        failed = fields.Integer(required=True)
