"""Forms of one's own account, which stand on pages: sent under their own key, shown again with what was wrong."""

from chassis.errors import ServiceProblem
from gateway.http.context import RequestContext


def act(ctx: RequestContext, rpc: str, **arguments):
    """Ask an RPC method of the clients service, under the form's own idempotency key."""
    ctx.use_key(ctx.request.form.get("idempotency_key"), required=True)
    return ctx.call_as_self(f"clients.{rpc}", **arguments)


def refused(problem: ServiceProblem, field: str) -> dict:
    """A refusal as the form's `status` and `errors`; what names no field stands at `field`."""
    if problem.status not in (409, 412, 422, 429):
        raise problem
    errors = problem.errors or [{"pointer": f"/{field}", "code": problem.code, "message": problem.detail}]
    return {"status": problem.status, "errors": errors}
