"""/api/v1: groups, tags, custom fields, and who is asking."""

from werkzeug.wrappers import Response

from chassis.permissions import Access, Permission
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.responses import as_json
from gateway.http.routing import api


def _defined(path: str, several: str, one: str, key: str):
    """What an admin defines: a list that is short by nature and not paged, one of it, a new one, a changed one."""
    word, shape = one.replace("_", " "), one.title().replace("_", "")

    def listed(ctx: RequestContext) -> Response:
        return as_json(ctx.call(f"clients.list_{several}"))

    def shown(ctx: RequestContext, **which: str) -> Response:
        return as_json(ctx.call(f"clients.get_{one}", **which))

    def created(ctx: RequestContext) -> Response:
        item = ctx.call(f"clients.create_{one}", **json_fields(ctx.request))
        return as_json(item, 201, Location=f"/api/v1{path}/{item['id']}")

    def updated(ctx: RequestContext, **which: str) -> Response:
        return as_json(ctx.call(f"clients.update_{one}", **json_fields(ctx.request, **which)))

    for handler, says in (
        (listed, f"Every {word}."),
        (shown, f"One {word}."),
        (created, f"Define a {word}; answers it."),
        (updated, f"Change what is given of a {word}; answers it."),
    ):
        handler.__doc__ = says
    item, edit = f"{path}/<{key}>", Permission.SETTINGS_EDIT
    api(path, access=Permission.SETTINGS_VIEW, response=f"{shape}s")(listed)
    api(item, access=Permission.SETTINGS_VIEW, response=shape)(shown)
    api(path, access=edit, method="POST", rpc=f"clients.create_{one}", response=shape, status=201)(created)
    api(item, access=edit, method="PATCH", rpc=f"clients.update_{one}", response=shape)(updated)


_defined("/client-groups", "groups", "group", "group_id")
_defined("/tags", "tags", "tag", "tag_id")
_defined("/custom-fields", "custom_fields", "custom_field", "field_id")


@api("/me", access=Access.SIGNED_IN, response="Me")
def me(ctx: RequestContext) -> Response:
    """The person whose token or session this is, with their permissions."""
    return as_json(ctx.call("clients.me"))
