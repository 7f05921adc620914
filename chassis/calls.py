"""Calls to other services: each with a deadline, several at once, never waiting for ever."""

import time
import uuid
from collections.abc import Callable
from dataclasses import replace

from nameko.extensions import DependencyProvider
from nameko.rpc import ReplyListener

from chassis import green
from chassis.bus import CALLS, BusUnavailable, Consumer, Publisher, declare_answer_queue
from chassis.context import HEADER, Caller
from chassis.errors import ServiceProblem

CALL_SECONDS = 1.0


class Replies(ReplyListener):
    """The queue on which this process hears the answers to its calls."""

    queue_consumer = Consumer()

    def setup(self):
        self.routing_key = str(uuid.uuid4())
        self.queue = declare_answer_queue(self.container.service_name, self.routing_key)
        self.queue_consumer.register_provider(self)

    def forget(self, correlation_id: str) -> None:
        """Stop waiting for an answer; one that comes later is dropped."""
        self._reply_events.pop(correlation_id, None)

    def fail(self, correlation_id: str) -> None:
        """End the wait for a call that no queue wanted: that service has never run here."""
        event = self._reply_events.pop(correlation_id, None)
        if event is not None:
            event.send({"result": {"problem": ServiceProblem("unavailable", "The service is not there.").to_wire()}})


class PendingCall:
    """A call that was sent; `result()` waits for its answer until its deadline."""

    def __init__(self, replies: Replies, target: str, correlation_id: str, event: green.Event, deadline: float, writes: bool):
        self._replies, self._target, self._id, self._event = replies, target, correlation_id, event
        self._deadline, self._writes = deadline, writes

    def result(self):
        """The answer's data. Raises ServiceProblem: what the service refused, `unavailable` or `outcome-unknown`."""
        return self.answer()["data"]

    def answer(self) -> dict:
        """The whole answer: `data`, and `principal` when a credential was resolved."""
        reply = self._event.wait(max(0.001, self._deadline - time.time())) if not self._event.ready() else self._event.wait()
        if reply is None:
            self._replies.forget(self._id)
            code = "outcome-unknown" if self._writes else "unavailable"
            raise ServiceProblem(code, f"{self._target} did not answer in time.")
        answer = reply.get("result")
        if not isinstance(answer, dict) or not ("data" in answer or "problem" in answer):
            raise ServiceProblem("unavailable", f"{self._target} gave an answer that cannot be read.")
        if "problem" in answer:
            raise ServiceProblem.from_wire(answer["problem"])
        return answer


class Calls:
    """What `self.calls` gives: `start` a call, or `gather` several in parallel."""

    def __init__(self, replies: Replies, publisher: Publisher, sign: Callable[[Caller], str]):
        self._replies, self._publisher, self._sign = replies, publisher, sign
        self._token: tuple[Caller, str] | None = None

    def start(self, caller: Caller, target: str, *, seconds: float = CALL_SECONDS, writes: bool = False,
              **arguments) -> PendingCall:
        """Send a call to `target` ("clients.get_client"); its answer is awaited `seconds`, or less by the caller's deadline.

        A call that its service has not started by then never runs. `writes` makes a missing answer `outcome-unknown`.
        """
        seconds = min(seconds, caller.remaining)
        if seconds <= 0:
            raise ServiceProblem("unavailable", "No time is left for this request.")
        correlation_id = str(uuid.uuid4())
        event = self._replies.get_reply_event(correlation_id)
        try:
            self._publisher.publish({"args": [], "kwargs": arguments}, CALLS.name, target, seconds=seconds, mandatory=True,
                                    reply_to=self._replies.routing_key, correlation_id=correlation_id,
                                    expiration=str(max(1, int(seconds * 1000))),
                                    application_headers={HEADER: self._token_for(caller)})
        except BusUnavailable as error:
            self._replies.forget(correlation_id)
            raise ServiceProblem("unavailable", "The message bus is away. Nothing was done.") from error
        return PendingCall(self._replies, target, correlation_id, event, time.time() + seconds, writes)

    def call(self, caller: Caller, target: str, **options):
        """Send a call and wait for its data."""
        return self.start(caller, target, **options).result()

    def gather(self, caller: Caller, wanted: dict[str, tuple], *, seconds: float = CALL_SECONDS) -> dict:
        """Several reads at once: {name: (target, arguments)} -> {name: data, or the ServiceProblem that stands for it}."""
        pending = {name: self._attempt(lambda t=target, a=arguments: self.start(caller, t, seconds=seconds, **a))
                   for name, (target, arguments) in wanted.items()}
        return {name: call if isinstance(call, ServiceProblem) else self._attempt(call.result)
                for name, call in pending.items()}

    @staticmethod
    def _attempt(action):
        try:
            return action()
        except ServiceProblem as problem:
            return problem

    def _token_for(self, caller: Caller) -> str:
        if self._token is None or self._token[0] is not caller:
            self._token = (caller, self._sign(caller))
        return self._token[1]


class CallsProvider(DependencyProvider):
    """`self.calls`: this request's Calls, all on one reply queue and one publishing connection."""

    replies = Replies()

    def setup(self):
        self._publisher = Publisher(self.container.config["AMQP_URI"])
        self._publisher.on_return(self.replies.fail)

    def get_dependency(self, worker_ctx):
        return Calls(self.replies, self._publisher, self.container.config["contexts"].signer.sign)

    def stop(self):
        self._publisher.close()


def with_deadline(caller: Caller, seconds: float) -> Caller:
    """`caller` with a deadline `seconds` from now."""
    return replace(caller, deadline=time.time() + seconds)
