"""Step-up authentication: what changes credentials asks a session for its person's password, unless they have proved who
they are a few minutes ago.

The form that asks stands in place of the page or dialog that was wanted. A form that was sent waits in it, hidden, and
is carried out with the password that is typed; a page that was asked for is gone to.
"""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from gateway.auth.account_forms import refused
from gateway.http.context import RequestContext
from gateway.http.forms import OWN_FIELDS, show
from gateway.http.routing import PORTAL

FIELD = "step_up_password"
REQUIRED = "reauthentication-required"


def authenticate(ctx: RequestContext) -> Response | None:
    """Check the password that a form brings along; the form that asks for it, again, where it is wrong."""
    if ctx.route.kind != "page" or ctx.credential is None or not ctx.writes or FIELD not in ctx.request.form:
        return None
    try:
        ctx.reauthenticate(ctx.request.form[FIELD])
    except ServiceProblem as problem:
        refusal = refused(problem, "current_password")
        return form(ctx, refusal["status"], [{**one, "pointer": f"/{FIELD}"} for one in refusal["errors"]])
    return None


def form(ctx: RequestContext, status: int = 403, errors: list | None = None) -> Response:
    """The form that asks for the password."""
    in_portal = ctx.route.origin == PORTAL
    home = "/client" if in_portal else "/admin"
    fields = ctx.request.form.items(multi=True) if ctx.writes else [("next", ctx.frame.path)]
    ctx.renew_deadline()
    return show(
        ctx,
        "step_up.html",
        status,
        errors=errors,
        key=ctx.request.form.get("idempotency_key"),
        back="/client/profile" if in_portal else "/admin/profile",
        action=ctx.request.path if ctx.writes else f"{home}/step-up",
        field=FIELD,
        sent=[(name, value) for name, value in fields if name not in (*OWN_FIELDS, FIELD)],
    )
