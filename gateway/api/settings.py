"""/api/v1: groups, tags, custom fields, and who is asking."""

from werkzeug.wrappers import Response

from chassis.permissions import Access, Permission
from gateway.answers import as_json
from gateway.query import parameters
from gateway.routing import api
from gateway.turn import Turn


def _list(path: str, target: str):
    """A list that is short by nature and not paged."""
    @api(path, access=Permission.SETTINGS_VIEW)
    def listed(turn: Turn) -> Response:
        parameters(turn.request)
        return as_json(turn.call(target))

    return listed


_list("/client-groups", "clients.list_groups")
_list("/tags", "clients.list_tags")
_list("/custom-fields", "clients.list_custom_fields")


@api("/me", access=Access.SIGNED_IN)
def me(turn: Turn) -> Response:
    """The person whose token or session this is, with their permissions."""
    parameters(turn.request)
    return as_json(turn.call("clients.me"))
