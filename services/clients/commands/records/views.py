"""Saved view: made, changed and deleted; and how each person keeps their list, which is theirs alone and no event.

All go through the stream `system`, so of two at once the second sees the first.
"""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWork, UnitOfWorkOpener
from chassis.permissions import Permission
from chassis.types.text import fold
from services.clients import columns, our_views, rules
from services.clients.commands.records.diff import apply
from services.clients.events import ViewCreated, ViewDeleted, ViewUpdated
from services.clients.models import ListSettings, SavedView
from services.clients.queries import views as queries

MOST = 100  # of one person
MOST_PINNED = 30  # each is counted
OURS_STAY = "This view is one that every business has. Duplicate it to have it otherwise."


def create_view(open_uow: UnitOfWorkOpener, *, pinned: bool, default: bool, **given) -> dict:
    """Save a view of the caller's and answer it. 409 `duplicate` for a name that one of its list has which the caller
    sees, whatever its case and accents."""
    with open_uow() as uow:
        uow.caller.require(rules.LISTS[given["list"]])
        given["sort"] = given["sort"] or ("name" if given["list"] == queries.CLIENTS else "")
        _refuse_what_the_list_has_not(given["list"], given)
        if given["shared"]:
            uow.caller.require(Permission.VIEWS_SHARE)
        _refuse_taken(uow.session, uow.caller, given["list"], given["name"])
        _refuse_too_many(uow.session, uow.caller)
        view = SavedView(owner_id=UUID(uow.caller.id), **given)
        uow.session.add(view)
        uow.session.flush()
        uow.publish(ViewCreated(entity=("view", view.id), **_as_published(view)))
        _keep(uow, view.id, view.list, pinned=pinned, default=default or None)
        return uow.record_answer(queries.view(uow.session, uow.caller, view.id))


def update_view(
    open_uow: UnitOfWorkOpener,
    *,
    view_id: UUID,
    pinned: bool | None = None,
    default: bool | None = None,
    position: int | None = None,
    **given,
) -> dict:
    """Change what is given of a view and answer it. Its place in one's bar, and whether one's list opens with it,
    everybody sets for themselves."""
    with open_uow() as uow:
        if given:
            _change(uow, _changeable(uow.session, uow.caller, view_id, shared=given.get("shared")), given)
        of_list = queries.view(uow.session, uow.caller, view_id)["list"]
        _keep(uow, view_id, of_list, pinned=pinned, default=default, position=position)
        return uow.record_answer(queries.view(uow.session, uow.caller, view_id))


def _change(uow: UnitOfWork, view: SavedView, given: dict) -> None:
    _refuse_what_the_list_has_not(view.list, given)
    if "name" in given:
        _refuse_taken(uow.session, uow.caller, view.list, given["name"], besides=view.id)
    if changes := apply(view, given):
        uow.session.flush()
        uow.publish(ViewUpdated(entity=("view", view.id), changes=changes, **_as_published(view)))


def delete_view(open_uow: UnitOfWorkOpener, *, view_id: UUID) -> dict:
    """Delete a view, for all who see it."""
    with open_uow() as uow:
        view = _changeable(uow.session, uow.caller, view_id)
        uow.publish(ViewDeleted(entity=("view", view.id), **_as_published(view)))
        uow.session.delete(view)
        return uow.record_answer({"deleted": str(view_id), "list": view.list})


def keep_list_settings(open_uow: UnitOfWorkOpener, **given) -> dict:
    """Keep what is given of columns, widths and density of the client list for the caller; answers all three."""
    with open_uow() as uow:
        apply(_settings(uow.session, uow.caller, queries.CLIENTS), given)
        uow.session.flush()
        return uow.record_answer(queries.list_settings(uow.session, uow.caller))


def _changeable(session: Session, caller: Caller, view_id: UUID, shared: bool | None = None) -> SavedView:
    """The view, where the caller may change it: their own, and with the permission to share, shared ones."""
    if view_id in our_views.BY_ID:
        raise ServiceProblem("invalid-state", OURS_STAY)
    view = session.get(SavedView, view_id)
    if view is None or not (view.shared or str(view.owner_id) == caller.id):
        raise not_found()
    if shared or view.shared and (shared is None or str(view.owner_id) != caller.id):
        caller.require(Permission.VIEWS_SHARE)
    return view


def _refuse_what_the_list_has_not(of_list: str, given: dict) -> None:
    """The orders of the other lists are known to their services alone, which answer a list that has not that order."""
    if of_list == queries.CLIENTS:
        if "sort" in given and not columns.is_sort(given["sort"]):
            raise field_problem("/sort", "The list cannot be sorted by this.")
        return
    for name in ("columns", "density"):
        if given.get(name):
            raise field_problem(f"/{name}", "Only the client list has this to choose.")


def _refuse_taken(session: Session, caller: Caller, of_list: str, name: str, besides: UUID | None = None) -> None:
    seen = select(SavedView.id, SavedView.name).where(
        SavedView.list == of_list,
        or_(SavedView.owner_id == UUID(caller.id), SavedView.shared),
        SavedView.id != besides,
    )
    taken = [*(view.name for view in our_views.of_list(of_list)), *(row.name for row in session.execute(seen))]
    other = next((one for one in taken if fold(one) == fold(name)), None)
    if other is not None:
        raise field_problem("/name", f"{other} exists already.", "duplicate")


def _refuse_too_many(session: Session, caller: Caller) -> None:
    own = select(SavedView.id).where(SavedView.owner_id == UUID(caller.id)).limit(MOST)
    if len(session.execute(own).all()) == MOST:
        raise ServiceProblem("invalid-state", f"You have {MOST} views, which is as many as can be kept. Delete one.")


def _keep(
    uow: UnitOfWork,
    view_id: UUID,
    of_list: str,
    *,
    pinned: bool | None = None,
    default: bool | None = None,
    position: int | None = None,
) -> None:
    if pinned is default is position is None:
        return
    kept = _settings(uow.session, uow.caller, of_list)
    if default is not None and (default or kept.default_view == view_id):
        kept.default_view = view_id if default else None
    _pin(kept, str(view_id), pinned, position)
    uow.session.flush()


def _pin(kept: ListSettings, view_id: str, pinned: bool | None, position: int | None) -> None:
    """Put a view into the bar, at its end or at `position`, move it there, or take it out."""
    bar = queries.pinned(kept, kept.list)
    if pinned is None and position is None or pinned is True and position is None and view_id in bar:
        return
    others = [one for one in bar if one != view_id]
    if pinned is not False:
        if len(others) == MOST_PINNED:
            raise ServiceProblem("invalid-state", f"The bar has {MOST_PINNED} views. Take one out first.")
        others.insert(len(others) if position is None else position, view_id)
    kept.pinned = others


def _settings(session: Session, caller: Caller, of_list: str) -> ListSettings:
    key = {"staff_id": UUID(caller.id), "list": of_list}
    kept = session.get(ListSettings, key)
    if kept is None:
        kept = ListSettings(**key, columns=[], widths={}, density="two_lines", pinned=None)
        session.add(kept)
    return kept


def _as_published(view: SavedView) -> dict:
    """A view as its events tell it. What a person typed may name people."""
    return {
        "facts": {
            "owner_id": str(view.owner_id),
            "list": view.list,
            "sort": view.sort,
            "columns": view.columns,
            "density": view.density,
            "shared": view.shared,
        },
        "personal": {"name": view.name, "filter": view.filter, "q": view.q},
    }
