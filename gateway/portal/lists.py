"""The lists of the portal: one page of what is the client's own, by group of states, each asked of its owner alone."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.http.call_errors import part
from gateway.http.context import RequestContext
from gateway.http.query_params import paged_parameters
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page


def _nothing(_ctx: RequestContext) -> dict:
    return {}


def own_list(
    path: str,
    target: str,
    access: Portal,
    template: str,
    *filters: str,
    beside: Callable[[RequestContext], dict] = _nothing,
) -> None:
    """The page `path`, which shows the list that the RPC method `target` gives; `beside` are calls for more of its
    variables."""

    @page(path, access=access, origin=PORTAL)
    def shown(ctx: RequestContext) -> Response:
        asked = paged_parameters(ctx.request, *filters)
        ctx.identify()
        answers = ctx.gather(items=(target, asked), **beside(ctx))
        return as_page(
            ctx,
            template,
            filters={name: asked.get(name, "") for name in filters},
            **{name: part(answer) for name, answer in answers.items()},
        )
