"""/api/v1/staff: staff accounts, and what lets them in."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.query import PAGING, expected_version, parameters
from gateway.routing import api
from gateway.turn import Turn


@api("/staff", access=Permission.STAFF_VIEW)
def list_staff(turn: Turn) -> Response:
    """Staff by name; `counts` by status."""
    asked = parameters(turn.request, "status", *PAGING)
    return as_json({**turn.call("clients.list_staff", **asked), "unavailable": []})


@api("/staff", access=Permission.STAFF_CREATE, method="POST")
def create_staff(turn: Turn) -> Response:
    """Make an account; answers 201. Without a password, a password link lets its owner in."""
    parameters(turn.request)
    made = turn.call("clients.create_staff_account", **json_fields(turn.request))
    return _one(made, 201, Location=f"/api/v1/staff/{made['id']}")


@api("/staff/<staff_id>", access=Permission.STAFF_VIEW)
def get_staff(turn: Turn, staff_id: str) -> Response:
    """One account with every permission, its live sessions and tokens; the ETag is its version."""
    parameters(turn.request)
    return _one(turn.call("clients.get_staff", staff_id=staff_id))


@api("/staff/<staff_id>", access=Permission.STAFF_EDIT, method="PATCH")
def update_staff(turn: Turn, staff_id: str) -> Response:
    """Change what is named; with If-Match only the version that was read."""
    parameters(turn.request)
    version = {"version": expected_version(turn.request)} if "If-Match" in turn.request.headers else {}
    return _one(turn.call("clients.update_staff", **json_fields(turn.request, staff_id=staff_id, **version)))


@api("/staff/<staff_id>/password-link", access=Permission.STAFF_EDIT, method="POST")
def password_link(turn: Turn, staff_id: str) -> Response:
    """A link that sets the person's password once, within a day: `{"url", "expires_at"}`, shown this once."""
    parameters(turn.request)
    made = turn.call("clients.make_password_link", staff_id=staff_id)
    url = f"{turn.settings.admin_origin}/admin/password/{made['code']}"
    return as_json({"url": url, "expires_at": made["expires_at"]}, 201)


def _act(path: str, door: str, access: Permission, method: str = "POST"):
    """A command on one account that takes nothing but its address."""
    @api(f"/staff/<staff_id>/{path}", access=access, method=method)
    def act(turn: Turn, staff_id: str, **which: str) -> Response:
        parameters(turn.request)
        return as_json(turn.call(f"clients.{door}", staff_id=staff_id, **which))

    return act


_act("disable", "disable_staff", Permission.STAFF_DELETE)
_act("enable", "enable_staff", Permission.STAFF_DELETE)
_act("sessions", "end_staff_sessions", Permission.STAFF_EDIT, "DELETE")
_act("second-factor", "reset_second_factor", Permission.STAFF_EDIT, "DELETE")
_act("tokens/<token_id>", "revoke_staff_token", Permission.STAFF_EDIT, "DELETE")


def _one(account: dict, status: int = 200, **headers: str) -> Response:
    shown = {name: value for name, value in account.items() if name not in ("presets", "version")}
    return as_json(shown, status, ETag=f'"{account["version"]}"', **headers)
