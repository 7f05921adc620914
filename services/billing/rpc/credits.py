"""RPC methods of the credit ledger."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.billing import schemas
from services.billing.commands.credits import entries as commands
from services.billing.queries import credits
from services.billing.schemas.credits import AddCredit, ReverseCredit


class CreditRpc:
    """The ledger of one client."""

    @rpc(Permission.CREDITS_VIEW, request=schemas.ClientPageArguments)
    def list_credits(self, client_id, **page):
        return credits.list_credits(self.session, self.own(client_id), **page)

    @rpc(Permission.CREDITS_ADD, request=AddCredit)
    def add_credit(self, client_id, **given):
        """Gives a client credit; `invoice_id` names what it is about. Answers the entry."""
        return commands.add_credit(self.open_uow, client_id=self.account_of(client_id), **given)

    @rpc(Permission.CREDITS_ADD, request=ReverseCredit)
    def reverse_credit(self, client_id, **given):
        """Takes an entry back by a new one, once and never below zero; credit used for what is owed is due again."""
        return commands.reverse_credit(self.open_uow, client_id=self.own(client_id), **given)
