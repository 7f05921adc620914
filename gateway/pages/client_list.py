"""The client list, /admin/clients."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.answers import as_page
from gateway.compose import is_away, with_totals
from gateway.query import PAGING, parameters
from gateway.routing import page
from gateway.turn import Turn, part, request_id

FILTERS = ("q", "group", "status", "tag", "sort")


@page("/admin/clients", access=Permission.CLIENTS_VIEW)
def client_list(turn: Turn) -> Response:
    """The list, or its rows alone for htmx."""
    asked = parameters(turn.request, *FILTERS, *PAGING)
    try:
        clients = turn.call("clients.list_clients", **asked)
    except ServiceProblem as problem:
        if not (turn.is_fragment and is_away(problem)):
            raise
        return _page(turn, asked, None, {}, status=503)
    beside = {"groups": ("clients.list_groups", {})}
    if "tag" in asked:
        beside["tags"] = ("clients.list_tags", {})
    clients, answers = with_totals(turn, clients, **beside)
    return _page(turn, asked, clients, answers)


def _page(turn: Turn, asked: dict, clients: dict | None, answers: dict, status: int = 200) -> Response:
    filters = {"sort": "name", **{name: asked.get(name, "") for name in ("q", "group", "status", "tag")},
               **{name: asked[name] for name in ("sort",) if name in asked}}
    tag = next((tag for tag in (part(answers.get("tags")) or {}).get("data", []) if tag["id"] == asked.get("tag")), None)
    return as_page(turn, "clients/list.html", status, clients=clients, filters=filters, tag=tag,
                   unavailable=(clients or {}).get("unavailable", []), request_id=request_id(turn.request),
                   first_page="after" not in asked and "before" not in asked,
                   groups=(part(answers.get("groups")) or {}).get("data", []))
