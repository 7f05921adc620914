"""The client's invoices: the list, the document, its PDF, and paying with the account's credit."""

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.http.access_log import request_id
from chassis.permissions import Portal
from chassis.types.money import Money
from gateway.composition.downloads import portal_invoice_download
from gateway.http.call_errors import is_away, needed, part
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page
from gateway.portal.lists import own_list

LIST, ONE = "/client/invoices", "/client/invoices/<invoice_id>"
# Why paying is refused, in the words of the one who pays.
REFUSALS = {
    "insufficient-credit": "There is no account credit left to pay with.",
    "invalid-state": "There is nothing left to pay.",
}


def _credit(_ctx: RequestContext) -> dict:
    return {"owed": ("billing.portal_owed", {})}


own_list(LIST, "billing.portal_invoices", Portal.INVOICES_VIEW, "portal/invoices.html", "status", beside=_credit)


@page(ONE, access=Portal.INVOICES_VIEW, origin=PORTAL)
def own_invoice(ctx: RequestContext, invoice_id: str) -> Response:
    """The document as it was issued, what was paid of it, and how to pay the rest."""
    parameters(ctx.request)
    return _page(ctx, invoice_id)


@page(f"{ONE}/pdf", access=Portal.INVOICES_VIEW, origin=PORTAL)
def own_invoice_pdf(ctx: RequestContext, invoice_id: str) -> Response:
    """The invoice to keep."""
    return portal_invoice_download(ctx, invoice_id)


def pay_refused(ctx: RequestContext, _problem: ServiceProblem, invoice_id: str) -> Response:
    """The invoice again, with the sentence for an impersonator."""
    return _page(ctx, invoice_id, 403, impersonator_refused=True)


@page(f"{ONE}/pay", access=Portal.INVOICES_PAY, method="POST", origin=PORTAL, refused=pay_refused)
def pay_invoice(ctx: RequestContext, invoice_id: str) -> Response:
    """Pay with the account's credit, all that is due or as far as the credit goes."""
    ctx.use_key(ctx.request.form.get("idempotency_key"), required=True)
    try:
        paid = ctx.call("billing.portal_pay_invoice", invoice_id=invoice_id)
    except ServiceProblem as refusal:
        if refusal.status not in (409, 422) and not is_away(refusal):
            raise
        problem = {
            "title": refusal.title,
            "detail": REFUSALS.get(refusal.code, refusal.detail),
            "away": is_away(refusal),
            "request_id": request_id(ctx.request),
        }
        return _page(ctx, invoice_id, refusal.status, problem=problem)
    return redirect(f"{LIST}/{paid['id']}", 303)


def _page(
    ctx: RequestContext,
    invoice_id: str,
    status: int = 200,
    *,
    problem: dict | None = None,
    impersonator_refused: bool = False,
) -> Response:
    ctx.identify()
    answers = ctx.gather(
        invoice=("billing.portal_invoice", {"invoice_id": invoice_id}),
        owed=("billing.portal_owed", {}),
    )
    invoice, owed = needed(answers["invoice"], "Billing"), part(answers["owed"])
    return as_page(
        ctx,
        "portal/invoice.html",
        status,
        invoice=invoice,
        owed=owed,
        problem=problem,
        paying=owed and _paying(invoice, owed["credit_balance"]),
        impersonator_refused=impersonator_refused,
    )


def _paying(invoice: dict, credit: dict) -> dict:
    """What the credit pays of what is due, what is left of either; empty where there is nothing to pay or to pay
    with."""
    due, held = (Money.from_wire(one).minor for one in (invoice["amount_due"], credit))
    if invoice["status"] not in ("unpaid", "overdue") or not due or not held:
        return {}
    used, currency = min(due, held), credit["currency"]
    return {
        "credit": credit,
        **{
            name: Money(minor, currency).to_wire()
            for name, minor in (("used", used), ("due", due - used), ("left", held - used))
        },
    }
