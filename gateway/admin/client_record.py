"""The client record: its head, its eleven tabs, the invoice page."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.composition.client_record import head_calls, tab_counts, totals_of
from gateway.http.call_errors import needed, part
from gateway.http.context import RequestContext
from gateway.http.query_params import PAGING, parameters
from gateway.http.responses import as_page
from gateway.http.routing import page
from gateway.ui.labels import IMPERSONATION_END_CAUSES

IMPERSONATIONS = 5


def record_head(ctx: RequestContext, client: dict, answers: dict) -> dict:
    """What every page under a client is given: the client, its totals, the numbers on the tabs."""
    totals, support, log = totals_of(answers, client["id"]), part(answers["support"]), part(answers["log"])
    numbers = {"services, invoices and credit": totals, "tickets": support, "activity": log}
    return {
        "client": client,
        "totals": totals,
        "counts": tab_counts(client, totals, support, log),
        "unread": [what for what, known in numbers.items() if known is None],
    }


def _nothing(*_given) -> dict:
    return {}


def _tab(
    slug: str,
    target: str,
    access: Permission,
    *filters: str,
    beside: Callable = _nothing,
    variables: Callable = _nothing,
):
    """A tab that shows one paged list: `target` gives it, `beside` asks for more, `variables` makes that the page's
    own."""
    template = f"clients/{slug.replace('-', '_')}.html"

    @page(f"/admin/clients/<client_id>/{slug}", access=access)
    def tab(ctx: RequestContext, client_id: str) -> Response:
        asked = parameters(ctx.request, *filters, *PAGING)
        client = ctx.open_client(client_id)
        answers = ctx.gather(
            items=(target, {"client_id": client["id"], **asked}), **head_calls(client["id"]), **beside(client["id"])
        )
        chosen = {"filters": {name: asked.get(name, "") for name in filters}} if filters else {}
        return as_page(
            ctx,
            template,
            items=part(answers["items"]),
            **chosen,
            **record_head(ctx, client, answers),
            **variables(answers),
        )

    return tab


@page("/admin/clients/<client_id>", access=Permission.CLIENTS_VIEW)
def overview(ctx: RequestContext, client_id: str) -> Response:
    """Summary, charts, recent activity, profile and billing: each section from its owner, each missing alone."""
    parameters(ctx.request)
    client = ctx.open_client(client_id)
    answers = ctx.gather(
        billing=("billing.get_overview", {"client_id": client["id"]}),
        account=("billing.get_billing", {"client_id": client["id"]}),
        impersonations=("clients.list_impersonations", {"client_id": client["id"], "limit": IMPERSONATIONS}),
        **head_calls(client["id"]),
    )
    return as_page(
        ctx,
        "clients/overview.html",
        impersonations=part(answers["impersonations"]),
        ended=IMPERSONATION_END_CAUSES,
        billing=part(answers["billing"]),
        account=part(answers["account"]),
        tickets=part(answers["support"]),
        activity=part(answers["log"]),
        **record_head(ctx, client, answers),
    )


def _billing_overview(client_id: str) -> dict:
    return {"billing": ("billing.get_overview", {"client_id": client_id})}


def _from_overview(name: str, answers: dict):
    return (part(answers["billing"]) or {}).get(name)


_tab("services", "billing.list_services", Permission.SERVICES_VIEW, "status")
_tab(
    "invoices",
    "billing.list_invoices",
    Permission.INVOICES_VIEW,
    "status",
    beside=_billing_overview,
    variables=lambda answers: {"ageing": _from_overview("ageing", answers)},
)
_tab("orders", "billing.list_orders", Permission.ORDERS_VIEW, "status")
_tab("domains", "billing.list_domains", Permission.DOMAINS_VIEW)
_tab("tickets", "support.list_tickets", Permission.TICKETS_VIEW, "status")
_tab("contacts", "clients.list_contacts", Permission.CLIENTS_VIEW)
_tab("notes", "clients.list_notes", Permission.NOTES_VIEW)
_tab(
    "credits",
    "billing.list_credits",
    Permission.CREDITS_VIEW,
    beside=_billing_overview,
    variables=lambda answers: {"credit_history": _from_overview("credit_history", answers)},
)


@page("/admin/clients/<client_id>/invoices/<invoice_id>", access=Permission.INVOICES_VIEW)
def invoice(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """One invoice: lines, tax, totals, payments."""
    client = ctx.open_client(client_id)
    both = {"client_id": client["id"], "invoice_id": invoice_id}
    answers = ctx.gather(
        invoice=("billing.get_invoice", both),
        account=("billing.get_billing", {"client_id": client["id"]}),
        **head_calls(client["id"]),
    )
    return as_page(
        ctx,
        "clients/invoice.html",
        invoice=needed(answers["invoice"], "Billing"),
        account=part(answers["account"]),
        **record_head(ctx, client, answers),
    )
