"""What admins define for all clients: groups and tags."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_page
from gateway.dialogs import show, submit, typed
from gateway.query import parameters
from gateway.routing import page
from gateway.turn import Turn

COLOUR = "#3b82f6"


def _defined(path: str, noun: str, several: str, *names: str):
    """The list of what an admin defines, and the forms of a new and of a known one; each has a name and a colour."""
    template = f"settings/{noun}.html"

    @page(path, access=Permission.SETTINGS_VIEW)
    def listed(turn: Turn) -> Response:
        parameters(turn.request)
        return as_page(turn, f"settings/{several}.html", **{several: turn.call(f"clients.list_{several}", counts=True)["data"]})

    @page(f"{path}/new", access=Permission.SETTINGS_EDIT)
    def new_form(turn: Turn) -> Response:
        turn.identify()
        return show(turn, template, values={**dict.fromkeys(names, ""), "colour": COLOUR, "own_colour": ""}, back=path,
                    **{noun: None})

    @page(f"{path}/new", access=Permission.SETTINGS_EDIT, method="POST")
    def create(turn: Turn) -> Response:
        turn.identify()
        values = _typed(turn, *names)
        return submit(turn, template, lambda: turn.call(f"clients.create_{noun}", **_given(values)),
                      said=f"{noun.capitalize()} {values['name']} added", back=path, values=values, **{noun: None})

    @page(f"{path}/<item_id>", access=Permission.SETTINGS_EDIT)
    def form(turn: Turn, item_id: str) -> Response:
        item = turn.call(f"clients.get_{noun}", **{f"{noun}_id": item_id})
        values = {name: item[name] for name in names}
        return show(turn, template, values={**values, "colour": item["colour"], "own_colour": ""}, back=path, **{noun: item})

    @page(f"{path}/<item_id>", access=Permission.SETTINGS_EDIT, method="POST")
    def update(turn: Turn, item_id: str) -> Response:
        item = turn.call(f"clients.get_{noun}", writes=False, **{f"{noun}_id": item_id})
        values = _typed(turn, *names)
        changed = {name: value for name, value in _given(values).items() if value != item[name]}
        return submit(turn, template, lambda: turn.call(f"clients.update_{noun}", **{f"{noun}_id": item["id"]}, **changed),
                      said=f"{noun.capitalize()} {values['name']} saved", back=path, values=values, **{noun: item})


def _typed(turn: Turn, *names: str) -> dict[str, str]:
    """What was typed; the colour is a swatch's, or the own one."""
    values = typed(turn, *names, "colour", "own_colour")
    return {**values, "colour": values["own_colour"] if values["colour"] == "own" else values["colour"]}


def _given(values: dict) -> dict:
    """`values` for the service; an empty discount is none."""
    given = {name: value.replace("\r\n", "\n") for name, value in values.items() if name != "own_colour"}
    return {**given, "discount_percent": given["discount_percent"] or "0"} if "discount_percent" in given else given


_defined("/admin/client-groups", "group", "groups", "name", "discount_percent", "description")
_defined("/admin/tags", "tag", "tags", "name")
