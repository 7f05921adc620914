"""Saved view: those that a staff member sees, their own, shared and ours, in the order of their bar."""

from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.db.compiled import CompiledSelect
from chassis.errors import not_found
from chassis.types.text import fold
from services.clients import our_views
from services.clients.models import ListSettings, SavedView, StaffAccount
from services.clients.our_views import OurView

_VIEWS = select(
    SavedView.id,
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
_SEEN = CompiledSelect(_VIEWS.where(or_(SavedView.owner_id == bindparam("staff_id"), SavedView.shared)))
_ONE = CompiledSelect(_VIEWS.where(SavedView.id == bindparam("view_id")))
_SETTINGS = CompiledSelect(
    select(
        ListSettings.columns,
        ListSettings.widths,
        ListSettings.density,
        ListSettings.pinned,
        ListSettings.default_view,
    ).where(ListSettings.staff_id == bindparam("staff_id"))
)
_UNSET = ListSettings(columns=[], widths={}, density="two_lines", pinned=None, default_view=None)
PINNED = [str(view.id) for view in our_views.VIEWS if view.pinned]


def views(session: Session, caller: Caller) -> dict:
    """All views that the caller sees: those of their bar in its order, then the others by name."""
    return {"data": seen_by(session, caller, settings_of(session, caller))}


def seen_by(session: Session, caller: Caller, kept) -> list[dict]:
    """The same as a list, of a caller who keeps the list like `kept`."""
    rows = _SEEN.all(session, staff_id=UUID(caller.id))
    seen = [*(_ours(view, kept) for view in our_views.VIEWS), *(_saved(row, kept, caller) for row in rows)]
    place = {view_id: index for index, view_id in enumerate(pinned(kept))}
    return sorted(seen, key=lambda view: (place.get(view["id"], len(place)), fold(view["name"]), view["id"]))


def view(session: Session, caller: Caller, view_id: UUID) -> dict:
    """One view. Whoever knows its id may open it, a colleague's own too: the link shares it. `not-found` when it is
    gone."""
    kept = settings_of(session, caller)
    if view_id in our_views.BY_ID:
        return _ours(our_views.BY_ID[view_id], kept)
    row = _ONE.first(session, view_id=view_id)
    if row is None:
        raise not_found()
    return _saved(row, kept, caller)


def settings_of(session: Session, caller: Caller):
    """The caller's row of ListSettings, or what stands for none."""
    return _SETTINGS.first(session, staff_id=UUID(caller.id)) or _UNSET


def list_settings(session: Session, caller: Caller) -> dict:
    """How the caller keeps the list: columns (none: the standard ones), widths, density."""
    kept = settings_of(session, caller)
    return {"columns": kept.columns, "widths": kept.widths, "density": kept.density}


def pinned(kept) -> list[str]:
    """The ids of the views that are in somebody's bar, in order; one of them may be gone."""
    return PINNED if kept.pinned is None else kept.pinned


def _ours(view: OurView, kept) -> dict:
    return {
        "id": str(view.id),
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
        **_kept(view.id, kept),
    }


def _saved(row, kept, caller: Caller) -> dict:
    return {
        "id": str(row.id),
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
        **_kept(row.id, kept),
    }


def _kept(view_id: UUID, kept) -> dict:
    return {"pinned": str(view_id) in pinned(kept), "default": view_id == kept.default_view}
