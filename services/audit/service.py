"""The audit service: its RPC methods, its listener, its job."""

from chassis.events.listener import listen
from chassis.process.jobs import job
from chassis.process.retention import RetentionJob
from chassis.process.service import Service
from services.audit import listeners
from services.audit.checkpoint_signer import CheckpointSignerProvider
from services.audit.commands.append import append
from services.audit.commands.checkpoint import CHECKPOINT_LOCK, CHECKPOINT_SECONDS, write_checkpoint
from services.audit.queries.work import work_under_way
from services.audit.rpc.activity import ActivityRpc
from services.audit.rpc.verification import VerificationRpc


class AuditService(ActivityRpc, VerificationRpc, RetentionJob, Service):
    """The activity log: records every event, shows the log, proves it."""

    name = "audit"
    checkpoint_signer = CheckpointSignerProvider()

    def work_under_way(self):
        return work_under_way(self.session, self.checkpoint_signer)

    @listen(listeners.QUEUE, listeners.SOURCES, batch=listeners.BATCH)
    def record_events(self, events):
        append(self.session, events=events)

    @job(CHECKPOINT_LOCK, idle=CHECKPOINT_SECONDS)
    def write_checkpoints(self):
        return self.checkpoint_signer is not None and write_checkpoint(self.session, self.checkpoint_signer)
