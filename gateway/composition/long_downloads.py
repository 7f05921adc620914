"""Long downloads: how many a person may have under way. They are streamed when the place of their request is given back
already, so nothing else counts what they ask of the services."""

from collections.abc import Callable
from functools import partial, wraps

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.limits import KeyedSemaphore
from gateway.http.context import RequestContext

AT_ONCE = 2  # of one person, in each process
_under_way = KeyedSemaphore(AT_ONCE)


def long_download(export: Callable[..., Response]) -> Callable[..., Response]:
    """`export(ctx, …)`, which counts until its response is closed. Raises `too-many-requests` beyond AT_ONCE."""

    @wraps(export)
    def counted(ctx: RequestContext, *args, **wanted) -> Response:
        ctx.identify()
        if not _under_way.acquire(ctx.caller.id, 0):
            raise ServiceProblem("too-many-requests", f"{AT_ONCE} of your exports are under way.", retry_after=10)
        leave = partial(_under_way.release, ctx.caller.id)
        try:
            response = export(ctx, *args, **wanted)
        except BaseException:
            leave()
            raise
        response.call_on_close(leave)
        return response

    return counted
