"""Staff: /api/v1/staff, the accounts, their sessions, tokens and second factor."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.forwarding import forward
from gateway.composition.one_time_links import staff_password_link
from gateway.http.context import RequestContext
from gateway.http.query_params import PAGING
from gateway.http.responses import as_json
from gateway.http.routing import api

ACCOUNT = "/staff/<staff_id>"
HIDDEN = ("presets", "version", "second_factor_roles")

forward(
    "/staff",
    "clients.list_staff",
    summary="Staff by name; `counts` by status",
    access=Permission.STAFF_VIEW,
    query=("status", *PAGING),
    hide=HIDDEN,
    response="StaffPage",
)
forward(
    "/staff",
    "clients.create_staff_account",
    summary="Make an account; answers 201",
    description="Without a password, a password link lets its owner in.",
    access=Permission.STAFF_CREATE,
    method="POST",
    location=True,
    hide=HIDDEN,
    response="Staff",
    status=201,
)
forward(
    ACCOUNT,
    "clients.get_staff",
    summary="One account with every permission, its live sessions and tokens; the ETag is its version",
    access=Permission.STAFF_VIEW,
    hide=HIDDEN,
    response="StaffRecord",
)
forward(
    ACCOUNT,
    "clients.update_staff",
    summary="Change what is named; with If-Match only the version that was read",
    access=Permission.STAFF_EDIT,
    method="PATCH",
    if_match="optional",
    hide=HIDDEN,
    response="Staff",
)


@api(
    f"{ACCOUNT}/password-link",
    access=Permission.STAFF_EDIT,
    method="POST",
    body=False,
    response="Link",
    status=201,
)
def password_link(ctx: RequestContext, staff_id: str) -> Response:
    """A link that sets the person's password once, within a day: `{"url", "expires_at"}`, shown this once."""
    return as_json(staff_password_link(ctx, staff_id), 201)


def _action(
    method: str, name: str, rpc: str, summary: str, access: Permission = Permission.STAFF_EDIT, response: str = "Staff"
) -> None:
    """A command on one account that takes nothing but its address."""
    forward(
        f"{ACCOUNT}/{name}",
        rpc,
        summary=summary,
        access=access,
        method=method,
        body=False,
        hide=HIDDEN,
        response=response,
    )


_action(
    "POST",
    "disable",
    "clients.disable_staff",
    "Disable an account: all that lets it in ends",
    Permission.STAFF_DELETE,
)
_action(
    "POST",
    "enable",
    "clients.enable_staff",
    "Let a disabled account sign in again",
    Permission.STAFF_DELETE,
)
_action(
    "DELETE",
    "sessions",
    "clients.end_staff_sessions",
    "Sign somebody out everywhere",
    response="Ended",
)
_action("DELETE", "second-factor", "clients.reset_second_factor", "Take a lost second factor away")
_action(
    "DELETE",
    "tokens/<token_id>",
    "clients.revoke_staff_token",
    "End a token of somebody",
    response="Revoked",
)
