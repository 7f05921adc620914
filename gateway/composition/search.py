"""Search over all services: each answers its own part in time, or stands in `unavailable`."""

from chassis.errors import field_problem
from chassis.permissions import Permission
from gateway.http.call_errors import part
from gateway.http.context import RequestContext

LIMIT = 25
# What can be found, in the order in which it is shown: its service, and who may view it.
KINDS = {
    "client": ("clients", Permission.CLIENTS_VIEW),
    "contact": ("clients", Permission.CLIENTS_VIEW),
    "invoice": ("billing", Permission.INVOICES_VIEW),
    "order": ("billing", Permission.ORDERS_VIEW),
    "service": ("billing", Permission.SERVICES_VIEW),
    "domain": ("billing", Permission.DOMAINS_VIEW),
    "ticket": ("support", Permission.TICKETS_VIEW),
}


def search(ctx: RequestContext, params: dict[str, str]) -> dict:
    """What `q` finds among the `kinds` that the caller may view, `limit` in all at most: `{"data", "unavailable"}`.

    Where there is more, each kind has its share. Raises a 422 that names the parameter.
    """
    ctx.identify()
    services = {
        service
        for kind, (service, permission) in KINDS.items()
        if kind in _wanted(params) and ctx.caller.allows(permission)
    }
    answers = ctx.gather(**{service: (f"{service}.search", dict(params)) for service in sorted(services)})
    parts = {service: part(answer) for service, answer in answers.items()}
    hits = [hit for found in parts.values() if found for hit in found["data"]]
    shown = _shares(hits, int(params.get("limit", LIMIT))) if hits else []
    unavailable = {service for service, found in parts.items() if found is None}
    if (names := _client_names(ctx, shown)) is None:
        unavailable.add("clients")
    return {"data": [_named(hit, names or {}) for hit in shown], "unavailable": sorted(unavailable)}


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
    ids = sorted({hit["client_id"] for hit in hits if KINDS[hit["kind"]][0] != "clients"})
    return part(ctx.gather(names=("clients.client_names", {"client_ids": ids}))["names"]) if ids else {}


def _named(hit: dict, names: dict[str, str]) -> dict:
    subtitle = " · ".join(filter(None, (names.get(hit["client_id"]), hit["subtitle"])))
    return {**hit, "subtitle": hit["subtitle"] if KINDS[hit["kind"]][0] == "clients" else subtitle}
