"""Dispatcher: the requests that a process has begun, so many for each endpoint at once."""

from collections import Counter as Counts
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from nameko.extensions import DependencyProvider
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy.orm import Session

from chassis import green
from chassis.db.engine import make_engine
from chassis.db.faults import first_line, is_transient
from chassis.failpoints import failpoint
from chassis.limits import FairSemaphore
from chassis.logs import get_logger
from services.webhooks.commands import lanes
from services.webhooks.commands.lanes import Claim
from services.webhooks.sending import Answer, Sender

AT_ONCE = 16  # requests to one endpoint
FAILING_AT_ONCE = 8  # of these, in lanes that fail: they may hang, and leave the rest to those that do not
SESSIONS = 4
STOP_SECONDS = 5.0

ATTEMPTS = Counter("commerce_webhook_attempts_total", "Webhook requests", ["outcome"])
SECONDS = Histogram("commerce_webhook_seconds", "Time that a webhook request took")
UNDER_WAY = Gauge("commerce_webhook_requests", "Webhook requests under way")

log = get_logger(__name__)


class Dispatcher(DependencyProvider):
    """`self.dispatcher`: claims lanes and works each off by a green thread of its own.

    Nobody waits for anybody else's request: an endpoint has its own places, and no connection to the database is held
    while one is answered.
    """

    connections = SESSIONS + 1  # the last is the inbox's

    def setup(self):
        settings = self.container.config["settings"]
        self._engine = make_engine(settings.require("database_url"), pool_size=SESSIONS)
        self._sessions = FairSemaphore(SESSIONS)
        self._sender = Sender(loopback=settings.webhook_loopback)
        self._under_way: Counts[tuple[UUID, bool]] = Counts()
        self._threads: set = set()

    def get_dependency(self, worker_ctx):
        return self

    def stop(self):
        """Let requests end that are under way; one that does not is sent again once its claim is void."""
        try:
            with green.Timeout(STOP_SECONDS):
                while self._threads:
                    next(iter(self._threads)).wait()
        except green.Timeout:
            log.warning("requests are left open", requests=len(self._threads))
            for thread in list(self._threads):
                thread.kill()
        self._engine.dispose()

    def kill(self):
        self._engine.dispose()

    def step(self, session: Session) -> bool:
        """Begin what is due and has a place; whether there was anything."""
        endpoints = lanes.enabled_endpoints(session)
        session.rollback()
        claims = lanes.claim_lanes(session, {one: self._places(one) for one in endpoints}, failing=False)
        for claim in claims:
            self._begin(claim)
        failing = {one: min(self._places(one), FAILING_AT_ONCE - self._under_way[one, True]) for one in endpoints}
        again = lanes.claim_lanes(session, failing, failing=True)
        for claim in again:
            self._begin(claim)
        return bool(claims or again)

    def _places(self, endpoint_id: UUID) -> int:
        return AT_ONCE - self._under_way[endpoint_id, False] - self._under_way[endpoint_id, True]

    def _begin(self, claim: Claim) -> None:
        self._under_way[claim.endpoint_id, claim.failing] += 1
        thread = green.spawn(self._work, claim)
        self._threads.add(thread)
        thread.link(self._threads.discard)

    def _work(self, claim: Claim) -> None:
        try:
            with UNDER_WAY.track_inprogress():
                self._deliver(claim)
        except Exception as error:
            if is_transient(error):
                log.warning("a webhook waits for the database", error=first_line(error))
            else:
                log.error("a webhook failed on our side; it is sent again", exc_info=error)
        finally:
            self._under_way[claim.endpoint_id, claim.failing] -= 1

    def _deliver(self, claim: Claim) -> None:
        with self._session() as session:
            request = lanes.next_request(session, claim)
            if request is None:
                return lanes.release(session, claim)
        began_at = datetime.now(UTC)
        answer = self._sender.post(request.url, request.headers, request.body)
        _count(answer)
        failpoint("webhook.after_send")
        with self._session() as session:
            lanes.note_answer(session, claim, request, began_at, answer)
            if not answer.is_delivered:
                lanes.disable_failing(session, claim, request, answer)

    @contextmanager
    def _session(self):
        self._sessions.acquire()
        try:
            with Session(self._engine, expire_on_commit=False, autoflush=False) as session:
                yield session
        finally:
            self._sessions.release()


def _count(answer: Answer) -> None:
    outcome = "delivered" if answer.is_delivered else "refused" if answer.status else "failed"
    ATTEMPTS.labels(outcome).inc()
    SECONDS.observe(answer.seconds)
