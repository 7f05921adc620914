"""RPC methods of the billing account: totals, address, what the record's Overview shows."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.billing import schemas
from services.billing.commands.accounts.update import update_billing
from services.billing.queries import accounts, overview
from services.billing.schemas import accounts as request


class AccountRpc:
    """What the list and the record's head ask, and the account itself."""

    @rpc(Permission.CLIENTS_VIEW, request=schemas.ClientsArguments)
    def totals_for(self, client_ids):
        return accounts.totals_for(self.session, self.clients().for_billing, client_ids)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.ClientArguments)
    def get_billing(self, client_id):
        return accounts.get_billing(self.session, self.clients().for_billing, self.own(client_id))

    @rpc(Permission.CLIENTS_EDIT, request=request.UpdateBilling)
    def update_billing(self, client_id, **given):
        return update_billing(self.open_uow, client_id=self.account_of(client_id), **given)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.ClientArguments)
    def get_overview(self, client_id):
        return overview.get_overview(self.session, self.clients().for_billing, self.own(client_id), self.today())
