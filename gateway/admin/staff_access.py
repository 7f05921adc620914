"""Staff access: disable, enable, sign out, take a second factor or a token away, each after a question."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.forms import show, submit
from gateway.http.query_params import parameters
from gateway.http.routing import page

TEMPLATE = "staff/confirm.html"


def _act(path: str, rpc: str, access: Permission, words: dict) -> None:
    """A question at `path` below an account, and what a yes does. `words`: heading, text, button, message; `warn` for
    harm."""

    @page(f"/admin/staff/<staff_id>/{path}", access=access, step_up=True)
    def question(ctx: RequestContext, staff_id: str, **which: str) -> Response:
        parameters(ctx.request)
        account = ctx.call("clients.get_staff", staff_id=staff_id)
        return show(ctx, TEMPLATE, account=account, words=words, back=f"/admin/staff/{account['id']}")

    @page(f"/admin/staff/<staff_id>/{path}", access=access, method="POST", step_up=True)
    def act(ctx: RequestContext, staff_id: str, **which: str) -> Response:
        def context() -> dict:
            return {"account": ctx.call("clients.get_staff", staff_id=staff_id, writes=False), "words": words}

        return submit(
            ctx,
            TEMPLATE,
            lambda: ctx.call(f"clients.{rpc}", staff_id=staff_id, **which),
            message=words["message"],
            back=f"/admin/staff/{staff_id}",
            context=context,
        )


_act(
    "disable",
    "disable_staff",
    Permission.STAFF_DELETE,
    {
        "heading": "Disable the account",
        "button": "Disable",
        "message": "Account disabled",
        "warn": True,
        "text": "All sessions end at once, API tokens and password links are void. Enabling it later brings none of them back.",
    },
)
_act(
    "enable",
    "enable_staff",
    Permission.STAFF_DELETE,
    {
        "heading": "Enable the account",
        "button": "Enable",
        "message": "Account enabled",
        "warn": False,
        "text": "The person may sign in again, with the password they had. API tokens have to be made anew.",
    },
)
_act(
    "sign-out",
    "end_staff_sessions",
    Permission.STAFF_EDIT,
    {
        "heading": "Sign out everywhere",
        "button": "Sign out everywhere",
        "message": "Signed out everywhere",
        "warn": True,
        "text": "All sessions of this person end at once. API tokens go on working.",
    },
)
_act(
    "second-factor",
    "reset_second_factor",
    Permission.STAFF_EDIT,
    {
        "heading": "Take the second factor away",
        "button": "Take away",
        "message": "Second factor taken away",
        "warn": True,
        "text": "For somebody who has lost it. Their sessions end; where one is required, the next sign-in sets up a new one.",
    },
)
_act(
    "tokens/<token_id>/revoke",
    "revoke_staff_token",
    Permission.STAFF_EDIT,
    {
        "heading": "Revoke the API token",
        "button": "Revoke",
        "message": "Token revoked",
        "warn": True,
        "text": "Programs that use it are refused at once. It cannot be brought back.",
    },
)
