"""The RPC methods of the audit service."""

from chassis.errors import not_found
from chassis.events.event import SYSTEM
from chassis.events.listener import listen
from chassis.permissions import Permission
from chassis.process.jobs import job
from chassis.process.service import Service
from chassis.rpc.server import rpc
from services.audit import listeners, schemas
from services.audit.checkpoint_signer import CheckpointSignerProvider
from services.audit.commands.append import append
from services.audit.commands.checkpoint import write_checkpoint
from services.audit.queries import activity, all_activity, export, verify

CHECKPOINT_LOCK = 0x43484B50  # one number for "checkpoints are written"; any constant does
CHECKPOINT_SECONDS = 2.0


class AuditService(Service):
    """The activity log: hears everything, shows it, proves it."""

    name = "audit"

    checkpoint_signer = CheckpointSignerProvider()

    @listen(listeners.QUEUE, listeners.SOURCES)
    def record_events(self, events):
        append(self.session, events=events)

    @job(CHECKPOINT_LOCK, idle=CHECKPOINT_SECONDS)
    def write_checkpoints(self):
        return self.checkpoint_signer is not None and write_checkpoint(self.session, self.checkpoint_signer)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.ActivityArguments)
    def list_activity(self, client_id, **page):
        """A page of the client's log, newest first, narrowed by `category`, `actor`, `from` and `to`."""
        return activity.activity(self.session, self._chain(client_id), **page)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.ClientArguments)
    def get_overview(self, client_id):
        """The newest entries of the client, entries a day for 18 weeks, and how many there are."""
        return activity.overview(self.session, self._chain(client_id))

    @rpc(Permission.CLIENTS_VIEW, request=schemas.VerifyArguments)
    def verify_activity(self, client_id, at_most):
        """Whether the client's chain holds, and where it first does not."""
        return verify.verify(
            self.session, self._chain(client_id), self.checkpoint_signer, until=self.caller.deadline, at_most=at_most
        )

    @rpc(Permission.ACTIVITY_VIEW, request=schemas.SystemVerifyArguments)
    def verify_system(self, at_most):
        """The same of the `system` chain."""
        return verify.verify(self.session, SYSTEM, self.checkpoint_signer, until=self.caller.deadline, at_most=at_most)

    @rpc(Permission.ACTIVITY_VIEW, request=schemas.AllActivityArguments)
    def list_all_activity(self, **page):
        """A page of the log of all clients and the system, newest first."""
        return all_activity.page(self.session, **page)

    @rpc(Permission.ACTIVITY_EXPORT, request=schemas.ExportArguments)
    def export_activity(self, client_id, **part):
        """A part of an export, chain by chain in order of `seq`."""
        chain = None if client_id is None else self._chain(client_id)
        return export.part(self.session, chain, self.checkpoint_signer, **part)

    def _chain(self, client_id) -> str:
        """The client's chain; only of the client that the signed context is about."""
        if str(client_id) != self.caller.client_id:
            raise not_found()
        return str(client_id)
