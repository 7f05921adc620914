"""/api/v1/me/…: one's own sessions and tokens. What changes them needs the admin's session: a token cannot."""

from werkzeug.wrappers import Response

from chassis.permissions import Access
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.responses import as_json
from gateway.http.routing import api


def _listed(name: str):
    """A short list of one's own account."""

    def listed(ctx: RequestContext) -> Response:
        return as_json({"data": ctx.call_as_self("clients.my_account")[name]})

    listed.__doc__ = f"One's own {name} that are alive."
    api(f"/me/{name}", access=Access.SIGNED_IN, response=name.capitalize())(listed)


_listed("sessions")
_listed("tokens")


@api(
    "/me/tokens", access=Access.SIGNED_IN, method="POST", rpc="clients.create_my_token", response="NewToken", status=201
)
def create_token(ctx: RequestContext) -> Response:
    """Make a token; answers 201 with `token`, shown this once. A repeat of the same request is told all but that."""
    return as_json(ctx.call_as_self("clients.create_my_token", **json_fields(ctx.request)), 201)


@api("/me/tokens/<token_id>", access=Access.SIGNED_IN, method="DELETE", response="Revoked")
def revoke_token(ctx: RequestContext, token_id: str) -> Response:
    """End a token at once."""
    return as_json(ctx.call_as_self("clients.revoke_my_token", token_id=token_id))


@api("/me/sessions/<session_id>", access=Access.SIGNED_IN, method="DELETE", response="Ended")
def end_session(ctx: RequestContext, session_id: str) -> Response:
    """End one of one's sessions."""
    return as_json(ctx.call_as_self("clients.end_my_session", session_id=session_id))
