"""The portal's side of an impersonation: entering by the one-time URL, noting pages, and returning to the admin."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem, not_found
from chassis.permissions import Access
from gateway.http import cookies
from gateway.http.context import RequestContext
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page


@page("/client/impersonation/<code>", access=Access.PUBLIC, origin=PORTAL)
def enter(ctx: RequestContext, code: str) -> Response:
    """Exchange the one-time URL for the impersonation's cookie; for another browser, a second time or too late there is
    none."""
    ctx.forget_caller()
    try:
        entered = ctx.call("clients.enter_impersonation", code=code, user_agent=ctx.browser, writes=True)
    except ServiceProblem as problem:
        if problem.code not in ("forbidden", "validation"):
            raise
        return as_page(ctx, "portal/no_impersonation.html", 403)
    response = redirect("/dashboard", 303)
    cookies.start_impersonation(response, entered["token"], ctx.settings)
    return response


@page("/client/impersonation/page", access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def note_page(ctx: RequestContext) -> Response:
    """Note a page that its script reports: opened (`event` "opened"), or left."""
    _require_impersonation(ctx)
    form = ctx.request.form
    ctx.call("clients.note_impersonation_page", page=form.get("page", ""), open=form.get("event") == "opened")
    return Response(status=204)


@page("/client/impersonation/end", access=Access.IN_PORTAL, method="POST", origin=PORTAL)
def return_to_admin(ctx: RequestContext) -> Response:
    """End the impersonation and lead to the client's record in the admin, wherever else the request would like to
    go."""
    _require_impersonation(ctx)
    client_id = ctx.call("clients.end_my_impersonation")["client_id"]
    response = redirect(f"{ctx.settings.admin_origin}/admin/clients/{client_id}", 303)
    cookies.end_session(response, ctx.settings, "impersonation")
    return response


def _require_impersonation(ctx: RequestContext) -> None:
    """For a client's own session there is no such address."""
    if not ctx.in_impersonation:
        raise not_found()
