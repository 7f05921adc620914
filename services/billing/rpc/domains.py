"""RPC methods of domains."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from chassis.types.ids import parse_id
from services.billing import schemas
from services.billing.commands import domains as commands
from services.billing.queries import domains
from services.billing.schemas import domains as request


class DomainRpc:
    """Domains of one client."""

    @rpc(Permission.DOMAINS_VIEW, request=schemas.ClientPageArguments)
    def list_domains(self, client_id, **page):
        return domains.list_domains(self.session, self.own(client_id), **page)

    @rpc(Permission.DOMAINS_VIEW, request=request.DomainArguments)
    def get_domain(self, client_id, domain_id):
        return domains.get_domain(self.session, self.own(client_id), parse_id(domain_id))

    @rpc(Permission.DOMAINS_MANAGE, request=request.AddDomain)
    def add_domain(self, client_id, **given):
        return commands.add_domain(self.open_uow, client_id=self.account_of(client_id), **given)

    @rpc(Permission.DOMAINS_MANAGE, request=request.UpdateDomain)
    def update_domain(self, client_id, domain_id, **given):
        return commands.update_domain(
            self.open_uow, client_id=self.own(client_id), domain_id=parse_id(domain_id), **given
        )

    @rpc(Permission.DOMAINS_MANAGE, request=request.SetDomainStatus)
    def set_domain_status(self, client_id, domain_id, status):
        return commands.set_domain_status(
            self.open_uow, client_id=self.own(client_id), domain_id=parse_id(domain_id), status=status
        )
