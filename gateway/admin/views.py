"""Saved views of each list, and the columns of the client list that a person keeps: /admin/clients/views,
/admin/clients/columns."""

from werkzeug.wrappers import Response

from chassis.errors import field_problem
from chassis.permissions import Permission
from gateway.composition.listing_views import UNKEPT, count_listing_views, listing_query
from gateway.composition.listings import BY_SLUG, LISTINGS
from gateway.composition.views import may_change, saved_query
from gateway.http.context import RequestContext
from gateway.http.forms import CONFIRM, as_texts, changed, confirm, show, submit, typed
from gateway.http.query_params import parameters
from gateway.http.responses import as_json
from gateway.http.routing import page
from gateway.ui.columns import BY_KEY, OF_FIELD
from gateway.ui.render import link

LIST, VIEWS = "/admin/clients", "/admin/clients/views"
VIEW, FORM = f"{VIEWS}/<view_id>", "clients/view_form.html"
KEPT = ("filter", "q", "sort", "columns")
ASKED = tuple(
    dict.fromkeys(("filter", "q", "group", "status", "tag", "sort", *(n for one in LISTINGS for n in one.filters)))
)
CLIENTS = "clients"
SWITCHES = ("shared", "pinned", "default")
SET = ("name", *SWITCHES)


@page(f"{VIEWS}/counts", access=Permission.CLIENTS_VIEW)
def counts(ctx: RequestContext) -> Response:
    """How many rows each view of a list's bar has, for the bar's script."""
    of_list = _list_named(parameters(ctx.request, "list").get("list", CLIENTS))
    return as_json(
        ctx.call("clients.count_views") if of_list == CLIENTS else count_listing_views(ctx, BY_SLUG[of_list])
    )


@page(f"{VIEWS}/new", access=Permission.CLIENTS_VIEW)
def new_view_form(ctx: RequestContext) -> Response:
    """The form of a view of what the list now asks for; or to bring the open view up to that."""
    asked = parameters(ctx.request, "list", "view", "columns", *ASKED)
    of_list = _list_named(asked.get("list", CLIENTS))
    query = saved_query(ctx, asked) if of_list == CLIENTS else listing_query(BY_SLUG[of_list], asked)
    values = {"list": of_list, **query, "columns": asked.get("columns", ""), "open_view": asked.get("view", "")}
    around = {**_open(ctx, values["open_view"], of_list), "unkept": any(name in asked for name in UNKEPT)}
    return show(ctx, FORM, values={"pinned": "true", **values}, back=_page_of(of_list), **around)


@page(f"{VIEWS}/new", access=Permission.CLIENTS_VIEW, method="POST")
def save_view(ctx: RequestContext) -> Response:
    """Save it, or update the open one."""
    values = typed(ctx, "name", *SWITCHES, *KEPT, "list", "open_view", "update")
    of_list = _list_named(values["list"] or CLIENTS)

    def act():
        kept = {name: values[name] for name in ("filter", "q", "sort")}
        kept["sort"] = values["sort"] or ("name" if of_list == CLIENTS else "")
        kept["columns"] = [key for key in values["columns"].split(",") if key]
        if values["update"]:
            view = ctx.call("clients.get_view", view_id=values["update"], writes=False)
            new = {name: kept[name] for name in changed(ctx, _asks_for(view))}
            return ctx.call("clients.update_view", view_id=values["update"], **new)
        return ctx.call("clients.create_view", list=of_list, name=values["name"], **kept, **_switches(values))

    return submit(
        ctx,
        FORM,
        act,
        message=lambda view: f"View {view['name']} saved",
        back=_page_of(of_list),
        moves=_opened_at,
        values={**values, "list": of_list},
        context=lambda: _open(ctx, values["open_view"], of_list),
    )


@page(f"{VIEW}/edit", access=Permission.CLIENTS_VIEW)
def view_form(ctx: RequestContext, view_id: str) -> Response:
    """Name, who sees it, whether it is pinned, and whether the list opens with it."""
    view = ctx.call("clients.get_view", view_id=view_id)
    return show(ctx, FORM, values=as_texts(view, *SET), back=_opened_at(view), **_edited(ctx, view))


@page(f"{VIEW}/edit", access=Permission.CLIENTS_VIEW, method="POST")
def change_view(ctx: RequestContext, view_id: str) -> Response:
    """Change them."""
    view = ctx.call("clients.get_view", view_id=view_id, writes=False)
    values, around = typed(ctx, *SET), _edited(ctx, view)

    def act():
        new = changed(ctx, around["opened_with"])
        switched = {name: values[name] == "true" for name in SWITCHES if name in new}
        return ctx.call("clients.update_view", view_id=view_id, **{**new, **switched})

    return submit(
        ctx,
        FORM,
        act,
        message=lambda changed_view: f"View {changed_view['name']} saved",
        back=_opened_at(view),
        values=values,
        context=lambda: around,
    )


@page(f"{VIEW}/duplicate", access=Permission.CLIENTS_VIEW)
def duplicate_form(ctx: RequestContext, view_id: str) -> Response:
    """The form of a new view that asks for the same."""
    view = ctx.call("clients.get_view", view_id=view_id)
    values = {
        "list": view["list"],
        "name": f"{view['name']} (copy)"[:60],
        "pinned": "true",
        **{name: view[name] for name in ("filter", "q", "sort")},
        "columns": ",".join(view["columns"]),
    }
    around = _open(ctx, "", view["list"])
    return show(ctx, FORM, values=values, action=f"{VIEWS}/new", back=_opened_at(view), **around)


@page(f"{VIEW}/move", access=Permission.CLIENTS_VIEW)
def move_form(ctx: RequestContext, view_id: str) -> Response:
    """Asks whether it is meant, where there is no script."""
    view = ctx.call("clients.get_view", view_id=view_id)
    return confirm(ctx, _moving(view), back=_page_of(view["list"]))


@page(f"{VIEW}/move", access=Permission.CLIENTS_VIEW, method="POST")
def move_view(ctx: RequestContext, view_id: str) -> Response:
    """Let it change places with its neighbour in the bar, `left` or `right`."""
    view = ctx.call("clients.get_view", view_id=view_id, writes=False)
    seen = ctx.call("clients.list_views", list=view["list"], writes=False)["data"]
    bar = [one for one in seen if one["pinned"]]
    place = next((index for index, one in enumerate(bar) if one["id"] == view_id), len(bar))
    place += 1 if typed(ctx, "direction")["direction"] == "right" else -1
    return submit(
        ctx,
        CONFIRM,
        lambda: ctx.call("clients.update_view", view_id=view_id, position=max(0, place)),
        message="View moved",
        back=_opened_at(view),
        context=lambda: {"question": _moving(view)},
    )


@page(f"{VIEW}/delete", access=Permission.CLIENTS_VIEW)
def delete_form(ctx: RequestContext, view_id: str) -> Response:
    """Asks whether it is meant."""
    view = ctx.call("clients.get_view", view_id=view_id)
    return confirm(ctx, _deleting(view), back=_opened_at(view))


@page(f"{VIEW}/delete", access=Permission.CLIENTS_VIEW, method="POST")
def delete_view(ctx: RequestContext, view_id: str) -> Response:
    """Delete it."""
    return submit(
        ctx,
        CONFIRM,
        lambda: ctx.call("clients.delete_view", view_id=view_id),
        message="View deleted",
        back=LIST,
        moves=lambda gone: _page_of(gone["list"]),
        context=lambda: {"question": _deleting(ctx.call("clients.get_view", view_id=view_id, writes=False))},
    )


@page(f"{LIST}/columns", access=Permission.CLIENTS_VIEW)
def columns_form(ctx: RequestContext) -> Response:
    """Asks whether the standard columns are meant; the list has the form that chooses them."""
    ctx.identify()
    return confirm(ctx, STANDARD_COLUMNS, back=LIST)


@page(f"{LIST}/columns", access=Permission.CLIENTS_VIEW, method="POST")
def keep_columns(ctx: RequestContext) -> Response:
    """Keep the columns, their widths and the height of a row for the person who asks."""
    return submit(
        ctx,
        CONFIRM,
        lambda: ctx.call("clients.keep_list_settings", **_layout(ctx)),
        message="Columns saved",
        back=LIST,
        context=lambda: {"question": STANDARD_COLUMNS},
    )


STANDARD_COLUMNS = {
    "heading": "Seven standard columns",
    "button": "Use them",
    "text": "The list shows name, email, group, services, outstanding, last login and status again.",
}


def _layout(ctx: RequestContext) -> dict:
    form = ctx.request.form
    if form.get("standard") or "density" not in form:
        return {"columns": [], "widths": {}}
    prefix = "width."
    widths = {name.removeprefix(prefix): form[name] for name in form if name.startswith(prefix)}
    return {
        "columns": _with_name(form.getlist("column"), list(widths)),
        "widths": {key: _pixels(width) for key, width in widths.items() if width not in ("", _usual(key))},
        "density": form["density"],
    }


def _usual(key: str) -> str:
    return str(BY_KEY[key].width if key in BY_KEY else OF_FIELD)


def _pixels(width: str) -> int:
    """A width as it was typed; what is no number is none that is allowed."""
    return int(width) if width.isascii() and width.isdigit() and len(width) < 5 else 0


def _with_name(chosen: list[str], order: list[str]) -> list[str]:
    """The chosen columns in the form's order. The name is always one, so its box is not sent."""
    return [key for key in order if key in chosen or key == "name"] or chosen


def _switches(values: dict) -> dict[str, bool]:
    return {name: values[name] == "true" for name in SWITCHES}


def _list_named(of_list: str) -> str:
    if of_list != CLIENTS and of_list not in BY_SLUG:
        raise field_problem("/list", f"Must be one of: {', '.join((CLIENTS, *BY_SLUG))}.")
    return of_list


def _page_of(of_list: str) -> str:
    return f"/admin/{of_list}"


def _opened_at(view: dict) -> str:
    return link(_page_of(view["list"]), view=view["id"])


def _open(ctx: RequestContext, view_id: str, of_list: str) -> dict:
    """The variables of the form of a new view: `updates` is the open one, where it can be brought up to date."""
    view = ctx.call("clients.get_view", view_id=view_id, writes=False) if view_id not in ("", "all") else None
    ctx.identify()
    updates = view if view and may_change(ctx, view) else None
    seen = _asks_for(updates) if updates else {}
    return {"view": None, "updates": updates, "of_list": of_list, "unkept": False, "opened_with": seen}


def _asks_for(view: dict) -> dict[str, str]:
    return {**as_texts(view, "filter", "q", "sort"), "columns": ",".join(view["columns"])}


def _edited(ctx: RequestContext, view: dict) -> dict:
    own = may_change(ctx, view)
    return {
        "view": view,
        "updates": None,
        "may_change": own,
        "opened_with": as_texts(view, *(SET if own else ("pinned", "default"))),
        "of_list": view["list"],
        "unkept": False,
    }


def _moving(view: dict) -> dict:
    return {"heading": "Move view", "button": "Move", "text": f"{view['name']} changes places with the one before it."}


def _deleting(view: dict) -> dict:
    for_all = " for everybody who sees it" if view["shared"] else ""
    return {
        "heading": "Delete view",
        "button": "Delete view",
        "text": f"{view['name']} is deleted{for_all}. Nothing of what it shows is.",
        "harms": True,
    }
