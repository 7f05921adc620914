"""RPC methods of invoices and the payments on them."""

import uuid
from datetime import datetime

from chassis.errors import not_found
from chassis.permissions import Permission
from chassis.process.jobs import job
from chassis.rpc.server import rpc
from chassis.types.ids import parse_id
from services.billing import schemas
from services.billing.commands.credits import entries
from services.billing.commands.invoices import drafts, payments
from services.billing.commands.invoices.overdue import LookedAt, overdue_step
from services.billing.queries import invoices
from services.billing.schemas.credits import ApplyCredit
from services.billing.schemas.invoices import (
    CancelInvoice,
    CreateInvoice,
    OneInvoice,
    PublishInvoice,
    RecordPayment,
    RefundInvoice,
    UpdateDraft,
)

OVERDUE_LOCK = 0x4F564552  # one number for "invoices become overdue"; any constant does


class InvoiceRpc:
    """Invoices of one client, and the job that marks what is late."""

    looked = LookedAt()

    @rpc(Permission.INVOICES_VIEW, request=schemas.InvoicePage)
    def list_invoices(self, client_id, **page):
        return invoices.list_invoices(self.session, self.own(client_id), **page)

    @rpc(Permission.INVOICES_VIEW, request=schemas.InvoiceArguments)
    def get_invoice(self, client_id, invoice_id):
        return invoices.get_invoice(self.session, self.own(client_id), parse_id(invoice_id))

    @rpc(Permission.INVOICES_CREATE, request=CreateInvoice)
    def create_invoice(self, client_id, **given):
        """Makes an invoice, as a draft or published at once; `apply_credit` uses what credit there is. Answers it."""
        exempt = self.is_tax_exempt(self.own(client_id))
        return drafts.create_invoice(self.open_uow, client_id=client_id, tax_exempt=exempt, today=self.today(), **given)

    @rpc(Permission.INVOICES_CREATE, request=UpdateDraft)
    def update_draft(self, client_id, **given):
        """Lets a draft say what is given here and nothing else; `stale` when it is not at `version` any more. Answers
        it."""
        exempt = self.is_tax_exempt(self.own(client_id))
        return drafts.update_draft(self.open_uow, client_id=client_id, tax_exempt=exempt, **given)

    @rpc(Permission.INVOICES_CREATE, request=PublishInvoice)
    def publish_invoice(self, client_id, **given):
        """Gives a draft the next number; it is owed from today, and due in 14 days unless it says when. Answers it."""
        exempt = self.is_tax_exempt(self.own(client_id))
        return drafts.publish_invoice(
            self.open_uow, client_id=client_id, tax_exempt=exempt, today=self.today(), **given
        )

    @rpc(Permission.INVOICES_EDIT, request=CancelInvoice)
    def cancel_invoice(self, client_id, **given):
        """Takes back a draft or what is owed; one with money or credit on it says what to undo first. Answers it."""
        return drafts.cancel_invoice(self.open_uow, client_id=self.own(client_id), **given)

    @rpc(Permission.INVOICES_EDIT, request=RecordPayment)
    def record_payment(self, client_id, **given):
        """Records money that came in for what is owed; what is too much becomes credit. Answers the invoice."""
        return payments.record_payment(self.open_uow, client_id=self.own(client_id), today=self.today(), **given)

    @rpc(Permission.INVOICES_EDIT, request=OneInvoice)
    def mark_invoice_paid(self, client_id, invoice_id):
        """Records that all that is due was paid by hand today. Answers the invoice."""
        return payments.mark_invoice_paid(
            self.open_uow, client_id=self.own(client_id), invoice_id=invoice_id, today=self.today()
        )

    @rpc(Permission.INVOICES_EDIT, request=RefundInvoice)
    def refund_invoice(self, client_id, **given):
        """Gives back what was paid, to credit or gateway; applied credit to credit alone. Answers the invoice."""
        return payments.refund_invoice(self.open_uow, client_id=self.own(client_id), **given)

    @rpc(Permission.INVOICES_EDIT, request=ApplyCredit)
    def apply_credit(self, client_id, **given):
        """Uses credit for what is owed, as much as there is and is due unless `amount` says. Answers the invoice."""
        return entries.apply_credit(self.open_uow, client_id=self.own(client_id), today=self.today(), **given)

    @job(OVERDUE_LOCK)
    def mark_overdue(self):
        return overdue_step(self.session, self.looked, now=datetime.now(self.config["settings"].timezone))

    def is_tax_exempt(self, client_id: uuid.UUID) -> bool:
        """Whether a client's lines have no tax, as the clients service says now; its account is open afterwards."""
        known = self.clients().for_billing([str(self.own(client_id))])
        if not known:
            raise not_found()
        self.account_of(client_id)
        return known[str(client_id)]["tax_exempt"]
