"""The doors of the support service."""

from chassis.errors import not_found
from chassis.permissions import Permission
from chassis.relay import Relay
from chassis.rpc import rpc
from chassis.service import Service
from services.support import events, schemas  # noqa: F401  (the events are known as soon as the service is)
from services.support.queries import tickets


class SupportService(Service):
    """Tickets with their replies."""

    name = "support"
    relay = Relay()

    @rpc(Permission.TICKETS_VIEW, takes=schemas.TicketPage)
    def list_tickets(self, client_id, **page):
        """A page of the client's tickets, newest reply first, of one `status` or all, with counts by status."""
        return tickets.tickets(self.session, self._own(client_id), **page)

    @rpc(Permission.TICKETS_VIEW, takes=schemas.OneTicket)
    def get_ticket(self, client_id, ticket_id):
        """A ticket with the newest 200 messages of its thread."""
        return tickets.ticket(self.session, self._own(client_id), ticket_id)

    @rpc(Permission.TICKETS_VIEW, takes=schemas.ClientArguments)
    def get_overview(self, client_id):
        """How many tickets the client has, how many are open, and the three open ones last replied to."""
        return tickets.overview(self.session, self._own(client_id))

    def _own(self, client_id):
        """`client_id`, when it is the client that the signed context is about."""
        if str(client_id) != self.caller.client_id:
            raise not_found()
        return client_id
