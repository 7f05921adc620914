"""Totals of clients: the listener that keeps them, and what billing says of its events."""

from chassis.events.listener import listen
from chassis.permissions import Access
from chassis.rpc.server import rpc
from services.clients import listeners
from services.clients.commands.totals import mark_published
from services.clients.queries.totals import CONSUMER
from services.clients.schemas.totals import Noted, PublishedUntil


class TotalsRpc:
    """The read model of the list: nobody asks for it by itself."""

    @rpc(Access.SERVICE, request=PublishedUntil, response=Noted)
    def totals_published_for_billing(self, at, event_id):
        """Keeps how far billing has published, by which a list knows how old its totals are."""
        mark_published(self.session, at=at, event_id=event_id)
        return {}

    @listen(CONSUMER, {"billing": ["#"]})
    def keep_totals(self, events):
        listeners.keep_newest_totals(self.session, events)
