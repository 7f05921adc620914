"""Downloads: an invoice as PDF, for the admin, the API and the portal."""

from werkzeug.wrappers import Response

from chassis import green
from chassis.errors import ServiceProblem
from gateway.composition.invoice_pdf import file_name, invoice_pdf
from gateway.http.call_errors import needed
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters


def invoice_download(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """An invoice of a client as PDF. It is drawn in a thread of its own: other requests go on meanwhile."""
    parameters(ctx.request)
    client = ctx.open_client(client_id)
    answers = ctx.gather(
        invoice=("billing.get_invoice", {"client_id": client["id"], "invoice_id": invoice_id}),
        account=("billing.get_billing", {"client_id": client["id"]}),
    )
    for answer in answers.values():
        if isinstance(answer, ServiceProblem):
            raise answer
    return as_pdf(answers["invoice"], client, answers["account"])


def portal_invoice_download(ctx: RequestContext, invoice_id: str) -> Response:
    """An invoice of the portal's client as PDF."""
    parameters(ctx.request)
    answers = ctx.gather(
        invoice=("billing.portal_invoice", {"invoice_id": invoice_id}), billed=("billing.portal_billed_to", {})
    )
    invoice, billed = needed(answers["invoice"], "Billing"), needed(answers["billed"], "Billing")
    client = {"name": ctx.portal["client"]["name"], "profile": {"tax_id": billed["tax_id"]}}
    return as_pdf(invoice, client, billed)


def as_pdf(invoice: dict, client: dict, account: dict) -> Response:
    """The response: the drawn invoice as an attachment."""
    body = green.run_blocking(invoice_pdf, invoice, client, account)
    return Response(
        body,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file_name(invoice)}"'},
    )
