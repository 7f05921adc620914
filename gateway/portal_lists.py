"""The lists of the portal: one page of what is the client's own, by group of states, each asked of its owner alone."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.answers import as_page
from gateway.query import PAGING, parameters
from gateway.routing import PORTAL, page
from gateway.turn import Turn, part


def _nothing(_turn: Turn) -> dict:
    return {}


def own_list(path: str, target: str, access: Portal, template: str, *filters: str,
             beside: Callable[[Turn], dict] = _nothing) -> None:
    """The page `path`, which shows the list that the door `target` gives; `beside` are calls for more of its variables."""
    @page(path, access=access, origin=PORTAL)
    def shown(turn: Turn) -> Response:
        asked = parameters(turn.request, *filters, *PAGING)
        turn.identify()
        answers = turn.gather(items=(target, asked), **beside(turn))
        return as_page(turn, template, filters={name: asked.get(name, "") for name in filters},
                       **{name: part(answer) for name, answer in answers.items()})
