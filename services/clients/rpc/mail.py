"""Mail: the listener that queues it, and the job that sends it."""

from nameko.dependency_providers import Config

from chassis.events.listener import listen
from chassis.process.jobs import job
from services.clients import listeners
from services.clients.commands.mail.send import mail_step
from services.clients.smtp import delivery_of

MAIL_LOCK = 0x4D41494C  # one number for "mail is sent"; any constant does


class MailRpc:
    """What an event and a clock set off; nobody calls these."""

    config = Config()

    @listen("clients.mail", {"billing": listeners.ISSUED})
    def mail_invoices(self, events):
        listeners.mail_invoices(self.session, events)

    @job(MAIL_LOCK, idle=1.0)
    def send_mails(self):
        settings = self.config["settings"]
        return mail_step(self.session, delivery_of(settings), settings)
