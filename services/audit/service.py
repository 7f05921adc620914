"""The doors of the audit service."""

from chassis.errors import not_found
from chassis.listen import listen
from chassis.permissions import Permission
from chassis.rpc import rpc
from chassis.service import Service
from services.audit import listeners, schemas
from services.audit.commands.append import append
from services.audit.queries import activity


class AuditService(Service):
    """The activity log: hears everything, shows it."""

    name = "audit"

    @listen(listeners.QUEUE, listeners.SOURCES)
    def hear(self, events):
        append(self.session, events=events)

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ActivityArguments)
    def list_activity(self, client_id, **page):
        """A page of the client's log, newest first, narrowed by `category`, `actor`, `from` and `to`."""
        return activity.activity(self.session, self._chain(client_id), **page)

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ClientArguments)
    def get_overview(self, client_id):
        """The newest entries of the client, entries a day for 18 weeks, and how many there are."""
        return activity.overview(self.session, self._chain(client_id))

    def _chain(self, client_id) -> str:
        """The client's chain; only of the client that the signed context is about."""
        if str(client_id) != self.caller.client_id:
            raise not_found()
        return str(client_id)
