"""Doors of domains."""

from chassis.permissions import Permission
from chassis.rpc import rpc
from services.billing import schemas
from services.billing.queries import domains


class DomainDoors:
    """Domains of one client."""

    @rpc(Permission.DOMAINS_VIEW, takes=schemas.ClientPageArguments)
    def list_domains(self, client_id, **page):
        return domains.list_domains(self.session, self.own(client_id), **page)
