"""The RPC methods of the support service."""

from chassis.errors import not_found
from chassis.events.relay import Relay
from chassis.permissions import Permission
from chassis.process.service import Service
from chassis.rpc.server import rpc
from services.support import events, schemas  # noqa: F401  (the events are known as soon as the service is)
from services.support.commands import tickets as commands
from services.support.queries import tickets
from services.support.rpc.portal import PortalRpc


class SupportService(PortalRpc, Service):
    """Tickets with their replies."""

    name = "support"
    relay = Relay()

    @rpc(Permission.TICKETS_VIEW, request=schemas.TicketPage)
    def list_tickets(self, client_id, status, **page):
        """A page of the client's tickets, newest reply first, of one `status` or all, with counts by status."""
        return tickets.tickets(self.session, self._own(client_id), statuses=status and (status,), **page)

    @rpc(Permission.TICKETS_VIEW, request=schemas.OneTicket)
    def get_ticket(self, client_id, ticket_id):
        """A ticket with the newest 200 messages of its thread."""
        return tickets.ticket(self.session, self._own(client_id), ticket_id)

    @rpc(Permission.TICKETS_VIEW, request=schemas.ClientArguments)
    def get_overview(self, client_id):
        """How many tickets the client has, how many are open, and the three open ones last replied to."""
        return tickets.overview(self.session, self._own(client_id))

    @rpc(Permission.TICKETS_VIEW)
    def list_departments(self):
        """The departments that a ticket may belong to, by name."""
        return tickets.departments(self.session)

    @rpc(Permission.TICKETS_REPLY, request=schemas.OpenTicket)
    def open_ticket(self, client_id, **given):
        """Open a ticket for the client; answers it with its thread."""
        return commands.open_ticket(self.write, self.caller, client_id=self._own(client_id), **given)

    @rpc(Permission.TICKETS_REPLY, request=schemas.ReplyTicket)
    def reply_ticket(self, client_id, **given):
        """Reply, or write an internal note; answers the message."""
        return commands.reply_ticket(self.write, self.caller, client_id=self._own(client_id), **given)

    @rpc(Permission.TICKETS_MANAGE, request=schemas.UpdateTicket)
    def update_ticket(self, client_id, **given):
        """Change status, priority, department, assignment or subject; answers the ticket with its thread."""
        return commands.update_ticket(self.write, client_id=self._own(client_id), **given)

    def _own(self, client_id):
        """`client_id`, when it is the client that the signed context is about."""
        if str(client_id) != self.caller.client_id:
            raise not_found()
        return client_id
