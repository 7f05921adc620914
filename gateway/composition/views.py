"""Saved views: what the page of the list needs of them, what may be done with one, and what one keeps."""

from chassis.filters.unparser import quoted
from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.ui.columns import BY_KEY, of_fields

PILLS = ("group", "status", "tag")


def may_change(ctx: RequestContext, view: dict) -> bool:
    """Whether the person who asks may rename, change and delete a view, and not only arrange it."""
    return not view["ours"] and (ctx.caller.allows(Permission.VIEWS_SHARE) if view["shared"] else view["mine"])


def around_list(ctx: RequestContext, answer: dict) -> dict:
    """The variables of the list's page that say what stands around its rows: views and columns.
    `past_default` is what asks for all clients and not for the default view, empty where there is none."""
    layout, view = answer["layout"], answer["view"]
    known = BY_KEY | of_fields(layout["custom_fields"])
    return {
        "views": answer["views"],
        "past_default": "all" if any(view["default"] for view in answer["views"]) else "",
        "open_view": view,
        "may_change": view is not None and may_change(ctx, view),
        "changed": answer["changed"],
        "view_fault": answer["fault"],
        "columns": [known[key] for key in layout["columns"]],
        "more_columns": [column for key, column in known.items() if key not in layout["columns"]],
        "layout_kept": {**layout, "chosen": chosen(layout)},
    }


def chosen(layout: dict) -> bool:
    """Whether the columns are other than the standard ones, or of another width."""
    standard = [column.key for column in BY_KEY.values() if column.standard]
    return layout["columns"] != standard or not layout["widths"].keys().isdisjoint(standard)


def saved_query(ctx: RequestContext, asked: dict) -> dict:
    """The filter, search and sort that a view of the list keeps. What the pills of the page choose is written into the
    filter, in its language, by name."""
    text = asked.get("filter", "")
    conditions = _of_pills(ctx, asked) if any(name in asked for name in PILLS) else []
    if conditions and text:
        text = f"({text})"
    kept = {"filter": " AND ".join([*conditions, *([text] if text else [])])}
    return {**kept, "q": asked.get("q", ""), "sort": asked.get("sort", "")}


def _of_pills(ctx: RequestContext, asked: dict) -> list[str]:
    conditions = [f"status = {asked['status']}"] if "status" in asked else []
    if asked.get("group") == "none":
        conditions.append("group = null")
    elif "group" in asked:
        conditions.append(f"group = {quoted(_name(ctx, 'clients.list_groups', asked['group']))}")
    if "tag" in asked:
        conditions.append(f"tag:{quoted(_name(ctx, 'clients.list_tags', asked['tag']))}")
    return conditions


def _name(ctx: RequestContext, rpc: str, id: str) -> str:
    return next((one["name"] for one in ctx.call(rpc)["data"] if one["id"] == id), "")
