"""Staff accounts: /admin/staff, the list, one account with its permissions, a new one, and what is done to accounts."""

import re
import secrets

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.auth.step_up import REQUIRED
from gateway.composition.one_time_links import staff_password_link
from gateway.http.call_errors import is_away
from gateway.http.context import RequestContext
from gateway.http.query_params import paged_parameters, parameters
from gateway.http.responses import as_page
from gateway.http.routing import page
from gateway.ui.labels import ROLES, permission_groups

LIST, RECORD, NEW, LINK = "staff/list.html", "staff/record.html", "staff/new.html", "staff/link.html"
TEXTS = ("name", "email", "role")


@page("/admin/staff", access=Permission.STAFF_VIEW)
def staff_list(ctx: RequestContext) -> Response:
    """Staff by name, of one status where asked."""
    asked = paged_parameters(ctx.request, "status")
    return as_page(ctx, LIST, staff=ctx.call("clients.list_staff", **asked), chosen=asked.get("status", ""))


@page("/admin/staff/new", access=Permission.STAFF_CREATE, step_up=True)
def new_staff_form(ctx: RequestContext) -> Response:
    """The empty form."""
    ctx.identify()
    return _new(ctx, {"role": "support"})


@page("/admin/staff/new", access=Permission.STAFF_CREATE, method="POST", step_up=True)
def create_staff(ctx: RequestContext) -> Response:
    """Make the account. Without a password its owner gets a link, which is shown this once."""
    form = ctx.request.form
    ctx.use_key(form.get("idempotency_key"), required=True)
    values = {name: form.get(name, "").strip() for name in TEXTS} | {
        "second_factor_required": "second_factor_required" in form
    }
    try:
        password = {"password": form["password"]} if form.get("password") else {}
        made = ctx.call("clients.create_staff_account", **values, **password)
    except ServiceProblem as problem:
        return _new(ctx, values, **_refusal(ctx, problem))
    if made["status"] == "invited" and Permission.STAFF_EDIT in _held(ctx):
        return _link_page(ctx, made)
    return redirect(f"/admin/staff/{made['id']}", 303)


@page("/admin/staff/<staff_id>", access=Permission.STAFF_VIEW)
def staff_record(ctx: RequestContext, staff_id: str) -> Response:
    """One account: role, permissions beside those of the roles, sessions and tokens."""
    return _record(
        ctx, ctx.call("clients.get_staff", staff_id=staff_id), saved="saved" in parameters(ctx.request, "saved")
    )


@page("/admin/staff/<staff_id>", access=Permission.STAFF_EDIT, method="POST", step_up=True)
def update_staff(ctx: RequestContext, staff_id: str) -> Response:
    """Save what was changed; a permission that was left as it stood follows the role."""
    form = ctx.request.form
    ctx.use_key(form.get("idempotency_key"), required=True)
    account = ctx.call("clients.get_staff", staff_id=staff_id, writes=False)
    values = {name: form[name].strip() for name in TEXTS if name in form}
    if "whole" in form:
        values["second_factor_required"] = "second_factor_required" in form
    version = {"version": int(form["version"])} if re.fullmatch("[0-9]{1,9}", form.get("version", "")) else {}
    try:
        ctx.call("clients.update_staff", staff_id=staff_id, permissions=_wanted(form, account), **values, **version)
    except ServiceProblem as problem:
        return _record(ctx, account, values=values, **_refusal(ctx, problem))
    return redirect(f"/admin/staff/{account['id']}?saved=yes", 303)


@page("/admin/staff/<staff_id>/password-link", access=Permission.STAFF_EDIT, method="POST", step_up=True)
def password_link(ctx: RequestContext, staff_id: str) -> Response:
    """Make a link that sets the person's password; it is shown this once."""
    ctx.use_key(ctx.request.form.get("idempotency_key"), required=True)
    return _link_page(ctx, ctx.call("clients.get_staff", staff_id=staff_id, writes=False))


def _wanted(form, account: dict) -> dict[str, bool]:
    """The permissions whose box was set or cleared, and those given back to the role."""
    asked = form.get("reset", "")
    reset = account["overrides"] if asked == "all" else {asked: True} if asked in account["overrides"] else {}
    before, now = set(form.getlist("was")), set(form.getlist("permissions"))
    changed = {slug: slug in now for slug in before ^ now} if "whole" in form else {}
    preset = account["presets"][account["role"]]
    return {**changed, **{slug: slug in preset for slug in reset}}


def _link_page(ctx: RequestContext, account: dict) -> Response:
    return as_page(ctx, LINK, account=account, **staff_password_link(ctx, account["id"]))


def _held(ctx: RequestContext) -> tuple[str, ...]:
    return tuple(Permission) if "*" in ctx.caller.permissions else ctx.caller.permissions


def _refusal(ctx: RequestContext, problem: ServiceProblem) -> dict:
    """A refusal as variables of the form; every other problem is raised."""
    if problem.status not in (403, 409, 412, 422) and not is_away(problem):
        raise problem
    if problem.status == 403 and (problem.extra.get("permission") or problem.code == REQUIRED):
        raise problem
    general = None if problem.errors else {"title": problem.title, "detail": problem.detail}
    return {"status": problem.status, "errors": problem.errors, "problem": general}


def _new(
    ctx: RequestContext, values: dict, status: int = 200, errors: list | None = None, problem: dict | None = None
) -> Response:
    return as_page(
        ctx,
        NEW,
        status,
        values=values,
        errors=errors or [],
        problem=problem,
        roles=ROLES,
        idempotency_key=secrets.token_urlsafe(24),
    )


def _record(
    ctx: RequestContext,
    account: dict,
    status: int = 200,
    values: dict | None = None,
    errors: list | None = None,
    problem: dict | None = None,
    saved: bool = False,
) -> Response:
    held = {slug for slug, given in account["permissions"].items() if given}
    return as_page(
        ctx,
        RECORD,
        status,
        account=account,
        held=held,
        groups=permission_groups(),
        roles=ROLES,
        saved=saved,
        values=values or {name: account[name] for name in TEXTS},
        errors=errors or [],
        problem=problem,
        own=account["id"] == ctx.caller.id,
        idempotency_key=secrets.token_urlsafe(24),
    )
