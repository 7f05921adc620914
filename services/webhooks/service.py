"""The webhooks service: its RPC methods, its subscription, its jobs, its relay."""

from sqlalchemy.exc import DataError

from chassis.bus.address import plain, tls_of
from chassis.db.encryption import Encryption
from chassis.db.engine import make_engine
from chassis.events.relay import Relay
from chassis.process.jobs import job
from chassis.process.retention import RetentionJob
from chassis.process.service import Service
from chassis.rpc.streams import StreamRpc
from commerce_events import Park
from commerce_events.nameko_extension import handle_events
from commerce_events.sqlalchemy_inbox import SqlAlchemyInbox
from services.webhooks.commands.accept import accept
from services.webhooks.commands.forget import forget_step
from services.webhooks.dispatcher import Dispatcher
from services.webhooks.models import Secret
from services.webhooks.rpc.endpoints import EndpointRpc

SEND_LOCK = 0x57484B53  # one number for "webhooks are sent", and one for "old ones are forgotten"; any constants do
FORGET_LOCK = 0x57484B46
SEND_SECONDS, FORGET_SECONDS = 1.0, 3600.0
BATCH = 50


def _inbox(config) -> SqlAlchemyInbox:
    return SqlAlchemyInbox(make_engine(config["settings"].require("database_url"), pool_size=1))


def _broker(config) -> tuple[str, dict]:
    uri = config["AMQP_URI"]
    return plain(uri), {"ssl": tls_of(uri)}


class WebhooksService(EndpointRpc, StreamRpc, RetentionJob, Service):
    """Events for those outside of the bus. It hears of them as any subscriber does, by `commerce_events`."""

    name = "webhooks"
    relay = Relay()
    encryption = Encryption(Secret.__table__.c.secret)
    dispatcher = Dispatcher()

    @handle_events(inbox=_inbox, broker=_broker, tries=None, batch=BATCH)
    def deliveries(self, event, transaction):
        try:
            accept(transaction, event)
        except DataError as error:  # it would be refused for ever, and hold up what comes behind it
            raise Park("It holds what the database cannot.") from error

    @job(SEND_LOCK, idle=SEND_SECONDS)
    def send_webhooks(self):
        return self.dispatcher.step(self.session)

    @job(FORGET_LOCK, idle=FORGET_SECONDS)
    def forget_webhooks(self):
        return forget_step(self.session)
