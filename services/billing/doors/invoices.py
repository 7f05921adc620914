"""Doors of invoices and the payments on them."""

from chassis.ids import parse_id
from chassis.permissions import Permission
from chassis.rpc import rpc
from services.billing import schemas
from services.billing.queries import invoices


class InvoiceDoors:
    """Invoices of one client."""

    @rpc(Permission.INVOICES_VIEW, takes=schemas.InvoicePage)
    def list_invoices(self, client_id, **page):
        return invoices.list_invoices(self.session, self.own(client_id), **page)

    @rpc(Permission.INVOICES_VIEW, takes=schemas.InvoiceArguments)
    def get_invoice(self, client_id, invoice_id):
        return invoices.get_invoice(self.session, self.own(client_id), parse_id(invoice_id))
