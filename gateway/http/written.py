"""What somebody has just written in billing: the client it was about, so that their next list shows it.

A form's answer leaves it in a cookie for WRITTEN_SECONDS, an API's write names it in a header, to be sent with a list.
"""

from uuid import UUID

from werkzeug.wrappers import Response

from chassis.errors import field_problem
from gateway.http import cookies
from gateway.http.context import RequestContext
from gateway.http.routing import ADMIN

HEADER = "Commerce-Written-Client"


def leave_written(ctx: RequestContext, response: Response) -> None:
    """Give the client that this request has written about to whoever asked."""
    if ctx.written is None or ctx.route.origin != ADMIN:
        return
    if ctx.route.kind == "api":
        response.headers[HEADER] = ctx.written
    else:
        cookies.leave_written(response, ctx.written, ctx.settings)


def written_client(ctx: RequestContext) -> str | None:
    """The client that whoever asks has written about, or None. Raises a 422 for a header that is no id."""
    named = ctx.request.headers.get(HEADER)
    if named is None:
        named = cookies.left_written(ctx.request, ctx.settings)
        return named if named is not None and _is_id(named) else None
    if not _is_id(named):
        raise field_problem(f"/{HEADER}", "Not an id.")
    return named


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
