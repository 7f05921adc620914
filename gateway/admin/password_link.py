"""A link that sets a staff member's password, once: for a new account, or one whose password was forgotten."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from gateway.composition.one_time_links import NOT_THE_SAME, link_form
from gateway.http.context import RequestContext
from gateway.http.responses import as_page
from gateway.http.routing import page

TEMPLATE, LOGIN = "password.html", "/admin/login"


@page("/admin/password/<code>", access=Access.PUBLIC)
def password_form(ctx: RequestContext, code: str) -> Response:
    """The form, or that the link was used or is too old."""
    return _form(ctx, code, None)


@page("/admin/password/<code>", access=Access.PUBLIC, method="POST")
def set_password(ctx: RequestContext, code: str) -> Response:
    """Set it, and lead to the sign-in."""
    form = ctx.request.form
    if form.get("password", "") != form.get("again", ""):
        return _form(ctx, code, NOT_THE_SAME, 422)
    ctx.forget_caller()
    try:
        ctx.call("clients.use_password_link", code=code, password=form.get("password", ""))
    except ServiceProblem as problem:
        if problem.code not in ("validation", "unauthenticated"):
            raise
        return _form(ctx, code, problem.errors[0]["message"] if problem.errors else problem.detail, 422)
    return as_page(ctx, TEMPLATE, who=None, done=True, error=None, login=LOGIN)


def _form(ctx: RequestContext, code: str, error: str | None, status: int = 200) -> Response:
    return link_form(ctx, "clients.check_password_link", TEMPLATE, code, error, status, login=LOGIN)
