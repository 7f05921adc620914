"""Invoices: /api/v1/clients/{id}/invoices, one invoice, its PDF, and all that is done to it. Each write needs an
Idempotency-Key."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.api.forwarding import forward
from gateway.composition.downloads import invoice_download
from gateway.http.context import RequestContext
from gateway.http.routing import api

INVOICES = "/clients/<client_id>/invoices"
INVOICE = f"{INVOICES}/<invoice_id>"

forward(
    INVOICE,
    "billing.get_invoice",
    summary="One invoice with its lines, payments and applied credit",
    access=Permission.INVOICES_VIEW,
    response="Invoice",
)


@api(f"{INVOICE}/pdf", access=Permission.INVOICES_VIEW, media=("application/pdf",))
def invoice_pdf(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """The invoice as PDF; a draft is marked as such."""
    return invoice_download(ctx, client_id, invoice_id)


forward(
    INVOICES,
    "billing.create_invoice",
    summary="Make an invoice, a draft or published at once; answers 201 with it",
    access=Permission.INVOICES_CREATE,
    method="POST",
    needs_key=True,
    location=True,
    response="Invoice",
    status=201,
)
forward(
    INVOICE,
    "billing.update_draft",
    summary="Let a draft say what is given, all of it: `lines`, `due_date`, `notes`",
    description="Needs If-Match.",
    access=Permission.INVOICES_CREATE,
    method="PATCH",
    needs_key=True,
    if_match="required",
    response="Invoice",
)


def _action(name: str, rpc: str, summary: str, access: Permission = Permission.INVOICES_EDIT, *, body: bool = True):
    """`POST …/{name}`, which answers the invoice; where no field is required, the body may be missing."""
    forward(
        f"{INVOICE}/{name}",
        rpc,
        summary=summary,
        access=access,
        method="POST",
        needs_key=True,
        body=body,
        optional_body=True,
        response="Invoice",
    )


_action(
    "publish",
    "billing.publish_invoice",
    "Publish a draft: it gets its number, is owed, and is mailed to the client",
    Permission.INVOICES_CREATE,
)
_action(
    "send",
    "billing.resend_invoice",
    "Mail an issued invoice to the client once more",
    Permission.INVOICES_CREATE,
    body=False,
)
_action("cancel", "billing.cancel_invoice", "Take back a draft or what is owed")
_action("mark-paid", "billing.mark_invoice_paid", "Record that all that is due was paid today", body=False)
_action("apply-credit", "billing.apply_credit", "Use credit for what is owed, all unless `amount` says")
_action("payments", "billing.record_payment", "Record a payment; what is too much becomes credit")
_action("refund", "billing.refund_invoice", "Give back what was paid, to credit or through the gateway")
