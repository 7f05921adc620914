"""/api/v1/clients/{id}/invoices: what is done to invoices, and their PDF."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.downloads import invoice_download
from gateway.routing import api
from gateway.turn import Turn


@api("/clients/<client_id>/invoices/<invoice_id>/pdf", access=Permission.INVOICES_VIEW)
def invoice_pdf(turn: Turn, client_id: str, invoice_id: str) -> Response:
    """The invoice as PDF; a draft is marked as such."""
    return invoice_download(turn, client_id, invoice_id)
