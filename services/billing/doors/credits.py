"""Doors of the credit ledger."""

from chassis.permissions import Permission
from chassis.rpc import rpc
from services.billing import schemas
from services.billing.queries import credits


class CreditDoors:
    """The ledger of one client."""

    @rpc(Permission.CREDITS_VIEW, takes=schemas.ClientPageArguments)
    def list_credits(self, client_id, **page):
        return credits.list_credits(self.session, self.own(client_id), **page)
