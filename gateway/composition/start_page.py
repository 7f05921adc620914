"""The start page: what waits in each list, what changed, and what whoever asks had open; each part from its own service."""

from datetime import date, timedelta

from chassis.permissions import Permission
from gateway.composition.listings import client_names
from gateway.http.call_errors import part
from gateway.http.context import RequestContext
from gateway.http.opened import opened_clients

SHOWN, CHANGES = 5, 10
EXPIRING_DAYS = 7
# What waits, longest first: who may view it, the list, and what of it. The pages of the lists take the same filters.
WAITS = {
    "tickets": (
        Permission.TICKETS_VIEW,
        "support.list_all_tickets",
        {"status": "open,customer_reply", "sort": "active"},
    ),
    "orders": (Permission.ORDERS_VIEW, "billing.list_all_orders", {"status": "pending", "sort": "placed"}),
    "invoices": (Permission.INVOICES_VIEW, "billing.list_all_invoices", {"status": "overdue", "sort": "due"}),
    "domains": (Permission.DOMAINS_VIEW, "billing.list_all_domains", {"status": "active"}),
}


def start_page(ctx: RequestContext, today: date) -> dict:
    """`waits`: {list: its first rows with their clients, None while its owner does not answer}, without those that the
    caller may not view; `filters`: {list: what leads to all of it}; `changes`: entries of the log, None while it is away,
    `[]` for who may not view it; `opened`: [{id, name}]; `names`: {id: name} of all clients on it."""
    ctx.identify()
    until = (today + timedelta(days=EXPIRING_DAYS)).isoformat()
    filters = {
        name: {**wanted, **({"to": until} if name == "domains" else {})} for name, (_, _, wanted) in WAITS.items()
    }
    calls = {
        name: (rpc, {**filters[name], "limit": SHOWN})
        for name, (permission, rpc, _) in WAITS.items()
        if ctx.caller.allows(permission)
    }
    if ctx.caller.allows(Permission.ACTIVITY_VIEW):
        calls["changes"] = ("audit.list_all_activity", {"limit": CHANGES})
    answers = {name: part(answer) for name, answer in ctx.gather(**calls).items()} if calls else {}
    changes = answers.pop("changes", {"data": []})
    rows = [row for answer in answers.values() if answer for row in answer["data"]]
    logged = [entry for entry in (changes or {"data": []})["data"] if entry["client_id"]]
    opened = opened_clients(ctx)
    names = client_names(ctx, [*rows, *logged], *opened)
    return {
        "waits": answers,
        "filters": filters,
        "changes": changes and changes["data"],
        "opened": [{"id": one, "name": names[one]} for one in opened if one in (names or {})],
        "names": names or {},
    }
