"""Client record: its head, the overview, the tabs that are lists, and the invoice page."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.client_record import gather_tab, head_calls, overview_calls, tab_counts
from gateway.composition.record_tabs import TAB_BAR, TABS, RecordTab
from gateway.http.call_errors import needed, part
from gateway.http.context import RequestContext
from gateway.http.query_params import paged_parameters, parameters
from gateway.http.responses import as_page
from gateway.http.routing import page
from gateway.ui.labels import IMPERSONATION_END_CAUSES

IMPERSONATIONS = 5


def record_head(ctx: RequestContext, client: dict, answers: dict, tab: str = "") -> dict:
    """The template context that every page under a client shares: the client, its totals, the tabs with their counts.

    `tab` is the slug of the tab that is open.
    """
    totals, support, log = (part(answers[name]) for name in ("totals", "support", "log"))
    counted = {"services, invoices and credit": totals, "tickets": support, "activity": log}
    return {
        "client": client,
        "totals": totals,
        "tab": tab,
        "tabs": TAB_BAR,
        "counts": tab_counts(client, totals, support, log),
        "unread": [what for what, known in counted.items() if known is None],
    }


@page("/admin/clients/<client_id>", access=Permission.CLIENTS_VIEW)
def overview(ctx: RequestContext, client_id: str) -> Response:
    """Summary, charts, recent activity, profile and billing: each section from its service, each missing alone."""
    parameters(ctx.request)
    client = ctx.open_client(client_id, impersonations=IMPERSONATIONS)
    answers = ctx.gather(**overview_calls(client["id"]))
    billing = part(answers["totals"])
    return as_page(
        ctx,
        "clients/overview.html",
        impersonations=client["impersonations"],
        ended=IMPERSONATION_END_CAUSES,
        billing=billing,
        account=billing and billing["account"],
        tickets=part(answers["support"]),
        activity=part(answers["log"]),
        **record_head(ctx, client, answers),
    )


def _list_page(tab: RecordTab) -> None:
    """The page of a tab that shows one paged list, its filters and its chart."""

    @page(f"/admin{tab.path}", access=tab.permission)
    def list_tab(ctx: RequestContext, client_id: str) -> Response:
        params = paged_parameters(ctx.request, *tab.filters)
        client = ctx.open_client(client_id)
        answers = gather_tab(ctx, tab, client["id"], params)
        context = {"items": part(answers["items"])}
        if tab.filters:
            context["filters"] = {name: params.get(name, "") for name in tab.filters}
        if tab.chart:
            context[tab.chart] = (part(answers["totals"]) or {}).get(tab.chart)
        return as_page(ctx, tab.template, **context, **record_head(ctx, client, answers, tab.slug))


for _tab in TABS:
    if _tab.listed:
        _list_page(_tab)


@page("/admin/clients/<client_id>/invoices/<invoice_id>", access=Permission.INVOICES_VIEW)
def invoice(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """One invoice: lines, tax, totals, payments."""
    client = ctx.open_client(client_id)
    answers = ctx.gather(
        invoice=("billing.get_invoice", {"client_id": client["id"], "invoice_id": invoice_id}),
        **head_calls(client["id"]),
    )
    return as_page(
        ctx,
        "clients/invoice.html",
        invoice=needed(answers["invoice"], "Billing"),
        **record_head(ctx, client, answers),
    )
