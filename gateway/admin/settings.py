"""Settings: groups and tags, as admins define them for all clients."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.forms import as_texts, changed, show, submit, typed_lines
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import page
from gateway.http.typed_numbers import number

COLOUR = "#3b82f6"


def _defined(path: str, noun: str, several: str, *names: str):
    """The list of what an admin defines, and the forms of a new and of a known one; each has a name and a colour."""
    template = f"settings/{noun}.html"

    @page(path, access=Permission.SETTINGS_VIEW)
    def listed(ctx: RequestContext) -> Response:
        parameters(ctx.request)
        return as_page(
            ctx, f"settings/{several}.html", **{several: ctx.call(f"clients.list_{several}", counts=True)["data"]}
        )

    @page(f"{path}/new", access=Permission.SETTINGS_EDIT)
    def new_form(ctx: RequestContext) -> Response:
        ctx.identify()
        return show(
            ctx,
            template,
            values={**dict.fromkeys(names, ""), "colour": COLOUR, "own_colour": ""},
            back=path,
            **{noun: None},
        )

    @page(f"{path}/new", access=Permission.SETTINGS_EDIT, method="POST")
    def create(ctx: RequestContext) -> Response:
        values = _typed(ctx, *names)
        return submit(
            ctx,
            template,
            lambda: ctx.call(f"clients.create_{noun}", **_given(values)),
            message=f"{noun.capitalize()} {values['name']} added",
            back=path,
            values=values,
            context=lambda: {noun: None},
        )

    @page(f"{path}/<item_id>", access=Permission.SETTINGS_EDIT)
    def form(ctx: RequestContext, item_id: str) -> Response:
        item = ctx.call(f"clients.get_{noun}", **{f"{noun}_id": item_id})
        values = {name: item[name] for name in names}
        return show(
            ctx,
            template,
            values={**values, "colour": item["colour"], "own_colour": ""},
            back=path,
            opened_with=as_texts(item, *names, "colour"),
            **{noun: item},
        )

    @page(f"{path}/<item_id>", access=Permission.SETTINGS_EDIT, method="POST")
    def update(ctx: RequestContext, item_id: str) -> Response:
        item = ctx.call(f"clients.get_{noun}", writes=False, **{f"{noun}_id": item_id})
        values, present = _typed(ctx, *names), as_texts(item, *names, "colour")

        def act():
            new = _given(changed(ctx, present, values))
            return ctx.call(f"clients.update_{noun}", **{f"{noun}_id": item["id"]}, **new)

        return submit(
            ctx,
            template,
            act,
            message=f"{noun.capitalize()} {values['name']} saved",
            back=path,
            values=values,
            context=lambda: {noun: item, "opened_with": present},
        )


def _typed(ctx: RequestContext, *names: str) -> dict[str, str]:
    """What was typed; the colour is a swatch's, or the own one."""
    values = typed_lines(ctx, *names, "colour", "own_colour")
    return {**values, "colour": values["own_colour"] if values["colour"] == "own" else values["colour"]}


def _given(values: dict) -> dict:
    """`values` for the service; an empty discount is none."""
    given = {name: value for name, value in values.items() if name != "own_colour"}
    if "discount_percent" not in given:
        return given
    return {**given, "discount_percent": number(given["discount_percent"] or "0", "discount_percent", 2)}


_defined("/admin/client-groups", "group", "groups", "name", "discount_percent", "description")
_defined("/admin/tags", "tag", "tags", "name")
