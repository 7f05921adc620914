"""Starting an impersonation: the one-time URL that leads into the portal."""

from chassis.errors import ServiceProblem
from gateway.http.context import RequestContext


def impersonation_url(ctx: RequestContext, rpc: str, **fields) -> dict:
    """Start an impersonation by `rpc`; answers it with its one-time `url`, good until `expires_at`.

    Raises `invalid-state` for a repeat: the URL is shown once.
    """
    made = ctx.call_as_self(rpc, **fields)
    if "code" not in made:
        raise ServiceProblem("invalid-state", "This login was started before. Start it again for a new link.")
    code, expires_at = made.pop("code"), made.pop("code_expires_at")
    return {**made, "url": f"{ctx.settings.portal_origin}/client/impersonation/{code}", "expires_at": expires_at}
