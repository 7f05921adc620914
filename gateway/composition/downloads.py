"""Downloads: an invoice as PDF, for the admin, the API and the portal."""

from werkzeug.wrappers import Response

from chassis import green
from gateway.composition.invoice_pdf import file_name, invoice_pdf
from gateway.http.call_errors import needed
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters


def invoice_download(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """An invoice of a client as PDF. It is drawn in a thread of its own: other requests go on meanwhile."""
    parameters(ctx.request)
    client = ctx.open_client(client_id)
    return as_pdf(ctx.call("billing.get_invoice", client_id=client["id"], invoice_id=invoice_id))


def portal_invoice_download(ctx: RequestContext, invoice_id: str) -> Response:
    """An invoice of the portal's client as PDF."""
    parameters(ctx.request)
    answers = ctx.gather(invoice=("billing.portal_invoice", {"invoice_id": invoice_id}))
    return as_pdf(needed(answers["invoice"], "Billing"))


def as_pdf(invoice: dict) -> Response:
    """The response: the drawn invoice as an attachment."""
    body = green.run_blocking(invoice_pdf, invoice)
    return Response(
        body,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file_name(invoice)}"'},
    )
