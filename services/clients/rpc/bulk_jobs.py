"""Bulk jobs: RPC methods, and the job behind them."""

from datetime import datetime

from nameko.dependency_providers import Config

from chassis.permissions import Permission
from chassis.process.jobs import job
from chassis.rpc.client import CallsProvider
from chassis.rpc.server import rpc
from services.clients.billing_rpc_client import Billing
from services.clients.commands.bulk import open as commands
from services.clients.commands.bulk import work_off
from services.clients.commands.bulk.acts import permission_of
from services.clients.commands.bulk.dry_run import dry_run
from services.clients.queries import bulk_jobs as queries
from services.clients.schemas import bulk_jobs as schemas

BULK_LOCK = 0x42554C4B  # one number for "bulk jobs are worked off"; any constant does


class BulkJobRpc:
    """One act on many clients: each asks for `clients.bulk`, and for what the act asks for one by one; what tells of the
    clients that were selected asks for `clients.view` too."""

    calls = CallsProvider()
    config = Config()

    @rpc(Permission.CLIENTS_BULK, request=schemas.StartBulkJob, response=schemas.JobOrDryRun)
    def start_bulk_job(self, validate_only, **given):
        """Lets an act begin; answers the job. With `validate_only` nothing is changed, and the dry run is answered."""
        self.caller.require(Permission.CLIENTS_VIEW)
        self.caller.require(permission_of(given["act"]))
        given["now"] = datetime.now(self.config["settings"].timezone)
        if validate_only:
            return dry_run(self.session, self._billing(self.caller.request_id), **given)
        return commands.start_bulk_job(self.open_uow, **given)

    @rpc(Permission.CLIENTS_BULK, request=schemas.OneBulkJob, response=schemas.BulkJobAnswer)
    def get_bulk_job(self, job_id):
        """A job and how far it has come."""
        self.caller.require(Permission.CLIENTS_VIEW)
        return queries.get_bulk_job(self.session, job_id)

    @rpc(Permission.CLIENTS_BULK, request=schemas.BulkJobPage, response=schemas.BulkJobList)
    def list_bulk_jobs(self, **page):
        """A page of all jobs, the newest first."""
        self.caller.require(Permission.CLIENTS_VIEW)
        return queries.list_bulk_jobs(self.session, **page)

    @rpc(Permission.CLIENTS_BULK, request=schemas.BulkJobRows, response=schemas.BulkJobRowList)
    def list_bulk_job_rows(self, job_id, result, **page):
        """A page of a job's rows."""
        self.caller.require(Permission.CLIENTS_VIEW)
        return queries.list_bulk_job_rows(self.session, job_id, result, **page)

    @rpc(Permission.CLIENTS_BULK, request=schemas.OneBulkJob, response=schemas.BulkJobAnswer)
    def pause_bulk_job(self, job_id):
        """Halts a job; answers it."""
        self.caller.require(Permission.CLIENTS_VIEW)
        return commands.pause_bulk_job(self.open_uow, job_id=job_id)

    @rpc(Permission.CLIENTS_BULK, request=schemas.OneBulkJob, response=schemas.BulkJobAnswer)
    def resume_bulk_job(self, job_id):
        """Lets a halted job go on; answers it."""
        self.caller.require(Permission.CLIENTS_VIEW)
        return commands.resume_bulk_job(self.open_uow, job_id=job_id)

    @rpc(Permission.CLIENTS_BULK, request=schemas.UndoBulkJob, response=schemas.JobOrDryRun)
    def undo_bulk_job(self, job_id, validate_only):
        """Lets the undo of a job begin, a job of its own; answers that, or with `validate_only` the dry run."""
        self.caller.require(Permission.CLIENTS_VIEW)
        if validate_only:
            return commands.dry_run_undo(self.session, self.caller, self._billing(self.caller.request_id), job_id)
        return commands.undo_bulk_job(self.open_uow, job_id=job_id)

    def _billing(self, cause: str) -> Billing:
        return Billing(self.calls, cause)

    @job(BULK_LOCK)
    def run_bulk_jobs(self):
        return work_off.bulk_step(self.session, self._billing)
