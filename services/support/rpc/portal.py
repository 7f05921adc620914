"""RPC methods of the client's portal, each about the client of whoever asks, whom the signed context names: none takes
another."""

import uuid
from collections.abc import Callable
from functools import partial

from chassis.events.unit_of_work import AnsweredBefore
from chassis.permissions import Portal
from chassis.rpc.server import rpc
from services.support import schemas
from services.support.commands import tickets as commands
from services.support.queries import portal, tickets


class PortalRpc:
    """What a contact of a client sees of tickets, and writes into them."""

    @rpc(Portal.TICKETS_VIEW, request=schemas.OwnTickets)
    def portal_tickets(self, **page):
        """A page of the client's tickets, newest reply first, of one group of states or all, with counts by group."""
        return portal.tickets(self.session, self._client(), **page)

    @rpc(Portal.TICKETS_VIEW, request=schemas.OwnTicket)
    def portal_ticket(self, ticket_id):
        """A ticket with the newest 200 messages that both sides read."""
        return portal.ticket(self.session, self._client(), ticket_id, self.caller.contact_id)

    @rpc(Portal.TICKETS_REPLY)
    def portal_departments(self):
        """The departments that a ticket may be for, by name."""
        return tickets.departments(self.session)

    @rpc(Portal.TICKETS_REPLY, request=schemas.OpenOwnTicket)
    def portal_open_ticket(self, **given):
        """Opens a ticket; answers it with its thread. How urgent it is, staff decide."""
        opened = _done(
            lambda: commands.open_ticket(
                self._write(), self.caller, client_id=self._client(), priority="medium", **given
            )
        )
        return self._shown(uuid.UUID(opened["id"]))

    @rpc(Portal.TICKETS_REPLY, request=schemas.ReplyOwnTicket)
    def portal_reply_ticket(self, ticket_id, body):
        """Writes a reply, which opens a closed ticket again; answers the ticket with its thread."""
        _done(
            lambda: commands.reply_ticket(
                self._write(), self.caller, client_id=self._client(), ticket_id=ticket_id, body=body, internal=False
            )
        )
        return self._shown(ticket_id)

    @rpc(Portal.TICKETS_REPLY, request=schemas.OwnTicket)
    def portal_close_ticket(self, ticket_id):
        """Closes a ticket, however often it is asked to; answers it with its thread."""
        _done(
            lambda: commands.update_ticket(
                self._write(), client_id=self._client(), ticket_id=ticket_id, status="closed"
            )
        )
        return self._shown(ticket_id)

    def _shown(self, ticket_id: uuid.UUID) -> dict:
        return portal.ticket(self.session, self._client(), ticket_id, self.caller.contact_id)

    def _client(self) -> uuid.UUID:
        """The client whose portal this is."""
        return uuid.UUID(self.caller.client_id)

    def _write(self):
        """A write whose key counts for this client alone: one staff member may impersonate several."""
        return partial(self.write, part=self.caller.client_id)


def _done(act: Callable[[], dict]) -> dict:
    """What a command answers, or answered when it ran before under the same key: staff's view, to be made the
    client's."""
    try:
        return act()
    except AnsweredBefore as before:
        return before.answer
