"""RPC methods of the client's portal, each about the client that the signed context names: none takes another."""

import uuid
from collections.abc import Callable

from chassis.events.unit_of_work import AnsweredBefore
from chassis.permissions import Portal
from chassis.rpc.server import rpc
from services.support import commands, schemas
from services.support.queries import portal, tickets


class PortalRpc:
    """What a contact of a client sees of tickets, and writes into them."""

    @rpc(Portal.TICKETS_VIEW, request=schemas.PortalTicketPage, response=schemas.PortalTicketList, of_client=True)
    def portal_tickets(self, client_id, **page):
        """A page of the client's tickets, newest reply first, of one group of states or all, with counts by group."""
        return portal.tickets(self.session, client_id, **page)

    @rpc(Portal.TICKETS_VIEW, request=schemas.PortalThreadPage, response=schemas.PortalThread, of_client=True)
    def portal_ticket(self, client_id, ticket_id, **page):
        """A ticket with a page of the messages that both sides read, the newest unless a cursor says otherwise."""
        return portal.ticket(self.session, client_id, ticket_id, self.caller.contact_id, **page)

    @rpc(Portal.TICKETS_REPLY, response=schemas.DepartmentList)
    def portal_departments(self):
        """The departments that a ticket may be for, by name."""
        return tickets.departments(self.session)

    @rpc(Portal.TICKETS_REPLY, request=schemas.PortalOpenTicket, response=schemas.PortalThread, of_client=True)
    def portal_open_ticket(self, client_id, **given):
        """Opens a ticket; answers it with its thread. How urgent it is, staff decide."""
        opened = _answer_of(commands.open_ticket, self.open_uow, client_id=client_id, priority="medium", **given)
        return self._thread(client_id, uuid.UUID(opened["id"]))

    @rpc(Portal.TICKETS_REPLY, request=schemas.PortalReplyTicket, response=schemas.PortalThread, of_client=True)
    def portal_reply_ticket(self, client_id, ticket_id, body):
        """Writes a reply, which opens a closed ticket again; answers the ticket with its thread."""
        which = {"client_id": client_id, "ticket_id": ticket_id}
        _answer_of(commands.reply_ticket, self.open_uow, **which, body=body, internal=False)
        return self._thread(client_id, ticket_id)

    @rpc(Portal.TICKETS_REPLY, request=schemas.PortalTicketArguments, response=schemas.PortalThread, of_client=True)
    def portal_close_ticket(self, client_id, ticket_id):
        """Closes a ticket, however often it is asked to; answers it with its thread."""
        _answer_of(commands.update_ticket, self.open_uow, client_id=client_id, ticket_id=ticket_id, status="closed")
        return self._thread(client_id, ticket_id)

    def _thread(self, client_id: uuid.UUID, ticket_id: uuid.UUID) -> dict:
        return portal.ticket(self.session, client_id, ticket_id, self.caller.contact_id)


def _answer_of(command: Callable[..., dict], *arguments, **options) -> dict:
    """The answer of a command, also of one that ran before under the same key: staff's view, which is not the portal's."""
    try:
        return command(*arguments, **options)
    except AnsweredBefore as before:
        return before.answer
