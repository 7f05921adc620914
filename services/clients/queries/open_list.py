"""The client list as a person opens it: with a view or without, in the columns that they keep."""

from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.db.paging import page_of
from chassis.errors import ServiceProblem
from chassis.filters.faults import POINTER
from chassis.filters.parser import parse
from chassis.filters.unparser import text_of
from services.clients import columns
from services.clients.queries import client_list, totals, views
from services.clients.queries.client_columns import columns_of_fields

CHANGED_BELOW = "This view cannot be used as it was saved."


def open_list(session: Session, caller: Caller, *, view: str | None, q: str, filter: str, sort: str | None, **wanted):
    """The page of `list_clients` with what stands around it: the `views` that the caller sees, the one that is open,
    whether the list has `changed` from it, what was `asked` and the `layout` of the columns.

    `view` is as `views.opened` takes it. An open view asks what it was saved with, unless anything is asked for here. One
    that names what is gone is open all the same, with no rows and a `fault` that says so.
    """
    kept = views.settings_of(session, caller)
    seen = views.seen_by(session, caller, kept)
    opened, fault = views.opened(session, caller, view, seen, views.CLIENTS)
    asked = {"q": q or "", "filter": filter, "sort": sort}
    as_saved = opened is not None and not any((*asked.values(), wanted["group"], wanted["status"], wanted["tag"]))
    if as_saved:
        asked = {name: opened[name] for name in asked}
    asked["sort"] = asked["sort"] or "name"
    layout = _layout(session, kept, opened)
    try:
        page = client_list.list_clients(session, **wanted, **asked, fields=layout["columns"])
    except ServiceProblem as problem:
        if not as_saved or all(error["pointer"] != POINTER for error in problem.errors):
            raise
        page, fault = _nothing(session, wanted), {"title": CHANGED_BELOW, "detail": problem.detail}
    changed = opened is not None and not as_saved and (_differs(opened, asked) or _narrowed(wanted))
    return {**page, "views": seen, "view": opened, "changed": changed, "fault": fault, "asked": asked, "layout": layout}


def _layout(session: Session, kept, opened: dict | None) -> dict:
    """The columns that are shown and how: a view's, else those that the caller has `kept`. `gone` is how many of them were
    of a custom field that is no more."""
    fields = columns_of_fields(session)
    chosen = (opened and opened["columns"]) or kept.columns
    there = {field["column"] for field in fields}
    return {
        "columns": columns.shown(chosen, there),
        "gone": sum(column not in columns.KNOWN and column not in there for column in chosen),
        "widths": kept.widths,
        "density": (opened and opened["density"]) or kept.density,
        "custom_fields": fields,
    }


def _nothing(session: Session, wanted: dict) -> dict:
    return {
        **page_of([], {"next": None, "prev": None}, total=0),
        "totals": {**totals.progress(session), "written": True},
        "choices": client_list.choices_of(session, wanted["tag"]),
    }


def _differs(opened: dict, asked: dict) -> bool:
    filters = (text_of(parse(one["filter"])) for one in (opened, asked))
    return len(set(filters)) > 1 or any(opened[name] != asked[name] for name in ("q", "sort"))


def _narrowed(wanted: dict) -> bool:
    return any(wanted[name] is not None for name in ("group", "status", "tag"))
