"""The client record and the client list, composed of what several services know: totals, summary, counts."""

from chassis.errors import ServiceProblem
from gateway.composition.record_tabs import COUNTED, TABS
from gateway.http.call_errors import is_away, part
from gateway.http.context import RequestContext

LIST_FILTERS = ("q", "group", "status", "tag", "sort")
TOTALS = ("active_services", "outstanding")
OF_CLIENTS = (
    "id",
    "name",
    "contact_name",
    "status",
    "joined_at",
    "last_login_at",
    "group",
    "profile",
    "tags",
)


def with_totals(ctx: RequestContext, clients: dict, **beside: tuple) -> tuple[dict, dict]:
    """A page of clients with Services and Outstanding, from one billing call for the whole page.

    `beside` are further calls made at the same time. Returns (list answer with `unavailable`, the other answers).
    """
    ids = [row["id"] for row in clients["data"]]
    calls = {"totals": ("billing.totals_for", {"client_ids": ids})} if ids else {}
    answers = ctx.gather(**calls, **beside) if calls or beside else {}
    totals = part(answers.pop("totals", {}))
    for row in clients["data"]:
        known = (totals or {}).get(row["id"]) or {}
        row.update({name: known.get(name) for name in (*TOTALS, "overdue", "oldest_due_on")})
    return {**clients, "unavailable": [] if totals is not None else ["billing"]}, answers


def head_calls(client_id: str) -> dict[str, tuple]:
    """The calls behind a record's summary panel and the counts on its tabs."""
    return {
        "totals": ("billing.totals_for", {"client_ids": [client_id]}),
        "support": ("support.get_overview", {"client_id": client_id}),
        "log": ("audit.get_overview", {"client_id": client_id}),
    }


def totals_of(answers: dict, client_id: str) -> dict | None:
    """This client's totals out of the gathered answers, or None when billing did not answer."""
    totals = part(answers["totals"])
    return None if totals is None else totals[client_id]


def tab_counts(client: dict, totals: dict | None, support: dict | None, log: dict | None) -> dict[str, int | None]:
    """The count on each tab by slug; None where its service did not answer."""
    counts = {
        **(totals or {}).get("counts", {}),
        **client["counts"],
        **(support or {}).get("counts", {}),
        "activity": (log or {}).get("count"),
    }
    return {tab.slug: counts.get(tab.name) for tab in TABS}


def record(client: dict, answers: dict) -> dict:
    """The client record of the API: clients' own part, billing's part, and the services that did not answer."""
    totals, account, support = totals_of(answers, client["id"]), part(answers["account"]), part(answers["support"])
    counts = tab_counts(client, totals, support, None)
    known = totals or {}
    return {
        **{name: client[name] for name in OF_CLIENTS},
        "billing": account and {"currency": account["currency"], "address": account["address"]},
        "summary": {
            **{name: known.get(name) for name in (*TOTALS, "credit_balance")},
            "sticky_notes": client["sticky_notes"],
        },
        "counts": {tab.name: counts[tab.slug] for tab in COUNTED},
        "unavailable": [name for name, answer in (("billing", totals), ("support", support)) if answer is None],
    }


def choices(ctx: RequestContext, values: dict) -> dict:
    """The groups and tags to choose from; while clients does not answer, those that were chosen, so none gets lost."""
    try:
        answers = ctx.gather(groups=("clients.list_groups", {}), tags=("clients.list_tags", {}))
    except ServiceProblem as problem:
        if not is_away(problem):
            raise
        answers = {"groups": problem, "tags": problem}
    chosen = {"groups": [values["group_id"]] if values.get("group_id") else [], "tags": values.get("tags", [])}
    kept = {
        name: {"data": [{"id": one, "name": "As chosen", "colour": None} for one in chosen[name]]} for name in chosen
    }
    return {name: (part(answer) or kept[name])["data"] for name, answer in answers.items()}
