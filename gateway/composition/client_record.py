"""The client record, composed of what several services know: totals, summary, counts."""

from chassis.errors import ServiceProblem
from gateway.composition.record_tabs import COUNTED, TABS, RecordTab
from gateway.http.call_errors import is_away, part
from gateway.http.context import RequestContext

TOTALS = ("active_services", "outstanding")
OWN_HEAD = {"billing": "totals", "support": "support"}  # by service: which of the head's answers comes with a tab
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


def head_calls(client_id: str) -> dict[str, tuple]:
    """The calls behind a record's summary panel and the counts on its tabs."""
    return {
        "totals": ("billing.get_totals", {"client_id": client_id}),
        "support": ("support.get_overview", {"client_id": client_id, "counts_only": True}),
        "log": ("audit.get_overview", {"client_id": client_id, "count_only": True}),
    }


def overview_calls(client_id: str) -> dict[str, tuple]:
    """The same with all that the record's Overview shows."""
    return {
        "totals": ("billing.get_overview", {"client_id": client_id}),
        "support": ("support.get_overview", {"client_id": client_id}),
        "log": ("audit.get_overview", {"client_id": client_id}),
    }


def gather_tab(ctx: RequestContext, tab: RecordTab, client_id: str, params: dict) -> dict:
    """The answers behind a tab's page: its list as `items`, and those of `head_calls`. A service is asked once: what the
    head shows of the list's own comes with the list."""
    calls, own = head_calls(client_id), OWN_HEAD.get(tab.rpc.partition(".")[0])
    if own is None:
        return ctx.gather(items=(tab.rpc, {"client_id": client_id, **params}), **calls)
    del calls[own]
    answers = ctx.gather(items=(tab.rpc, {"client_id": client_id, **params, "on_record": True}), **calls)
    items = answers["items"]
    return {**answers, own: items if isinstance(items, ServiceProblem) else items["head"]}


def tab_counts(client: dict, totals: dict | None, support: dict | None, log: dict | None) -> dict[str, int | None]:
    """The count on each tab by slug; None where its service did not answer."""
    counts = {
        **(totals or {}).get("counts", {}),
        **client["counts"],
        **(support or {}).get("counts", {}),
        "activity": (log or {}).get("count"),
    }
    return {tab.slug: counts.get(tab.name) for tab in TABS}


def record_calls(client_id: str) -> dict[str, tuple]:
    """The calls behind the API's client record, beside clients' own part."""
    return {
        "account": ("billing.get_billing", {"client_id": client_id, "with_totals": True}),
        "support": ("support.get_overview", {"client_id": client_id, "counts_only": True}),
    }


def record(client: dict, answers: dict) -> dict:
    """The client record of the API: clients' own part, billing's part, and the services that did not answer."""
    account, support = part(answers["account"]), part(answers["support"])
    totals = account and account["totals"]
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
