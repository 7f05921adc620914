"""Jobs: all of them, and the page of one, with its progress, what became of each client, pause and undo."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.admin.bulk_acts import ACTS, to_job
from gateway.http.context import BATCH_SECONDS, RequestContext
from gateway.http.forms import attempt, done, show
from gateway.http.query_params import paged_parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

JOBS, JOB = "/admin/jobs", "/admin/jobs/<job_id>"
RESULTS = ("changed", "unchanged", "refused", "failed")
UNDO = "jobs/undo.html"


@page(JOBS, access=Permission.CLIENTS_BULK)
def all_jobs(ctx: RequestContext) -> Response:
    """All jobs, the newest first."""
    asked = paged_parameters(ctx.request)
    return as_page(ctx, "jobs/list.html", jobs=ctx.call("clients.list_bulk_jobs", **asked), acts=ACTS)


@page(JOB, access=Permission.CLIENTS_BULK)
def show_job(ctx: RequestContext, job_id: str) -> Response:
    """A job with a page of its rows, of one result where that is asked for."""
    asked = paged_parameters(ctx.request, "result")
    part = ctx.request.headers.get("HX-Target", "") if ctx.is_fragment else ""
    job = ctx.call("clients.get_bulk_job", job_id=job_id)
    if part == "progress" and job["status"] != "running":
        return Response(status=204, headers={"HX-Redirect": f"{JOBS}/{job['id']}"})
    rows = ctx.call("clients.list_bulk_job_rows", job_id=job_id, **asked)
    shown = {"result": asked.get("result", ""), "results": RESULTS, "acts": ACTS, "part": part}
    return as_page(ctx, "jobs/job.html", job=job, rows=rows, **shown)


@page(f"{JOB}/<any(pause, resume):move>", access=Permission.CLIENTS_BULK, method="POST")
def move_job(ctx: RequestContext, job_id: str, move: str) -> Response:
    """Halt it between two rows, or let it go on."""
    ctx.use_key(ctx.request.form.get("idempotency_key"), required=True)
    job = ctx.call(f"clients.{move}_bulk_job", job_id=job_id)
    return done(ctx, f"{job['number']} {'is paused' if move == 'pause' else 'goes on'}", f"{JOBS}/{job['id']}")


@page(f"{JOB}/undo", access=Permission.CLIENTS_BULK, seconds=BATCH_SECONDS)
def undo_form(ctx: RequestContext, job_id: str) -> Response:
    """What an undo would come to now."""
    return show(ctx, UNDO, back=f"{JOBS}/{job_id}", **_undo_context(ctx, job_id))


@page(f"{JOB}/undo", access=Permission.CLIENTS_BULK, method="POST", seconds=BATCH_SECONDS)
def undo_job(ctx: RequestContext, job_id: str) -> Response:
    """Let the undo begin, a job of its own."""
    return attempt(
        ctx,
        UNDO,
        lambda: ctx.call("clients.undo_bulk_job", job_id=job_id, seconds=BATCH_SECONDS)["job"],
        lambda job: to_job(ctx, job, f"{job['number']} undoes it"),
        back=f"{JOBS}/{job_id}",
        context=lambda: _undo_context(ctx, job_id),
    )


def _undo_context(ctx: RequestContext, job_id: str) -> dict:
    job = ctx.call("clients.get_bulk_job", job_id=job_id, writes=False)
    given = {"job_id": job["id"], "validate_only": True, "seconds": BATCH_SECONDS, "writes": False}
    return {"job": job, "acts": ACTS, "dry_run": ctx.call("clients.undo_bulk_job", **given)["dry_run"]}
