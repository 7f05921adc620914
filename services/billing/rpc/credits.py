"""RPC methods of the credit ledger."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from chassis.types.fields import ClientPageArguments
from services.billing.commands.credits import entries as commands
from services.billing.queries import credits
from services.billing.rpc.base import BillingRpc
from services.billing.schemas import credits as schemas


class CreditRpc(BillingRpc):
    """The ledger of one client."""

    @rpc(Permission.CREDITS_VIEW, request=ClientPageArguments, response=schemas.CreditPageAnswer, of_client=True)
    def list_credits(self, client_id, **page):
        """A page of the ledger, newest first."""
        return credits.list_credits(self.session, client_id, **page)

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
