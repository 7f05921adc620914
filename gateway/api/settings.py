"""/api/v1: groups, tags, custom fields, and who is asking."""

from werkzeug.wrappers import Response

from chassis.permissions import Access, Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.routing import api
from gateway.turn import Turn


def _defined(path: str, several: str, one: str, key: str):
    """What an admin defines: a list that is short by nature and not paged, one of it, a new one, a changed one."""
    word, shape = one.replace("_", " "), one.title().replace("_", "")

    def listed(turn: Turn) -> Response:
        return as_json(turn.call(f"clients.list_{several}"))

    def shown(turn: Turn, **which: str) -> Response:
        return as_json(turn.call(f"clients.get_{one}", **which))

    def created(turn: Turn) -> Response:
        item = turn.call(f"clients.create_{one}", **json_fields(turn.request))
        return as_json(item, 201, Location=f"/api/v1{path}/{item['id']}")

    def updated(turn: Turn, **which: str) -> Response:
        return as_json(turn.call(f"clients.update_{one}", **json_fields(turn.request, **which)))

    for handler, says in ((listed, f"Every {word}."), (shown, f"One {word}."), (created, f"Define a {word}; answers it."),
                          (updated, f"Change what is given of a {word}; answers it.")):
        handler.__doc__ = says
    item, edit = f"{path}/<{key}>", Permission.SETTINGS_EDIT
    api(path, access=Permission.SETTINGS_VIEW, gives=f"{shape}s")(listed)
    api(item, access=Permission.SETTINGS_VIEW, gives=shape)(shown)
    api(path, access=edit, method="POST", door=f"clients.create_{one}", gives=shape, status=201)(created)
    api(item, access=edit, method="PATCH", door=f"clients.update_{one}", gives=shape)(updated)


_defined("/client-groups", "groups", "group", "group_id")
_defined("/tags", "tags", "tag", "tag_id")
_defined("/custom-fields", "custom_fields", "custom_field", "field_id")


@api("/me", access=Access.SIGNED_IN, gives="Me")
def me(turn: Turn) -> Response:
    """The person whose token or session this is, with their permissions."""
    return as_json(turn.call("clients.me"))
