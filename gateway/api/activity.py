"""/api/v1/activity and …/activity/verify: the log of all clients, its proof, its export."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.activity_export import FORMS, export
from gateway.activity_log import VERIFY_SECONDS
from gateway.answers import as_json
from gateway.query import PAGING
from gateway.routing import api
from gateway.shapes import one_of
from gateway.turn import Turn

FILTERS = ("category", "actor", "from", "to")
EXPORT = {"door": "audit.export_activity", "query": ("format", *FILTERS), "media": ("text/csv", "application/jsonl"),
          "differs": {"format": one_of(*FORMS)}}


@api("/activity", access=Permission.ACTIVITY_VIEW, door="audit.list_all_activity", query=(*FILTERS, *PAGING),
     gives="AllActivity")
def all_activity(turn: Turn) -> Response:
    """The log of all clients and the system, newest first; a row has also `client_id`."""
    return as_json({**turn.call("audit.list_all_activity", **turn.asked), "unavailable": []})


@api("/activity/verify", access=Permission.ACTIVITY_VIEW, seconds=VERIFY_SECONDS, gives="Verdict")
def verify_system(turn: Turn) -> Response:
    """Whether the `system` chain holds: `{entries, head, valid, first_bad_seq|null, …}`."""
    return as_json(turn.call("audit.verify_system", seconds=VERIFY_SECONDS))


@api("/clients/<client_id>/activity/verify", access=Permission.CLIENTS_VIEW, seconds=VERIFY_SECONDS, gives="Verdict")
def verify_client(turn: Turn, client_id: str) -> Response:
    """Whether the client's chain holds."""
    client = turn.open_client(client_id)
    return as_json(turn.call("audit.verify_activity", seconds=VERIFY_SECONDS, client_id=client["id"]))


@api("/activity/export", access=Permission.ACTIVITY_EXPORT, **EXPORT)
def export_all(turn: Turn) -> Response:
    """All chains as `?format=csv` or `jsonl`, with the filters of the list."""
    return export(turn, turn.asked.pop("format", None), turn.asked)


@api("/clients/<client_id>/activity/export", access=Permission.ACTIVITY_EXPORT, **EXPORT)
def export_client(turn: Turn, client_id: str) -> Response:
    """One client's chain."""
    turn.open_client(client_id)
    return export(turn, turn.asked.pop("format", None), turn.asked)
