"""System: how the running system stands, and what becomes of parked messages."""

from werkzeug.wrappers import Response

from chassis.errors import not_found
from chassis.permissions import Permission
from gateway.composition.system import SERVICES, STATE_SECONDS, service_of, system_state
from gateway.http.context import RequestContext
from gateway.http.forms import show, submit, typed
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import page
from gateway.live.hub import HUB

SYSTEM, PARKED = "/admin/system", "/admin/system/parked/<queue>"
RENEWALS, EVERY_SECONDS = 150, 10
"""How often an open page renews itself, and after how many seconds: it keeps nobody's session alive for ever."""


@page(SYSTEM, access=Permission.SYSTEM_VIEW, seconds=STATE_SECONDS + 1)
def system(ctx: RequestContext) -> Response:
    """All of the system; `left` is how often the page will renew itself yet."""
    left = parameters(ctx.request, "left").get("left", "")
    state = system_state(ctx, ctx.request.environ[HUB].processes())
    renewals = min(int(left), RENEWALS) if left.isdecimal() and len(left) < 9 else RENEWALS
    return as_page(ctx, "system/state.html", **state, names=SERVICES, left=renewals, every=EVERY_SECONDS)


@page(PARKED, access=Permission.SYSTEM_VIEW)
def parked_messages(ctx: RequestContext, queue: str) -> Response:
    """What a listener could not use."""
    parameters(ctx.request)
    found = ctx.call(f"{service_of(queue)}.list_parked_messages", queue=queue)
    return as_page(ctx, "system/parked.html", queue=queue, messages=found["data"], more=found["more"])


@page(f"{PARKED}/<any(replay, drop):act>", access=Permission.SYSTEM_MANAGE)
def settle_form(ctx: RequestContext, queue: str, act: str) -> Response:
    """The question whether to, with a reason for a drop."""
    wanted = parameters(ctx.request, "message").get("message", "")
    values = {"message_id": wanted, "reason": ""}
    return show(ctx, "system/settle.html", values=values, back=_back(queue), **_message(ctx, queue, act, wanted))


@page(f"{PARKED}/<any(replay, drop):act>", access=Permission.SYSTEM_MANAGE, method="POST")
def settle(ctx: RequestContext, queue: str, act: str) -> Response:
    """Order it in the log, then do it: nothing is done that the log does not say."""
    values = typed(ctx, "message_id", "reason")

    def order() -> None:
        known = _message(ctx, queue, act, values["message_id"])["message"]
        message = {"queue": queue, "message_id": known["id"]}
        given = {"event_type": known["event_type"], "act": act, "reason": values["reason"]}
        ctx.call("clients.order_parked_message", **message, **given)
        ctx.call(f"{service_of(queue)}.{act}_parked_message", **message)

    return submit(
        ctx,
        "system/settle.html",
        order,
        message="The message was sent again" if act == "replay" else "The message was dropped",
        back=_back(queue),
        values=values,
        context=lambda: _message(ctx, queue, act, values["message_id"]),
    )


def _message(ctx: RequestContext, queue: str, act: str, wanted: str) -> dict:
    """The variables of the form; 404 where no such message is parked."""
    rpc = f"{service_of(queue)}.list_parked_messages"
    found = ctx.call(rpc, queue=queue, writes=False)["data"]
    message = next((one for one in found if one["id"] == wanted), None)
    if message is None:
        raise not_found()
    return {"queue": queue, "act": act, "message": message}


def _back(queue: str) -> str:
    return f"{SYSTEM}/parked/{queue}"
