"""An invoice's document, as the record leads to it."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.downloads import invoice_download
from gateway.routing import page
from gateway.turn import Turn


@page("/admin/clients/<client_id>/invoices/<invoice_id>/pdf", access=Permission.INVOICES_VIEW)
def invoice_pdf(turn: Turn, client_id: str, invoice_id: str) -> Response:
    """The invoice to download."""
    return invoice_download(turn, client_id, invoice_id)
