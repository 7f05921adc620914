"""My account: /api/v1/me, who is asking, with their own sessions and tokens. What changes them needs the admin's
session: a token cannot."""

from werkzeug.wrappers import Response

from chassis.permissions import Access
from gateway.api.forwarding import forward
from gateway.http.context import RequestContext
from gateway.http.query_params import PAGING
from gateway.http.responses import as_json
from gateway.http.routing import api
from gateway.http.short_lists import page_of

forward(
    "/me",
    "clients.me",
    summary="The person whose token or session this is, with their permissions",
    access=Access.SIGNED_IN,
    response="Me",
)


@api("/me/sessions", access=Access.SIGNED_IN, query=PAGING, response="Sessions")
def my_sessions(ctx: RequestContext) -> Response:
    """A page of one's own sessions that are alive."""
    return as_json(page_of(ctx.request.path, ctx.call_as_self("clients.my_account")["sessions"], ctx.params))


@api("/me/tokens", access=Access.SIGNED_IN, query=PAGING, response="Tokens")
def my_tokens(ctx: RequestContext) -> Response:
    """A page of one's own tokens that are alive."""
    return as_json(page_of(ctx.request.path, ctx.call_as_self("clients.my_account")["tokens"], ctx.params))


forward(
    "/me/tokens",
    "clients.create_my_token",
    summary="Make a token; answers 201 with `token`, shown this once",
    description="A repeat of the same request is told all but that.",
    access=Access.SIGNED_IN,
    method="POST",
    as_self=True,
    response="NewToken",
    status=201,
)
forward(
    "/me/tokens/<token_id>",
    "clients.revoke_my_token",
    summary="End a token at once",
    access=Access.SIGNED_IN,
    method="DELETE",
    as_self=True,
    response="Revoked",
)
forward(
    "/me/sessions/<session_id>",
    "clients.end_my_session",
    summary="End one of one's sessions",
    access=Access.SIGNED_IN,
    method="DELETE",
    as_self=True,
    response="Ended",
)
