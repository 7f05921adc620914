"""RPC methods of domains."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from chassis.types.ids import parse_id
from services.billing.commands import domains as commands
from services.billing.queries import domains
from services.billing.rpc.base import BillingRpc
from services.billing.schemas import domains as schemas
from services.billing.schemas.record import TabArguments


class DomainRpc(BillingRpc):
    """Domains of one client."""

    @rpc(Permission.DOMAINS_VIEW, request=TabArguments, response=schemas.DomainPageAnswer, of_client=True)
    def list_domains(self, client_id, on_record, **page):
        """A page of domains, the next to expire first."""
        return self.on_record(on_record, client_id, domains.list_domains(self.session, client_id, **page))

    @rpc(Permission.DOMAINS_VIEW, request=schemas.DomainArguments, response=schemas.DomainAnswer, of_client=True)
    def get_domain(self, client_id, domain_id):
        """One domain."""
        return domains.get_domain(self.session, client_id, parse_id(domain_id))

    @rpc(Permission.DOMAINS_MANAGE, request=schemas.AddDomain, response=schemas.DomainAnswer, of_client=True)
    def add_domain(self, client_id, **given):
        """Adds a domain to the record; `duplicate` when the name is live on any. Answers it."""
        return commands.add_domain(self.open_uow, client_id=self.account_of(client_id), **given)

    @rpc(Permission.DOMAINS_MANAGE, request=schemas.UpdateDomain, response=schemas.DomainAnswer, of_client=True)
    def update_domain(self, client_id, domain_id, **given):
        """Changes what is given of a domain. Answers it."""
        return commands.update_domain(self.open_uow, client_id=client_id, domain_id=parse_id(domain_id), **given)

    @rpc(Permission.DOMAINS_MANAGE, request=schemas.SetDomainStatus, response=schemas.DomainAnswer, of_client=True)
    def set_domain_status(self, client_id, domain_id, status):
        """Moves a domain to another state. Answers it."""
        return commands.set_domain_status(
            self.open_uow, client_id=client_id, domain_id=parse_id(domain_id), status=status
        )
