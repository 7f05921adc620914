"""Mail: who is mailed, the listener that queues it, and the job that sends it."""

from nameko.dependency_providers import Config

from chassis.events.listener import listen
from chassis.permissions import Access, Permission
from chassis.process.jobs import job
from chassis.rpc.server import rpc
from services.clients import listeners
from services.clients.commands.mail.send import mail_step
from services.clients.queries.clients import require_client
from services.clients.queries.mail import invoice_recipients
from services.clients.queries.portal import full_name
from services.clients.schemas import OneClient
from services.clients.schemas.mail import RecipientsAnswer
from services.clients.smtp import delivery_of

MAIL_LOCK = 0x4D41494C  # one number for "mail is sent"; any constant does


class MailRpc:
    """Who is mailed; and what an event and a clock set off, which nobody calls."""

    config = Config()

    @rpc(Access.SIGNED_IN, request=OneClient, response=RecipientsAnswer)
    def invoice_recipients(self, client_id):
        """Who is mailed an invoice of this client, and whether this system sends mail at all. An order brings an invoice,
        too: either permission is enough."""
        if not self.caller.allows(Permission.INVOICES_CREATE):
            self.caller.require(Permission.ORDERS_MANAGE)
        require_client(self.session, client_id)
        people = invoice_recipients(self.session, client_id)
        return {
            "recipients": [{"name": full_name(one), "email": one.email} for one in people],
            "delivers": delivery_of(self.config["settings"]) is not None,
        }

    @listen("clients.mail", {"billing": listeners.ISSUED, "webhooks": listeners.DISABLED})
    def queue_mails(self, events):
        listeners.queue_mails(self.session, events)

    @job(MAIL_LOCK)
    def send_mails(self):
        settings = self.config["settings"]
        return mail_step(self.session, delivery_of(settings), settings)
