"""The client list: one RPC, and one more of whoever has just written in billing."""

from chassis.errors import ServiceProblem
from gateway.http.call_errors import part
from gateway.http.context import RequestContext
from gateway.http.written import written_client

BILLING_SECONDS = 0.3  # the list itself needs no billing, and keeps the rest of the page's time
FILTERS = ("q", "group", "status", "tag", "filter", "sort")
TOTALS = (
    "active_services",
    "suspended_services",
    "outstanding",
    "overdue",
    "oldest_due_on",
    "credit_balance",
    "next_due_on",
)


def fetch_clients(ctx: RequestContext, rpc: str = "clients.list_clients", **wanted) -> dict:
    """The answer of the list, or of another RPC that brings it, with `unavailable`, which names billing while its totals
    cannot be said and are None, and `totals_as_of`: the moment that they are complete up to, None while that is no more
    than a second ago."""
    written, fresh = _written(ctx)
    clients = ctx.call(rpc, **wanted, **written)
    progress = clients.pop("totals")
    if not progress["known"]:
        for row in clients["data"]:
            row.update(dict.fromkeys(TOTALS))
    if not (progress["known"] and progress["written"]):
        for row in clients["data"]:
            row.update(fresh.get(row["id"], {}))
    return {
        **clients,
        "unavailable": [] if progress["known"] else ["billing"],
        "totals_as_of": progress["as_of"] if progress["known"] and progress["late"] else None,
    }


def _written(ctx: RequestContext) -> tuple[dict, dict]:
    """What the list has to wait for, and the totals to show where it waits in vain; nothing while billing is away."""
    client_id = written_client(ctx)
    if client_id is None:
        return {}, {}
    totals = _totals_of(ctx, client_id)
    if client_id not in totals:
        return {}, {}
    known = totals[client_id]
    figures = {**known, "suspended_services": known["counts"]["suspended_services"]}
    return (
        {"written": {"client_id": client_id, "sequence": known["sequence"]}},
        {client_id: {name: figures[name] for name in TOTALS}},
    )


def _totals_of(ctx: RequestContext, client_id: str) -> dict:
    ctx.identify()
    try:
        return ctx.call("billing.totals_for", seconds=BILLING_SECONDS, client_ids=[client_id])
    except ServiceProblem as problem:
        return part(problem) or {}
