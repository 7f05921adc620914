"""The support service: its RPC methods and its relay."""

from chassis.events.relay import Relay
from chassis.process.retention import RetentionJob
from chassis.process.service import Service
from chassis.rpc.streams import StreamRpc
from services.support.rpc.portal import PortalRpc
from services.support.rpc.search import SearchRpc
from services.support.rpc.tickets import TicketRpc


class SupportService(TicketRpc, PortalRpc, SearchRpc, StreamRpc, RetentionJob, Service):
    """Tickets with their replies."""

    name = "support"
    relay = Relay()
