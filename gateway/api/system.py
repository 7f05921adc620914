"""System: /api/v1/system, how the running system stands."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.system import STATE_SECONDS, system_state
from gateway.http.context import RequestContext
from gateway.http.responses import as_json
from gateway.http.routing import api
from gateway.live.hub import HUB


@api(
    "/system",
    access=Permission.SYSTEM_VIEW,
    seconds=STATE_SECONDS + 1,
    rpc="clients.get_system_state",
    response="System",
)
def system(ctx: RequestContext) -> Response:
    """Processes, jobs, lags, queues, engines and background work of each service, and what of it needs `attention`, with
    the alert whose runbook says what to do. A service that does not answer is `unavailable`."""
    state = system_state(ctx, ctx.request.environ[HUB].processes())
    there = {service: one for service, one in state["services"].items() if one}
    return as_json(
        {
            "services": there,
            "gateway": state["gateway"],
            "attention": state["attention"],
            "unavailable": sorted(set(state["services"]) - set(there)),
        }
    )
