"""/api/v1/staff: staff accounts, and what lets them in."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.one_time_links import staff_password_link
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.query_params import PAGING, expected_version
from gateway.http.responses import as_json
from gateway.http.routing import api


@api("/staff", access=Permission.STAFF_VIEW, rpc="clients.list_staff", query=("status", *PAGING), response="StaffPage")
def list_staff(ctx: RequestContext) -> Response:
    """Staff by name; `counts` by status."""
    return as_json({**ctx.call("clients.list_staff", **ctx.params), "unavailable": []})


@api(
    "/staff",
    access=Permission.STAFF_CREATE,
    method="POST",
    rpc="clients.create_staff_account",
    response="Staff",
    status=201,
)
def create_staff(ctx: RequestContext) -> Response:
    """Make an account; answers 201. Without a password, a password link lets its owner in."""
    made = ctx.call("clients.create_staff_account", **json_fields(ctx.request))
    return _one(made, 201, Location=f"/api/v1/staff/{made['id']}")


@api("/staff/<staff_id>", access=Permission.STAFF_VIEW, response="StaffRecord")
def get_staff(ctx: RequestContext, staff_id: str) -> Response:
    """One account with every permission, its live sessions and tokens; the ETag is its version."""
    return _one(ctx.call("clients.get_staff", staff_id=staff_id))


@api(
    "/staff/<staff_id>",
    access=Permission.STAFF_EDIT,
    method="PATCH",
    rpc="clients.update_staff",
    if_match="optional",
    response="Staff",
)
def update_staff(ctx: RequestContext, staff_id: str) -> Response:
    """Change what is named; with If-Match only the version that was read."""
    version = expected_version(ctx.request) if "If-Match" in ctx.request.headers else None
    return _one(ctx.call("clients.update_staff", **json_fields(ctx.request, staff_id=staff_id, version=version)))


@api(
    "/staff/<staff_id>/password-link",
    access=Permission.STAFF_EDIT,
    method="POST",
    body=False,
    response="Link",
    status=201,
)
def password_link(ctx: RequestContext, staff_id: str) -> Response:
    """A link that sets the person's password once, within a day: `{"url", "expires_at"}`, shown this once."""
    return as_json(staff_password_link(ctx, staff_id), 201)


def _act(method: str, path: str, rpc: str, access: Permission, response: str, says: str) -> None:
    """A command on one account that takes nothing but its address."""

    def act(ctx: RequestContext, **which: str) -> Response:
        done = ctx.call(f"clients.{rpc}", **which)
        return _one(done) if response == "Staff" else as_json(done)

    act.__doc__ = says
    api(f"/staff/<staff_id>/{path}", access=access, method=method, body=False, response=response)(act)


_act(
    "POST",
    "disable",
    "disable_staff",
    Permission.STAFF_DELETE,
    "Staff",
    "Disable an account: all that lets it in ends.",
)
_act("POST", "enable", "enable_staff", Permission.STAFF_DELETE, "Staff", "Let a disabled account sign in again.")
_act("DELETE", "sessions", "end_staff_sessions", Permission.STAFF_EDIT, "Ended", "Sign somebody out everywhere.")
_act(
    "DELETE", "second-factor", "reset_second_factor", Permission.STAFF_EDIT, "Staff", "Take a lost second factor away."
)
_act("DELETE", "tokens/<token_id>", "revoke_staff_token", Permission.STAFF_EDIT, "Revoked", "End a token of somebody.")


def _one(account: dict, status: int = 200, **headers: str) -> Response:
    shown = {name: value for name, value in account.items() if name not in ("presets", "version")}
    return as_json(shown, status, ETag=f'"{account["version"]}"', **headers)
