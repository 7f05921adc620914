"""Downloads: an invoice as PDF, for the admin, the API and the portal."""

import re

from werkzeug.wrappers import Response

from chassis.http.protocol import READER_LEFT
from gateway.composition.invoice_printer import Printer
from gateway.http.call_errors import needed
from gateway.http.context import RequestContext
from gateway.http.query_params import parameters

_printer = Printer()


def invoice_download(ctx: RequestContext, client_id: str, invoice_id: str) -> Response:
    """An invoice of a client as PDF. It is drawn by a process of its own: other requests go on meanwhile."""
    parameters(ctx.request)
    client_id = ctx.check_client(client_id)
    return _as_pdf(ctx, ctx.call("billing.get_invoice", client_id=client_id, invoice_id=invoice_id))


def portal_invoice_download(ctx: RequestContext, invoice_id: str) -> Response:
    """An invoice of the portal's client as PDF."""
    parameters(ctx.request)
    answers = ctx.gather(invoice=("billing.portal_invoice", {"invoice_id": invoice_id}))
    return _as_pdf(ctx, needed(answers["invoice"], "Billing"))


def file_name(invoice: dict) -> str:
    """The name to keep it under, in plain ASCII: `INV-00042.pdf`."""
    return f"{re.sub(r'[^A-Za-z0-9-]', '', invoice['number'] or '') or 'draft-invoice'}.pdf"


def _as_pdf(ctx: RequestContext, invoice: dict) -> Response:
    reader_left = ctx.request.environ.get(READER_LEFT, lambda: False)
    body = _printer.pdf({"invoice": invoice}, reader_left)
    return Response(
        body,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{file_name(invoice)}"'},
    )
