"""/api/v1: groups, tags, custom fields, and who is asking."""

from werkzeug.wrappers import Response

from chassis.permissions import Access, Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.query import parameters
from gateway.routing import api
from gateway.turn import Turn


def _defined(path: str, several: str, one: str, key: str):
    """What an admin defines: a list that is short by nature and not paged, one of it, a new one, a changed one."""
    @api(path, access=Permission.SETTINGS_VIEW)
    def listed(turn: Turn) -> Response:
        parameters(turn.request)
        return as_json(turn.call(f"clients.list_{several}"))

    @api(f"{path}/<item_id>", access=Permission.SETTINGS_VIEW)
    def shown(turn: Turn, item_id: str) -> Response:
        parameters(turn.request)
        return as_json(turn.call(f"clients.get_{one}", **{key: item_id}))

    @api(path, access=Permission.SETTINGS_EDIT, method="POST")
    def created(turn: Turn) -> Response:
        parameters(turn.request)
        item = turn.call(f"clients.create_{one}", **json_fields(turn.request))
        return as_json(item, 201, Location=f"/api/v1{path}/{item['id']}")

    @api(f"{path}/<item_id>", access=Permission.SETTINGS_EDIT, method="PATCH")
    def updated(turn: Turn, item_id: str) -> Response:
        parameters(turn.request)
        return as_json(turn.call(f"clients.update_{one}", **json_fields(turn.request, **{key: item_id})))


_defined("/client-groups", "groups", "group", "group_id")
_defined("/tags", "tags", "tag", "tag_id")
_defined("/custom-fields", "custom_fields", "custom_field", "field_id")


@api("/me", access=Access.SIGNED_IN)
def me(turn: Turn) -> Response:
    """The person whose token or session this is, with their permissions."""
    parameters(turn.request)
    return as_json(turn.call("clients.me"))
