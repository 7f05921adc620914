"""RPC methods of invoices and the payments on them, and the job that marks what is overdue."""

from datetime import UTC, datetime

from chassis.permissions import Permission
from chassis.process.jobs import job
from chassis.rpc.server import rpc
from chassis.types.ids import parse_id
from services.billing.commands.credits import entries
from services.billing.commands.invoices import drafts, payments
from services.billing.commands.invoices.documents import SearchProvider, documents_step
from services.billing.commands.invoices.overdue import LastCheckProvider, overdue_step
from services.billing.queries import invoices
from services.billing.queries.accounts import get_billing
from services.billing.queries.products import rate_of_most
from services.billing.queries.serializers import decimal
from services.billing.rpc.base import BillingRpc
from services.billing.schemas import invoices as schemas
from services.billing.schemas.credits import ApplyCredit
from services.billing.schemas.values import ClientArguments
from services.billing.seller import usual_rate

DOCUMENTS_LOCK = 0x444F4355  # one number for "documents are kept"; any constant does
OVERDUE_LOCK = 0x4F564552  # one number for "invoices become overdue"; any constant does


class InvoiceRpc(BillingRpc):
    """Invoices of one client."""

    last_check = LastCheckProvider()
    document_search = SearchProvider()

    @rpc(Permission.INVOICES_VIEW, request=schemas.InvoicePage, response=schemas.InvoicePageAnswer, of_client=True)
    def list_invoices(self, client_id, on_record, **page):
        """A page of invoices, drafts first, with `counts` by status."""
        found = invoices.list_invoices(self.session, client_id, **page)
        found["data"] = self.with_current(client_id, found["data"])
        return self.on_record(on_record, client_id, found, chart="ageing")

    @rpc(Permission.INVOICES_VIEW, request=schemas.InvoiceArguments, response=schemas.InvoiceAnswer, of_client=True)
    def get_invoice(self, client_id, invoice_id):
        """One invoice with all that belongs to it."""
        return self.with_current(client_id, [invoices.get_invoice(self.session, client_id, parse_id(invoice_id))])[0]

    @rpc(Permission.INVOICES_CREATE, request=ClientArguments, response=schemas.InvoiceTermsAnswer, of_client=True)
    def get_invoice_terms(self, client_id):
        """What a new invoice begins with: the client's currency, and the seller's tax rate or that of most products."""
        account = get_billing(self.session, self.clients().for_billing, client_id)
        rate = usual_rate(self.seller, rate_of_most(self.session))
        return {"currency": account["currency"], "tax_rate": decimal(rate)}

    @rpc(Permission.INVOICES_CREATE, request=schemas.CreateInvoice, response=schemas.InvoiceAnswer, of_client=True)
    def create_invoice(self, client_id, **given):
        """Makes an invoice, as a draft or published at once; `apply_credit` uses what credit there is. Answers it."""
        parties = self.parties(client_id)
        return drafts.create_invoice(self.open_uow, client_id=client_id, parties=parties, today=self.today(), **given)

    @rpc(Permission.INVOICES_CREATE, request=schemas.UpdateDraft, response=schemas.InvoiceAnswer, of_client=True)
    def update_draft(self, client_id, **given):
        """Replaces a draft's lines, due date and notes; `stale` when it is not at `version` any more. Answers it."""
        parties = self.parties(client_id)
        return drafts.update_draft(self.open_uow, client_id=client_id, parties=parties, today=self.today(), **given)

    @rpc(Permission.INVOICES_CREATE, request=schemas.PublishInvoice, response=schemas.InvoiceAnswer, of_client=True)
    def publish_invoice(self, client_id, **given):
        """Gives a draft the next number; it is owed from today, and due in 14 days unless it has a date. Answers it."""
        parties = self.parties(client_id)
        return drafts.publish_invoice(self.open_uow, client_id=client_id, parties=parties, today=self.today(), **given)

    @rpc(Permission.INVOICES_CREATE, request=schemas.OneInvoice, response=schemas.InvoiceAnswer, of_client=True)
    def resend_invoice(self, **which):
        """Has an issued invoice mailed to the client once more. Answers it."""
        return drafts.resend_invoice(self.open_uow, **which)

    @rpc(Permission.INVOICES_EDIT, request=schemas.CancelInvoice, response=schemas.InvoiceAnswer, of_client=True)
    def cancel_invoice(self, **given):
        """Cancels a draft or what is owed; refused, with what to undo first, while money or credit is on it. Answers
        it."""
        return drafts.cancel_invoice(self.open_uow, **given)

    @rpc(Permission.INVOICES_EDIT, request=schemas.RecordPayment, response=schemas.InvoiceAnswer, of_client=True)
    def record_payment(self, **given):
        """Records money that came in for what is owed; what is too much becomes credit. Answers the invoice."""
        return payments.record_payment(self.open_uow, today=self.today(), **given)

    @rpc(Permission.INVOICES_EDIT, request=schemas.OneInvoice, response=schemas.InvoiceAnswer, of_client=True)
    def mark_invoice_paid(self, **which):
        """Records that all that is due was paid by hand today. Answers the invoice."""
        return payments.mark_invoice_paid(self.open_uow, today=self.today(), **which)

    @rpc(Permission.INVOICES_EDIT, request=schemas.RefundInvoice, response=schemas.InvoiceAnswer, of_client=True)
    def refund_invoice(self, **given):
        """Gives back what was paid, to credit or gateway; applied credit to credit alone. Answers the invoice."""
        return payments.refund_invoice(self.open_uow, **given)

    @rpc(Permission.INVOICES_EDIT, request=ApplyCredit, response=schemas.InvoiceAnswer, of_client=True)
    def apply_credit(self, **given):
        """Uses credit for what is owed: `amount`, or as much as there is and is due. Answers the invoice."""
        return entries.apply_credit(self.open_uow, today=self.today(), **given)

    @job(OVERDUE_LOCK, idle=10.0)
    def mark_overdue(self):
        return overdue_step(
            self.session, last_check=self.last_check, now=datetime.now(self.config["settings"].timezone)
        )

    @job(DOCUMENTS_LOCK, idle=5.0)
    def keep_documents(self):
        return documents_step(
            self.session,
            search=self.document_search,
            clients_for=self.clients_for,
            seller=self.seller,
            now=datetime.now(UTC),
        )
