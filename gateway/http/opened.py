"""What somebody had open: the clients whose records they opened last, as this browser keeps them in a cookie.

The cookie holds ids alone, first the staff account's that they are of: names are read when they are shown.
"""

from werkzeug.wrappers import Response

from chassis.types.ids import parse_id
from gateway.http import cookies
from gateway.http.context import RequestContext
from gateway.http.routing import ADMIN

MOST = 8
RECORD = "/admin/clients/<client_id>"


def leave_opened(ctx: RequestContext, response: Response) -> None:
    """Put the client whose record this page is of before those opened earlier."""
    is_record = ctx.route.origin == ADMIN and ctx.route.path.startswith(RECORD) and not ctx.writes
    if not is_record or response.status_code != 200 or ctx.caller.client_id is None:
        return
    before = opened_clients(ctx)
    now = [ctx.caller.client_id, *(one for one in before if one != ctx.caller.client_id)][:MOST]
    if now != before:
        cookies.leave_opened(response, ".".join([str(ctx.caller.id), *now]), ctx.settings)


def opened_clients(ctx: RequestContext) -> list[str]:
    """The ids of the clients opened last by whoever asks, the newest first."""
    owner, *ids = (cookies.left_opened(ctx.request, ctx.settings) or "").split(".")
    return [one for one in ids[:MOST] if parse_id(one) is not None] if owner == str(ctx.caller.id) else []
