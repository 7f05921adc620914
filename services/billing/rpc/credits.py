"""RPC methods of the credit ledger."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.billing.commands.credits import entries as commands
from services.billing.queries import credits
from services.billing.rpc.base import BillingRpc
from services.billing.schemas import credits as schemas
from services.billing.schemas.record import TabArguments


class CreditRpc(BillingRpc):
    """The ledger of one client."""

    @rpc(Permission.CREDITS_VIEW, request=TabArguments, response=schemas.CreditPageAnswer, of_client=True)
    def list_credits(self, client_id, on_record, **page):
        """A page of the ledger, newest first."""
        found = credits.list_credits(self.session, client_id, **page)
        return self.on_record(on_record, client_id, found, chart="credit_history")

    @rpc(Permission.CREDITS_VIEW, request=schemas.OneCredit, response=schemas.CreditAnswer, of_client=True)
    def get_credit(self, client_id, entry_id):
        """One entry of the ledger."""
        return credits.get_entry(self.session, client_id, entry_id)

    @rpc(Permission.CREDITS_ADD, request=schemas.AddCredit, response=schemas.CreditAnswer, of_client=True)
    def add_credit(self, client_id, **given):
        """Gives a client credit; `invoice_id` names what it is about. Answers the entry."""
        return commands.add_credit(self.open_uow, client_id=self.account_of(client_id), **given)

    @rpc(Permission.CREDITS_ADD, request=schemas.ReverseCredit, response=schemas.CreditAnswer, of_client=True)
    def reverse_credit(self, **given):
        """Takes an entry back by a new one, once and never below zero; credit used for what is owed is due again."""
        return commands.reverse_credit(self.open_uow, **given)
