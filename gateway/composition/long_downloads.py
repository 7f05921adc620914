"""Long downloads: what a service gives in parts, as one stream; and how many a person may have under way. They are streamed
when the place of their request is given back already, so nothing else counts what they ask of the services."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial, wraps

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.limits import KeyedSemaphore
from gateway.http.context import RequestContext

PART_SECONDS = 10.0
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


def parts_of(ctx: RequestContext, target: str, **wanted) -> Callable[[str | None], dict]:
    """A function that asks for the part after a cursor, the first one after None. Whoever asks is identified for each part
    anew, and each has PART_SECONDS."""

    def take(after: str | None) -> dict:
        ctx.identify()
        ctx.caller = replace(ctx.caller, deadline=time.time() + PART_SECONDS)
        return ctx.call(target, seconds=PART_SECONDS, writes=False, **wanted, after=after)

    return take


def rows_of(take: Callable[[str | None], dict], part: dict) -> Iterator[dict]:
    """The rows of `part`, and of all parts after it."""
    while True:
        yield from part["data"]
        if part["next"] is None:
            return
        part = take(part["next"])
