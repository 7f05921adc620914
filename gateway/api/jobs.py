"""Jobs: /api/v1/jobs, one act on many clients, its dry run, how far it has come, its undo."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.forwarding import forward
from gateway.http.context import BATCH_SECONDS, RequestContext
from gateway.http.json_body import json_fields, optional_fields
from gateway.http.query_params import PAGING
from gateway.http.responses import as_json
from gateway.http.routing import api

JOB = "/jobs/<job_id>"


@api(
    "/jobs",
    access=Permission.CLIENTS_BULK,
    method="POST",
    rpc="clients.start_bulk_job",
    seconds=BATCH_SECONDS,
    needs_key=True,
    response="JobOrDryRun",
)
def start_job(ctx: RequestContext) -> Response:
    """Let an act begin on the clients of `ids`, or on all of the list that `query` describes; answers the job.

    `filter` is short for a `query` of it alone. With `validate_only` nothing is changed: it answers what would become of
    each client, and why. Give `expected`, its `rows`, and `expected_digest`, its `digest`, to start on just these
    clients: 409 `list-changed` where there are more, fewer or others by now. Besides `clients.bulk` and `clients.view` it
    asks for what the act asks for one by one.
    """
    return _job_or_dry_run(ctx, "clients.start_bulk_job", json_fields(ctx.request))


@api(
    f"{JOB}/undo",
    access=Permission.CLIENTS_BULK,
    method="POST",
    rpc="clients.undo_bulk_job",
    seconds=BATCH_SECONDS,
    needs_key=True,
    response="JobOrDryRun",
)
def undo_job(ctx: RequestContext, job_id: str) -> Response:
    """Let the undo of a job begin, within 30 days; answers that, a job of its own.

    Clients that have changed since are left as they are. With `validate_only` nothing is changed, and it answers what
    would become of each client.
    """
    return _job_or_dry_run(ctx, "clients.undo_bulk_job", optional_fields(ctx.request, job_id=job_id))


def _job_or_dry_run(ctx: RequestContext, rpc: str, fields: dict) -> Response:
    answer = ctx.call(rpc, seconds=BATCH_SECONDS, **fields)
    return as_json(answer["job"] or answer["dry_run"])


forward(
    "/jobs",
    "clients.list_bulk_jobs",
    summary="All jobs, the newest first",
    access=Permission.CLIENTS_BULK,
    query=PAGING,
    response="Jobs",
)
forward(
    JOB, "clients.get_bulk_job", summary="A job and how far it has come", access=Permission.CLIENTS_BULK, response="Job"
)
forward(
    f"{JOB}/rows",
    "clients.list_bulk_job_rows",
    summary="What became of each client of a job",
    access=Permission.CLIENTS_BULK,
    query=("result", *PAGING),
    response="JobRows",
)
forward(
    f"{JOB}/pause",
    "clients.pause_bulk_job",
    summary="Halt a job between two rows; answers it",
    access=Permission.CLIENTS_BULK,
    method="POST",
    needs_key=True,
    body=False,
    response="Job",
)
forward(
    f"{JOB}/resume",
    "clients.resume_bulk_job",
    summary="Let a halted job go on; answers it",
    access=Permission.CLIENTS_BULK,
    method="POST",
    needs_key=True,
    body=False,
    response="Job",
)
