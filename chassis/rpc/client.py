"""RPC client: calls to other services, each with a deadline, several at once, never waiting for ever."""

import time
import uuid
from dataclasses import replace
from functools import partial

from nameko.extensions import DependencyProvider
from nameko.rpc import ReplyListener
from prometheus_client import Counter, Gauge, Histogram

from chassis import green
from chassis.bus.connection import BusUnavailable, Consumer, Publisher
from chassis.bus.topology import answer_queue, calls_exchange
from chassis.context import HEADER, Caller, Signer
from chassis.errors import ServiceProblem
from chassis.failpoints import failpoint
from chassis.limits import KeyedSemaphore
from chassis.tracing import current_trace
from chassis.wire import encoded

CALL_SECONDS = 1.0
OPEN_CALLS = 32  # of one process to one service
SLOT_SECONDS = 2.0  # how long a call waits for one of them
GATHER_SLOT_SECONDS = 0.3  # the same for all the calls of a page together: its other sections do not wait for this one

SECONDS = Histogram(
    "commerce_call_seconds", "Time for which the answer of a service was waited for", ["service", "outcome"]
)
OPEN = Gauge("commerce_calls_open", f"Calls to a service that are open; {OPEN_CALLS} may be", ["service"])
REFUSED = Counter("commerce_calls_refused_total", "Calls that found no place among the open ones", ["service"])


class Replies(ReplyListener):
    """The reply queue of this process, and the slots that its open calls hold."""

    queue_consumer = Consumer()
    unacknowledged = True  # an answer that is lost with its process has nobody left who waits for it

    def setup(self):
        self.routing_key = str(uuid.uuid4())
        caller = self.container.config["contexts"].signer.issuer
        self.queue = answer_queue(self.container.service_name, caller, self.routing_key)
        self.queue_consumer.register_provider(self)
        self.slots, self._open = KeyedSemaphore(OPEN_CALLS), {}

    def expect(self, correlation_id: str, service: str, seconds: float) -> green.Event | None:
        """What an answer of `service` will be sent to; None while as many calls to it are open as may be."""
        if not self.slots.acquire(service, seconds):
            REFUSED.labels(service).inc()
            return None
        self._open[correlation_id] = service
        OPEN.labels(service).inc()
        return self.get_reply_event(correlation_id)

    def forget(self, correlation_id: str) -> green.Event | None:
        """Stop waiting for an answer, and give its slot to the next; one that comes later is dropped."""
        service = self._open.pop(correlation_id, None)
        if service is not None:
            self.slots.release(service)
            OPEN.labels(service).dec()
        return self._reply_events.pop(correlation_id, None)

    def fail(self, correlation_id: str, reason: str | None) -> None:
        """End the wait for a call that the broker did not take: nothing was done. Without a reason nobody knows."""
        event = self.forget(correlation_id)
        if event is not None:
            event.send(reason and {"result": {"problem": ServiceProblem("unavailable", reason).to_wire()}})

    def handle_message(self, body, message):
        event = self.forget(message.properties.get("correlation_id"))
        if event is not None:
            event.send(body)


class PendingCall:
    """A call that was sent; `result()` waits for its answer until its deadline.

    `principal` is then the person that the call's credential was resolved to, whether or not the call was refused.
    """

    def __init__(
        self, replies: Replies, target: str, correlation_id: str, event: green.Event, deadline: float, writes: bool
    ):
        self._replies, self._target, self._id, self._event = replies, target, correlation_id, event
        self._deadline, self._writes = deadline, writes
        self.principal: dict | None = None

    def result(self):
        """The answer's data. Raises ServiceProblem: what the service refused, `unavailable` or `outcome-unknown`."""
        return self.answer()["data"]

    def answer(self) -> dict:
        """The whole answer: `data`, and `principal` when a credential was resolved."""
        outcome, began = "internal", time.perf_counter()
        try:
            answer = self._answer()
            outcome = "ok"
            return answer
        except ServiceProblem as problem:
            outcome = problem.code
            raise
        finally:
            SECONDS.labels(self._target.partition(".")[0], outcome).observe(time.perf_counter() - began)

    def _answer(self) -> dict:
        reply = (
            self._event.wait(max(0.001, self._deadline - time.time()))
            if not self._event.ready()
            else self._event.wait()
        )
        if reply is None:
            self._replies.forget(self._id)
            code = "outcome-unknown" if self._writes else "unavailable"
            raise ServiceProblem(code, f"{self._target} did not answer in time.")
        answer = reply.get("result") if isinstance(reply, dict) else None
        if not isinstance(answer, dict):
            raise self._unreadable()
        self.principal = answer.get("principal")
        if "problem" in answer:
            raise self._problem(answer["problem"])
        if "data" not in answer:
            raise self._unreadable()
        if self._writes:
            failpoint("call.after_answer")
        return answer

    def _problem(self, wire) -> ServiceProblem:
        try:
            return ServiceProblem.from_wire(wire)
        except (TypeError, ValueError, LookupError, AttributeError):
            return self._unreadable()

    def _unreadable(self) -> ServiceProblem:
        """Nobody knows what became of a write whose answer cannot be read."""
        code = "outcome-unknown" if self._writes else "unavailable"
        return ServiceProblem(code, f"{self._target} gave an answer that cannot be read.")


class Calls:
    """What `self.calls` gives: `start` a call, or `gather` several in parallel."""

    def __init__(self, replies: Replies, publisher: Publisher, signer: Signer):
        self._replies, self._publisher, self._signer = replies, publisher, signer

    def start(
        self, caller: Caller, target: str, *, seconds: float = CALL_SECONDS, writes: bool = False, **arguments
    ) -> PendingCall:
        """Send a call to `target` ("clients.get_client"); its answer is awaited `seconds`, or less by the caller's
        deadline.

        A call that its service has not started by then never runs. `writes` makes a missing answer `outcome-unknown`.
        While OPEN_CALLS to the service are open it waits SLOT_SECONDS for one to end, then it is `unavailable`.
        """
        return self._start(caller, target, arguments, seconds, writes, SLOT_SECONDS)

    def _start(
        self, caller: Caller, target: str, arguments: dict, seconds: float, writes: bool, slot_seconds: float
    ) -> PendingCall:
        deadline = min(time.time() + seconds, caller.deadline)
        correlation_id, service = str(uuid.uuid4()), target.partition(".")[0]
        event = self._replies.expect(correlation_id, service, min(slot_seconds, deadline - time.time()))
        if event is None:
            raise ServiceProblem("unavailable", f"{service} has too many calls open.")
        if (
            writes and deadline < caller.deadline
        ):  # the service has to know it: a frozen one may hold the message already
            caller = replace(caller, deadline=deadline)
        try:
            self._publish(caller, target, arguments, correlation_id, deadline)
        except ServiceProblem:
            self._replies.forget(correlation_id)
            raise
        return PendingCall(self._replies, target, correlation_id, event, deadline, writes)

    def _publish(self, caller: Caller, target: str, arguments: dict, correlation_id: str, deadline: float) -> None:
        seconds = deadline - time.time()
        if seconds <= 0:
            raise ServiceProblem("unavailable", "No time is left for this request.")
        body = encoded({"args": [], "kwargs": arguments})
        try:
            self._publisher.publish(
                body,
                calls_exchange(self._signer.issuer),
                target,
                seconds=seconds,
                mandatory=True,
                reply_to=self._replies.routing_key,
                correlation_id=correlation_id,
                expiration=str(max(1, int(seconds * 1000))),
                application_headers={HEADER: self._signer.sign(caller, target, body), **_trace_headers()},
            )
        except BusUnavailable as error:
            raise ServiceProblem("unavailable", "The message bus is away. Nothing was done.") from error

    def call(self, caller: Caller, target: str, **options):
        """Send a call and wait for its data."""
        return self.start(caller, target, **options).result()

    def gather(self, caller: Caller, wanted: dict[str, tuple], *, seconds: float = CALL_SECONDS) -> dict:
        """Several reads at once: {name: (target, arguments)} -> {name: data, or the ServiceProblem that stands for
        it}."""
        until = time.time() + GATHER_SLOT_SECONDS

        def send(target, arguments):
            return self._start(caller, target, arguments, seconds, False, until - time.time())

        pending = {name: self._attempt(partial(send, *call)) for name, call in wanted.items()}
        return {
            name: call if isinstance(call, ServiceProblem) else self._attempt(call.result)
            for name, call in pending.items()
        }

    @staticmethod
    def _attempt(action):
        try:
            return action()
        except ServiceProblem as problem:
            return problem


class CallsProvider(DependencyProvider):
    """`self.calls`: this request's Calls, all on one reply queue and one publishing connection."""

    replies = Replies()

    def setup(self):
        self._publisher = Publisher(self.container.config["AMQP_URI"], self.replies.fail)

    def get_dependency(self, worker_ctx):
        return Calls(self.replies, self._publisher, self.container.config["contexts"].signer)

    def stop(self):
        self._publisher.close()


def _trace_headers() -> dict[str, str]:
    trace = current_trace()
    return trace.headers() if trace else {}


def with_deadline(caller: Caller, seconds: float) -> Caller:
    """`caller` with a deadline `seconds` from now."""
    return replace(caller, deadline=time.time() + seconds)
