"""One-time links: making an invitation or a password link, and the form that stands behind a link."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from gateway.http import csrf
from gateway.http.context import RequestContext
from gateway.http.responses import as_page

NOT_THE_SAME = "The two are not the same."


def invitation_link(ctx: RequestContext, client_id: str, contact_id: str) -> dict:
    """A new link by which a contact may come into the portal, mailed to them: {"url", "expires_at"}; `url` is None for
    whoever may not see it."""
    made = ctx.call("clients.invite_contact", client_id=client_id, contact_id=contact_id)
    url = made["code"] and f"{ctx.settings.portal_origin}/client/invitation/{made['code']}"
    return {"url": url, "expires_at": made["expires_at"]}


def staff_password_link(ctx: RequestContext, staff_id: str) -> dict:
    """A new link that sets a staff member's password: {"url", "expires_at"}."""
    made = ctx.call("clients.make_password_link", staff_id=staff_id)
    return {"url": f"{ctx.settings.admin_origin}/admin/password/{made['code']}", "expires_at": made["expires_at"]}


def link_form(
    ctx: RequestContext, rpc: str, template: str, code: str, error: str | None, status: int = 200, **variables
) -> Response:
    """The form behind the link `code`, which `rpc` checks; 410 with the reason where it is used or too old."""
    csrf.offer_form_secret(ctx.request, ctx.settings)
    ctx.forget_caller()
    try:
        who = ctx.call(rpc, code=code, writes=False)
    except ServiceProblem as problem:
        if problem.code not in ("validation", "unauthenticated"):
            raise
        return as_page(ctx, template, 410, who=None, done=False, error=problem.detail, **variables)
    return as_page(ctx, template, status, who=who, done=False, error=error, **variables)
