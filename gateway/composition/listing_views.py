"""Saved views of the lists over all clients: what a list asks for with one of them, what one keeps, how many rows each has."""

from dataclasses import dataclass

from chassis.errors import ServiceProblem
from chassis.filters.parser import parse
from chassis.filters.tree import Restriction, Value
from chassis.filters.unparser import text_of
from chassis.permissions import Permission
from gateway.composition.listings import Listing, clients_found
from gateway.composition.views import may_change
from gateway.http.call_errors import part
from gateway.http.context import RequestContext

KEPT = ("filter", "q", "sort")
UNKEPT = ("client", "assigned")
"""The filters that choose somebody by an id, which no view keeps."""
_ENDS = {"from": ">=", "to": "<=", "due_from": ">=", "due_to": "<="}
_NONE = {"views": [], "view": None, "fault": None}
_UNCOUNTED = {"total": None, "exact": False, "fault": None}


@dataclass(frozen=True)
class OpenedListing:
    """A list as it opens: what it asks its service for (`params`), and the views around it, one of which may be open. It
    is `as_saved` where that one says all that is asked for, and has `changed` from it where something else does."""

    params: dict[str, str]
    views: list[dict]
    view: dict | None
    fault: dict | None
    as_saved: bool
    changed: bool

    def context(self, ctx: RequestContext) -> dict:
        """The variables of the page that say what stands around its rows."""
        return {
            "views": self.views,
            "open_view": self.view,
            "past_default": "all" if any(view["default"] for view in self.views) else "",
            "changed": self.changed,
            "view_fault": self.fault,
            "may_change": self.view is not None and may_change(ctx, self.view),
        }


def open_listing(ctx: RequestContext, listing: Listing, params: dict[str, str]) -> OpenedListing:
    """The list with the view that `params` names, or one's default view where they ask for nothing. An open view asks what
    it was saved with, unless anything is asked for here. Without the clients service, or for who may not view clients,
    there are no views."""
    asked = {name: value for name, value in params.items() if name != "view"}
    around = _around(ctx, listing, params.get("view", None if asked else "default"))
    view = around["view"]
    as_saved = view is not None and not any(name in listing.filters for name in asked)
    if as_saved:
        asked |= {name: view[name] for name in KEPT if view[name]}
    changed = view is not None and not as_saved and _differs(listing, view, asked)
    return OpenedListing(asked, around["views"], view, around["fault"], as_saved, changed)


def listing_query(listing: Listing, asked: dict[str, str]) -> dict[str, str]:
    """The filter, search and sort that a view of the list keeps. What its other filters choose is written into the filter,
    in its language, but for UNKEPT."""
    text = asked.get("filter", "")
    conditions = [_condition(listing, name, asked[name]) for name in listing.filters if asked.get(name)]
    kept = [one for one in conditions if one]
    kept += [f"({text})" if kept else text] if text else []
    return {"filter": " AND ".join(kept), "q": asked.get("q", ""), "sort": asked.get("sort", "")}


def count_listing_views(ctx: RequestContext, listing: Listing) -> dict:
    """`{"data": [{id, total, exact, fault}]}` of the views in one's bar; no totals while the list's service is away."""
    seen = ctx.call("clients.list_views", list=listing.slug)["data"]
    pinned = [view for view in seen if view["pinned"]]
    asked = [{"q": view["q"], "filter": view["filter"], **_clients(ctx, view["q"])} for view in pinned]
    rpc = f"{listing.rpc.partition('.')[0]}.count_listed"
    answer = part(ctx.gather(counts=(rpc, {"list": listing.slug, "asked": asked}))["counts"])
    counts = answer["data"] if answer else [_UNCOUNTED] * len(pinned)
    return {"data": [{"id": view["id"], **count} for view, count in zip(pinned, counts, strict=True)]}


def _around(ctx: RequestContext, listing: Listing, view: str | None) -> dict:
    ctx.identify()
    if not ctx.caller.allows(Permission.CLIENTS_VIEW):
        return _NONE
    return part(ctx.gather(views=("clients.open_view", {"list": listing.slug, "view": view}))["views"]) or _NONE


def _differs(listing: Listing, view: dict, asked: dict[str, str]) -> bool:
    first = listing.sorts[0][0]
    return (
        any(name in listing.filters and name not in KEPT for name in asked)
        or view["q"] != asked.get("q", "")
        or (view["sort"] or first) != asked.get("sort", first)
        or _canonical(view["filter"]) != _canonical(asked.get("filter", ""))
    )


def _canonical(filter: str) -> str:
    """A filter as it is written of itself; one that cannot be read as it stands."""
    try:
        return text_of(parse(filter))
    except ServiceProblem:
        return filter


def _condition(listing: Listing, name: str, value: str) -> str:
    """What a filter of the page is in the filter language; empty for what a view keeps in itself, or not at all."""
    if name in (*KEPT, *UNKEPT):
        return ""
    if name in _ENDS:
        field = "due" if name.startswith("due_") else listing.day
        return text_of(Restriction((field,), _ENDS[name], Value(value)))
    any_of = [text_of(Restriction((name,), "=", Value(one))) for one in value.split(",")]
    return any_of[0] if len(any_of) == 1 else f"({' OR '.join(any_of)})"


def _clients(ctx: RequestContext, q: str) -> dict[str, list[str]]:
    found = clients_found(ctx, q)
    return {"clients": found["client_ids"]} if found and found["client_ids"] else {}
