"""Settings: client groups, tags and custom fields, as admins define them."""

from chassis.permissions import Permission
from gateway.api.forwarding import forward


def _definitions(path: str, name: str, key: str) -> None:
    """What an admin defines: a list that is short by nature, one of it, a new one, a changed one."""
    words, response, item = name.replace("_", " "), name.title().replace("_", ""), f"{path}/<{key}>"
    view, edit = Permission.SETTINGS_VIEW, Permission.SETTINGS_EDIT
    forward(
        path,
        f"clients.list_{name}s",
        summary=f"A page of the {words}s",
        access=view,
        short=True,
        response=f"{response}s",
    )
    forward(item, f"clients.get_{name}", summary=f"One {words}", access=view, response=response)
    forward(
        path,
        f"clients.create_{name}",
        summary=f"Define a {words}; answers it",
        access=edit,
        method="POST",
        location=True,
        response=response,
        status=201,
    )
    forward(
        item,
        f"clients.update_{name}",
        summary=f"Change what is given of a {words}; answers it",
        access=edit,
        method="PATCH",
        response=response,
    )


_definitions("/client-groups", "group", "group_id")
_definitions("/tags", "tag", "tag_id")
_definitions("/custom-fields", "custom_field", "field_id")
