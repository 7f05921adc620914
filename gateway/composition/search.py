"""Search over all services: each answers its own part in time, or stands in `unavailable`."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from chassis.errors import ServiceProblem, field_problem
from chassis.permissions import Permission
from gateway.http.call_errors import part
from gateway.http.context import RequestContext

LIMIT = 25
ONE_PAGE = {"next": None, "prev": None, "total": None, "exact": False}
_OF_CLIENT = "/admin/clients/{client_id}"


@dataclass(frozen=True)
class Kind:
    """A kind of things that can be found: its service, who may view it, where it leads to, and how it is shown."""

    service: str
    permission: Permission
    path: str
    title: str
    icon: str


# In the order in which they are shown.
KINDS = {
    "client": Kind("clients", Permission.CLIENTS_VIEW, _OF_CLIENT, "Clients", "users"),
    "contact": Kind("clients", Permission.CLIENTS_VIEW, f"{_OF_CLIENT}/contacts", "Contacts", "user"),
    "invoice": Kind("billing", Permission.INVOICES_VIEW, f"{_OF_CLIENT}/invoices/{{id}}", "Invoices", "file-invoice"),
    "order": Kind("billing", Permission.ORDERS_VIEW, f"{_OF_CLIENT}/orders/{{id}}", "Orders", "shopping-cart"),
    "service": Kind("billing", Permission.SERVICES_VIEW, f"{_OF_CLIENT}/services/{{id}}", "Services", "server"),
    "domain": Kind("billing", Permission.DOMAINS_VIEW, f"{_OF_CLIENT}/domains", "Domains", "world"),
    "ticket": Kind("support", Permission.TICKETS_VIEW, f"{_OF_CLIENT}/tickets/{{id}}", "Tickets", "ticket"),
}


def search(ctx: RequestContext, params: dict[str, str]) -> dict:
    """What `q` finds among the `kinds` that the caller may view, `limit` in all at most: `{"data", "page", "unavailable"}`.

    Where there is more, each kind has its share: a search has the one page, and counts no further. Raises a 422 that
    names the parameter.
    """
    ctx.identify()
    answers = ctx.gather(**search_calls(ctx, params))
    for answer in answers.values():
        part(answer)  # what they refuse comes before what is made of it
    return {**found_in(ctx, answers, int(params.get("limit", LIMIT))), "page": ONE_PAGE}


def search_calls(ctx: RequestContext, params: dict[str, str]) -> dict[str, tuple]:
    """The RPCs of a search, one for each service that has something that the caller may view. Raises a 422."""
    wanted = _wanted(params)
    services = {kind.service for name, kind in KINDS.items() if name in wanted and ctx.caller.allows(kind.permission)}
    return {service: (f"{service}.search", dict(params)) for service in sorted(services)}


def found_in(ctx: RequestContext, answers: dict[str, dict | ServiceProblem], limit: int) -> dict:
    """What the answers of a search come to."""
    parts = {service: part(answer) for service, answer in answers.items()}
    hits = [hit for found in parts.values() if found for hit in found["data"]]
    shown = _shares(hits, limit)
    unavailable = {service for service, found in parts.items() if found is None}
    if (names := _client_names(ctx, shown)) is None:
        unavailable.add("clients")
    return {"data": [_named(hit, names or {}) for hit in shown], "unavailable": sorted(unavailable)}


def by_kind(hits: list[dict]) -> list[tuple[Kind, list[dict]]]:
    """The hits of each kind, each with the `path` of the page that it leads to."""
    return [
        (KINDS[kind], [{**hit, "path": KINDS[kind].path.format(**hit)} for hit in some])
        for kind, some in groupby(hits, key=itemgetter("kind"))
    ]


def _wanted(params: dict[str, str]) -> list[str]:
    wanted = params["kinds"].split(",") if "kinds" in params else list(KINDS)
    for kind in wanted:
        if kind not in KINDS:
            raise field_problem("/kinds", f"{kind!r} is none of {', '.join(KINDS)}.")
    return wanted


def _shares(hits: list[dict], limit: int) -> list[dict]:
    """The first of each kind, then the second of each, until there are `limit`; in the order of the kinds."""
    order, met = list(KINDS), dict.fromkeys(KINDS, 0)
    ranked = []
    for hit in hits:
        ranked.append((met[hit["kind"]], order.index(hit["kind"]), hit))
        met[hit["kind"]] += 1
    first = sorted(ranked, key=lambda one: one[:2])[:limit]
    return [hit for _, _, hit in sorted(first, key=lambda one: (one[1], one[0]))]


def _client_names(ctx: RequestContext, hits: list[dict]) -> dict[str, str] | None:
    """The names of the clients that the hits of other services belong to; None where they could not be read."""
    ids = sorted({hit["client_id"] for hit in hits if KINDS[hit["kind"]].service != "clients"})
    if not ids:
        return {}
    return part(ctx.gather(names=("clients.client_names", {"client_ids": ids}))["names"])


def _named(hit: dict, names: dict[str, str]) -> dict:
    subtitle = " · ".join(filter(None, (names.get(hit["client_id"]), hit["subtitle"])))
    return {**hit, "subtitle": hit["subtitle"] if KINDS[hit["kind"]].service == "clients" else subtitle}
