"""Doors of domains."""

from chassis.ids import parse_id
from chassis.permissions import Permission
from chassis.rpc import rpc
from services.billing import schemas
from services.billing.commands import domains as commands
from services.billing.queries import domains
from services.billing.schemas import domains as takes


class DomainDoors:
    """Domains of one client."""

    @rpc(Permission.DOMAINS_VIEW, takes=schemas.ClientPageArguments)
    def list_domains(self, client_id, **page):
        return domains.list_domains(self.session, self.own(client_id), **page)

    @rpc(Permission.DOMAINS_VIEW, takes=takes.DomainArguments)
    def get_domain(self, client_id, domain_id):
        return domains.get_domain(self.session, self.own(client_id), parse_id(domain_id))

    @rpc(Permission.DOMAINS_MANAGE, takes=takes.AddDomain)
    def add_domain(self, client_id, **given):
        return commands.add_domain(self.write, client_id=self.account_of(client_id), **given)

    @rpc(Permission.DOMAINS_MANAGE, takes=takes.UpdateDomain)
    def update_domain(self, client_id, domain_id, **given):
        return commands.update_domain(self.write, client_id=self.own(client_id), domain_id=parse_id(domain_id), **given)

    @rpc(Permission.DOMAINS_MANAGE, takes=takes.SetDomainStatus)
    def set_domain_status(self, client_id, domain_id, status):
        return commands.set_domain_status(self.write, client_id=self.own(client_id), domain_id=parse_id(domain_id),
                                          status=status)
