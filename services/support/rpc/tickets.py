"""RPC methods of staff: the tickets of one client."""

from datetime import datetime
from functools import partial

from nameko.dependency_providers import Config

from chassis.listings.arguments import RowCounts
from chassis.listings.counts import CachedCounts
from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.support import commands, schemas
from services.support.queries import listing, tickets


class TicketRpc:
    """What staff see of a client's tickets, and do with them."""

    config = Config()
    listing_counts = CachedCounts()

    @rpc(Permission.TICKETS_VIEW, request=schemas.TicketPage, response=schemas.TicketList, of_client=True)
    def list_tickets(self, client_id, status, on_record, **page):
        """A page of the client's tickets, newest reply first, of one `status` or all, with counts by status."""
        found = tickets.tickets(self.session, client_id, statuses=status and (status,), **page)
        return {**found, "head": tickets.head_of(found["counts"])} if on_record else found

    @rpc(Permission.TICKETS_VIEW, request=schemas.AllTickets, response=schemas.AllTicketsList)
    def list_all_tickets(self, **wanted):
        """A page of the tickets of all clients, newest reply first unless sorted otherwise."""
        return listing.all_tickets(self.session, now=datetime.now(self.config["settings"].timezone), **wanted)

    @rpc(Permission.TICKETS_VIEW, request=schemas.CountListed, response=RowCounts)
    def count_listed(self, list, asked):
        """How many tickets each of what is asked of their list has, half a minute old at most."""
        now = datetime.now(self.config["settings"].timezone)
        return self.listing_counts.of_list(list, asked, partial(listing.count_listed, self.session, now=now))

    @rpc(Permission.TICKETS_VIEW, response=schemas.WaitingTickets)
    def count_waiting(self):
        """How many tickets wait for an answer of staff."""
        return listing.count_waiting(self.session)

    @rpc(Permission.TICKETS_VIEW, request=schemas.ThreadPage, response=schemas.TicketThread, of_client=True)
    def get_ticket(self, client_id, ticket_id, **page):
        """A ticket with a page of its thread, the newest messages unless a cursor says otherwise."""
        return tickets.ticket(self.session, client_id, ticket_id, **page)

    @rpc(Permission.TICKETS_VIEW, request=schemas.OverviewArguments, response=schemas.TicketOverview, of_client=True)
    def get_overview(self, client_id, counts_only):
        """How many tickets the client has, how many are open, and the three open ones last replied to."""
        return tickets.overview(self.session, client_id, counts_only=counts_only)

    @rpc(Permission.TICKETS_VIEW, response=schemas.DepartmentList)
    def list_departments(self):
        """The departments that a ticket may belong to, by name."""
        return tickets.departments(self.session)

    @rpc(Permission.TICKETS_REPLY, request=schemas.OpenTicket, response=schemas.TicketThread, of_client=True)
    def open_ticket(self, **given):
        """Open a ticket for the client; answers it with its thread."""
        return commands.open_ticket(self.open_uow, **given)

    @rpc(Permission.TICKETS_REPLY, request=schemas.ReplyTicket, response=schemas.TicketMessage, of_client=True)
    def reply_ticket(self, **given):
        """Reply, or write an internal note; answers the message."""
        return commands.reply_ticket(self.open_uow, **given)

    @rpc(Permission.TICKETS_MANAGE, request=schemas.UpdateTicket, response=schemas.TicketThread, of_client=True)
    def update_ticket(self, **given):
        """Change status, priority, department, assignment or subject; answers the ticket with its thread."""
        return commands.update_ticket(self.open_uow, **given)
