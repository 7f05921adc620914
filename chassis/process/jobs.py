"""Background jobs: one replica of the service runs each, step by step, and the next takes over when that one ends."""

import time

from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from prometheus_client import Counter, Gauge
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from chassis import green
from chassis.db.engine import lock_connection, make_engine
from chassis.db.faults import DATABASE_ERRORS, first_line, is_transient
from chassis.logs import get_logger

IDLE_SECONDS = 5.0
STANDBY_SECONDS = 1.0
FAULT_SECONDS = 1.0
STOP_SECONDS = 0.3  # how soon a job that rests notices that its process ends

LEADS = Gauge("commerce_job_leader", "Whether this process is the one that runs a job", ["job"])
STEPS = Counter("commerce_job_steps_total", "Steps of jobs", ["job", "outcome"])

log = get_logger(__name__)


class Job(Entrypoint):
    """Runs its method for ever in the one replica that holds the advisory lock `lock`.

    The method does one short step and returns whether it found anything to do: if so it runs again at once. Steps must
    bear being done again: a process may die in any of them. When there was nothing to do it rests until it is woken
    (`wake_job`), `idle` seconds at most.
    """

    def __init__(self, lock: int, *, idle: float = IDLE_SECONDS, **kwargs):
        self.lock, self.idle = lock, idle
        super().__init__(**kwargs)

    def setup(self):
        self._engine = make_engine(self.container.config["settings"].require("database_url"), pool_size=1)
        self._leads = LEADS.labels(self.method_name)
        self._stopping = False

    def start(self):
        self._thread = self.container.spawn_managed_thread(self._run, identifier=f"job {self.method_name}")

    def stop(self):
        self._stopping = True
        self._thread.wait()
        self._engine.dispose()

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._run_as_leader()
            except (*DATABASE_ERRORS, OSError) as error:
                log.warning("job waits for the database", job=self.method_name, error=first_line(error))
                time.sleep(FAULT_SECONDS)

    def _run_as_leader(self) -> None:
        """Hold the lock, or stand by for it; then step until the process ends or the lock's connection is lost."""
        with lock_connection(self._engine) as connection:
            while not self._stopping and not connection.scalar(
                text("SELECT pg_try_advisory_lock(:key)"), {"key": self.lock}
            ):
                time.sleep(STANDBY_SECONDS)
            connection.execute(text(f'LISTEN "{self.method_name}"'))
            with self._leads.track_inprogress():
                while not self._stopping:
                    connection.execute(text("SELECT 1"))
                    connection.connection.dbapi_connection.notifies.clear()
                    if not self._step():
                        self._rest(connection)

    def _rest(self, connection: Connection) -> None:
        """Wait for a NOTIFY; one that came during the step is there already."""
        descriptor, end = connection.connection.dbapi_connection.fileno(), time.monotonic() + self.idle
        while not self._stopping and (left := end - time.monotonic()) > 0:
            if green.wait_readable(descriptor, min(left, STOP_SECONDS)):
                return

    def _step(self) -> bool:
        outcome = green.Event()

        def finish(_worker_ctx, result, exc_info):
            outcome.send((result, exc_info))
            return result, exc_info

        try:
            self.container.spawn_worker(self, (), {}, context_data={}, handle_result=finish)
        except ContainerBeingKilled:
            self._stopping = True
            return False
        result, exc_info = outcome.wait()
        STEPS.labels(self.method_name, "ok" if exc_info is None else "failed").inc()
        if exc_info is not None:
            self._log_failure(exc_info)
            time.sleep(FAULT_SECONDS)
        return bool(result)

    def _log_failure(self, exc_info) -> None:
        if is_transient(exc_info[1]):
            log.warning("a job waits out a fault", job=self.method_name, error=first_line(exc_info[1]))
        else:
            log.error("a step of a job failed; it is tried again", job=self.method_name, exc_info=exc_info)


job = Job.decorator


def wake_job(session: Session, name: str) -> None:
    """Let the job whose method is `name` step as soon as this transaction is committed, and not only when it has
    rested."""
    session.execute(select(func.pg_notify(name, "")))
