"""RPC methods of the billing account: totals, address, what the record's Overview shows."""

from chassis.permissions import Permission
from chassis.process.jobs import job
from chassis.rpc.server import rpc
from services.billing.commands.accounts.progress import progress_step
from services.billing.commands.accounts.update import update_billing
from services.billing.queries import accounts, overview
from services.billing.rpc.base import BillingRpc
from services.billing.schemas import accounts as schemas
from services.billing.schemas.record import TotalsAnswer
from services.billing.schemas.values import ClientArguments

PROGRESS_LOCK = 0x50524F47  # one number for "the progress of events is told"; any constant does


class AccountRpc(BillingRpc):
    """The billing account, and what the list and the record's head show of it."""

    @rpc(Permission.CLIENTS_VIEW, request=schemas.ClientsArguments, response=schemas.TotalsOfClientsAnswer)
    def totals_for(self, client_ids):
        """Totals by client id; an id that no client has is left out."""
        return accounts.totals_for(self.session, self.clients().for_billing, client_ids)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.GetBilling, response=schemas.BillingAnswer, of_client=True)
    def get_billing(self, client_id, with_totals):
        """The billing account, and the client's `totals` where they are asked for."""
        account = accounts.get_billing(self.session, self.clients().for_billing, client_id)
        return {**account, "totals": self.head(client_id)} if with_totals else account

    @rpc(Permission.CLIENTS_VIEW, request=ClientArguments, response=TotalsAnswer, of_client=True)
    def get_totals(self, client_id):
        """The totals of one client."""
        return self.head(client_id)

    @rpc(Permission.CLIENTS_EDIT, request=schemas.UpdateBilling, response=schemas.BillingAnswer, of_client=True)
    def update_billing(self, client_id, **given):
        """Changes currency or address; `stale` for another version. Answers the account."""
        return update_billing(self.open_uow, client_id=self.account_of(client_id), **given)

    @rpc(Permission.CLIENTS_VIEW, request=ClientArguments, response=schemas.OverviewAnswer, of_client=True)
    def get_overview(self, client_id):
        """All that billing shows on the record's Overview."""
        return overview.get_overview(self.session, self.clients().for_billing, client_id, self.today())

    @job(PROGRESS_LOCK, idle=0.5)
    def tell_progress(self):
        return progress_step(self.session, self.clients_for("totals-progress"))
