"""The log on the record (its Activity Log tab), the log of all clients, and both as files."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.admin.client_record import record_head
from gateway.composition.activity import AUTOMATIC, VERIFY_SECONDS, gather_items, verify, with_effects
from gateway.composition.activity_export import export
from gateway.composition.client_record import head_calls
from gateway.http.call_errors import part
from gateway.http.context import RequestContext
from gateway.http.query_params import paged_parameters, parameters
from gateway.http.responses import as_page
from gateway.http.routing import page

FILTERS = ("q", "category", "actor", "from", "to")
PLACES = ("cause", "entity", "below")


@page("/admin/clients/<client_id>/activity", access=Permission.CLIENTS_VIEW)
def client_activity(ctx: RequestContext, client_id: str) -> Response:
    """The log; a filter that cannot be read is named beside its field, and the log is shown without it."""
    return _client_log(ctx, client_id, AUTOMATIC)


@page("/admin/clients/<client_id>/activity/verify", access=Permission.CLIENTS_VIEW, seconds=VERIFY_SECONDS)
def verify_client(ctx: RequestContext, client_id: str) -> Response:
    """The same after the whole chain was verified, however long it is."""
    return _client_log(ctx, client_id, None)


def _client_log(ctx: RequestContext, client_id: str, at_most: int | None) -> Response:
    asked = paged_parameters(ctx.request, *FILTERS, *PLACES)
    client = ctx.open_client(client_id)
    wanted = {"client_id": client["id"]}
    calls = {**head_calls(client["id"]), "log": ("audit.get_overview", wanted)}
    quick = {} if at_most is None else {"verdict": ("audit.verify_activity", {**wanted, "at_most": at_most})}
    answers, errors = gather_items(ctx, "audit.list_activity", {**wanted, **asked}, FILTERS, **quick, **calls)
    if at_most is None:
        answers["verdict"] = _verify(ctx, answers["items"], "audit.verify_activity", **wanted)
    items, verdict = part(answers["items"]), part(answers["verdict"])
    return as_page(
        ctx,
        "clients/activity.html",
        errors=errors,
        verdict=verdict,
        items=items and {**items, "data": with_effects(items["data"], verdict), "shown": len(items["data"])},
        filters={name: asked.get(name, "") for name in (*FILTERS, *PLACES)},
        days=(part(answers["log"]) or {}).get("days"),
        **record_head(ctx, client, answers, "activity"),
    )


@page("/admin/activity", access=Permission.ACTIVITY_VIEW)
def all_activity(ctx: RequestContext) -> Response:
    """The log of all clients and the system."""
    return _all_log(ctx, AUTOMATIC)


@page("/admin/activity/verify", access=Permission.ACTIVITY_VIEW, seconds=VERIFY_SECONDS)
def verify_system(ctx: RequestContext) -> Response:
    """The same after the system's chain was verified, however long it is."""
    return _all_log(ctx, None)


def _all_log(ctx: RequestContext, at_most: int | None) -> Response:
    asked = paged_parameters(ctx.request, *FILTERS)
    quick = {} if at_most is None else {"verdict": ("audit.verify_system", {"at_most": at_most})}
    answers, errors = gather_items(ctx, "audit.list_all_activity", asked, FILTERS, **quick)
    if at_most is None:
        answers["verdict"] = _verify(ctx, answers["items"], "audit.verify_system")
    items = part(answers["items"])
    ids = sorted({row["client_id"] for row in (items or {"data": []})["data"]} - {None})
    known = part(ctx.gather(names=("clients.names_for_activity", {"client_ids": ids}))["names"])
    names = known or {"clients": {}, "staff": []}
    return as_page(
        ctx,
        "activity.html",
        items=items,
        errors=errors,
        verdict=part(answers["verdict"]),
        names=names["clients"],
        staff=names["staff"],
        filters={name: asked.get(name, "") for name in FILTERS},
    )


def _verify(ctx: RequestContext, items, target: str, **wanted):
    """What became of verifying a whole chain, which takes its time; not tried while not even the log's entries come."""
    return items if part(items) is None else verify(ctx, target, **wanted)


@page("/admin/activity/export", access=Permission.ACTIVITY_EXPORT)
def export_activity(ctx: RequestContext) -> Response:
    """The log of all, or of one `client`, as a file."""
    asked = parameters(ctx.request, "format", "client", *FILTERS)
    if "client" in asked:
        ctx.open_client(asked.pop("client"))
    return export(ctx, asked.pop("format", None), asked)
