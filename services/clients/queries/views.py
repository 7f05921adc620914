"""Saved view: those of a list that a staff member sees, their own, shared and ours, in the order of their bar."""

from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.db.compiled import CompiledSelect
from chassis.errors import ServiceProblem, not_found
from chassis.types.ids import parse_id
from chassis.types.text import fold
from services.clients import our_views, rules
from services.clients.models import ListSettings, SavedView, StaffAccount
from services.clients.our_views import OurView

CLIENTS, ALL, DEFAULT = "clients", "all", "default"
GONE = {"title": "This view is gone.", "detail": "Whoever had it has deleted it. Everything is shown."}
ELSEWHERE = {"title": "This view is of another list.", "detail": "It asks for something else than what stands here."}
_VIEWS = select(
    SavedView.id,
    SavedView.list,
    SavedView.owner_id,
    StaffAccount.name.label("owner_name"),
    SavedView.name,
    SavedView.filter,
    SavedView.q,
    SavedView.sort,
    SavedView.columns,
    SavedView.density,
    SavedView.shared,
).outerjoin(StaffAccount, StaffAccount.id == SavedView.owner_id)
_SEEN = CompiledSelect(
    _VIEWS.where(
        SavedView.list == bindparam("list"), or_(SavedView.owner_id == bindparam("staff_id"), SavedView.shared)
    )
)
_ONE = CompiledSelect(_VIEWS.where(SavedView.id == bindparam("view_id")))
_SETTINGS = CompiledSelect(
    select(
        ListSettings.columns,
        ListSettings.widths,
        ListSettings.density,
        ListSettings.pinned,
        ListSettings.default_view,
    ).where(ListSettings.staff_id == bindparam("staff_id"), ListSettings.list == bindparam("list"))
)
_UNSET = ListSettings(columns=[], widths={}, density="two_lines", pinned=None, default_view=None)
PINNED = {name: [str(view.id) for view in our_views.of_list(name) if view.pinned] for name in rules.LISTS}


def views(session: Session, caller: Caller, name: str) -> dict:
    """All views of the list `name` that the caller sees: those of their bar in its order, then the others by name."""
    caller.require(rules.LISTS[name])
    return {"data": seen_by(session, caller, settings_of(session, caller, name), name)}


def seen_by(session: Session, caller: Caller, kept, name: str = CLIENTS) -> list[dict]:
    """The same as a list, of a caller who keeps the list like `kept`."""
    rows = _SEEN.all(session, staff_id=UUID(caller.id), list=name)
    seen = [*(_ours(view, kept) for view in our_views.of_list(name)), *(_saved(row, kept, caller) for row in rows)]
    place = {view_id: index for index, view_id in enumerate(pinned(kept, name))}
    return sorted(seen, key=lambda view: (place.get(view["id"], len(place)), fold(view["name"]), view["id"]))


def view(session: Session, caller: Caller, view_id: UUID) -> dict:
    """One view. Whoever may view its list and knows its id may open it, a colleague's own too: the link shares it.
    `not-found` when it is gone."""
    found = our_views.BY_ID.get(view_id) or _ONE.first(session, view_id=view_id)
    if found is None:
        raise not_found()
    caller.require(rules.LISTS[found.list])
    kept = settings_of(session, caller, found.list)
    return _ours(found, kept) if view_id in our_views.BY_ID else _saved(found, kept, caller)


def opened(
    session: Session, caller: Caller, view_id: str | None, seen: list[dict], name: str
) -> tuple[dict | None, dict | None]:
    """The view that the list `name` opens with, or None; and what is wrong with it, or None. `view_id` is an id, ALL or
    DEFAULT; `seen` are the views of the list that the caller sees."""
    if view_id == DEFAULT:
        return next((one for one in seen if one["default"]), None), None
    if view_id in (None, ALL):
        return None, None
    known = next((one for one in seen if one["id"] == view_id), None)
    if known is not None:
        return known, None
    try:
        other = view(session, caller, parse_id(view_id) or UUID(int=0))
    except ServiceProblem:
        return None, GONE
    return (other, None) if other["list"] == name else (None, ELSEWHERE)


def open_view(session: Session, caller: Caller, *, name: str, view_id: str | None) -> dict:
    """What stands around the list `name` of another service: the `views` that the caller sees, the `view` that is open,
    and what is at `fault` where there is none."""
    seen = views(session, caller, name)["data"]
    view, fault = opened(session, caller, view_id, seen, name)
    return {"views": seen, "view": view, "fault": fault}


def settings_of(session: Session, caller: Caller, name: str = CLIENTS):
    """The caller's row of ListSettings for the list `name`, or what stands for none."""
    return _SETTINGS.first(session, staff_id=UUID(caller.id), list=name) or _UNSET


def list_settings(session: Session, caller: Caller) -> dict:
    """How the caller keeps the client list: columns (none: the standard ones), widths, density."""
    kept = settings_of(session, caller)
    return {"columns": kept.columns, "widths": kept.widths, "density": kept.density}


def pinned(kept, name: str) -> list[str]:
    """The ids of the views that are in somebody's bar of the list `name`, in order; one of them may be gone."""
    return PINNED[name] if kept.pinned is None else kept.pinned


def _ours(view: OurView, kept) -> dict:
    return {
        "id": str(view.id),
        "list": view.list,
        "name": view.name,
        "filter": view.filter,
        "q": "",
        "sort": view.sort,
        "columns": list(view.columns),
        "density": "",
        "shared": True,
        "ours": True,
        "owner": None,
        "mine": False,
        **_kept(view.id, view.list, kept),
    }


def _saved(row, kept, caller: Caller) -> dict:
    return {
        "id": str(row.id),
        "list": row.list,
        "name": row.name,
        "filter": row.filter,
        "q": row.q,
        "sort": row.sort,
        "columns": row.columns,
        "density": row.density,
        "shared": row.shared,
        "ours": False,
        "owner": {"id": str(row.owner_id), "name": row.owner_name or ""},
        "mine": str(row.owner_id) == caller.id,
        **_kept(row.id, row.list, kept),
    }


def _kept(view_id: UUID, name: str, kept) -> dict:
    return {"pinned": str(view_id) in pinned(kept, name), "default": view_id == kept.default_view}
