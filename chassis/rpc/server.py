"""RPC entrypoints: each verifies who calls, what they may, about which client, and until when, before anything runs.

    @rpc(Permission.NOTES_VIEW, request=schemas.NotePage, response=schemas.Notes, of_client=True)
    def list_notes(self, client_id, **page):
        return queries.notes.page(self.session, client_id, **page)

Answers go back as `{"data": …}` or `{"problem": …}`: an exception never crosses the bus as text. That of a write which was
validated alone has `validated` too.
"""

import functools
import time
import uuid
from dataclasses import dataclass
from typing import Literal

from marshmallow import Schema, ValidationError
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider
from nameko.rpc import Rpc, RpcConsumer
from prometheus_client import Histogram

from chassis import spans
from chassis.bus.connection import BusUnavailable, Consumer, Publisher
from chassis.bus.topology import answers_to, call_queue
from chassis.context import HEADER, Caller, with_principal
from chassis.db.faults import is_transient
from chassis.errors import ServiceProblem, field_problem, from_validation, not_found
from chassis.events.unit_of_work import AnsweredBefore, RequestUnitOfWork, Validated
from chassis.failpoints import failpoint
from chassis.logs import bind_request, get_logger
from chassis.permissions import Access, Permission, Portal
from chassis.tracing import Trace, current_trace, trace_of_call
from chassis.wire import encoded

SECONDS = Histogram("commerce_rpc_seconds", "Time inside an RPC method", ["method", "outcome"])

CHECK_RESPONSES = False
"""Whether each answer is held to its response schema: costly, so in tests alone (chassis/testing/plugin.py)."""

IF_GIVEN: Literal["if-given"] = "if-given"
"""For `of_client`: the method is about all clients, or about one where the arguments name it."""

log = get_logger(__name__)


class CallConsumer(RpcConsumer):
    """Consumes calls from the service's bounded queue and sends transient answers over one connection."""

    queue_consumer = Consumer()

    def setup(self):
        if self.queue is None:
            self.queue = call_queue(self.container.service_name)
            self.publisher = Publisher(self.container.config["AMQP_URI"])
            self.queue_consumer.register_provider(self)
            self._registered = True

    def stop(self):
        super().stop()
        self.publisher.close()

    def handle_message(self, body, message):
        if "reply_to" in message.properties and answers_to(message.delivery_info["exchange"]):
            super().handle_message(body, message)
        else:
            log.error("message refused", reason="a call that cannot be answered")
            self.queue_consumer.ack_message(message)

    def handle_result(self, message, result, exc_info):
        if exc_info is not None:
            log.error("call failed outside its RPC method", exc_info=exc_info)
            result = {"problem": ServiceProblem("internal").to_wire()}
        try:
            self.publisher.publish(
                encoded({"result": result, "error": None}),
                answers_to(message.delivery_info["exchange"]),
                message.properties["reply_to"],
                correlation_id=message.properties.get("correlation_id"),
            )
        except BusUnavailable:
            log.warning("an answer could not be sent; its caller's deadline will pass")
        failpoint("answer.after_send")
        self.queue_consumer.ack_message(message)
        return result, None


class RpcEntrypoint(Rpc):
    """The entrypoint behind `@rpc`."""

    rpc_consumer = CallConsumer()

    def handle_message(self, body, message):
        headers, delivery = message.headers or {}, message.delivery_info
        incoming = IncomingCall(
            headers.get(HEADER),
            delivery["routing_key"],
            message.body,
            body.get("kwargs") if isinstance(body, dict) else None,
            bool(delivery.get("redelivered")),
            trace_of_call(headers),
        )
        try:
            self.container.spawn_worker(
                self,
                (),
                {},
                context_data={"call": incoming},
                handle_result=functools.partial(self.handle_result, message),
            )
        except ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)


@dataclass(frozen=True)
class IncomingCall:
    """A call as it came, unverified; `redelivered` is whether the broker has delivered this very message before, `trace`
    the trace that its sender says it belongs to."""

    token: object
    target: str
    body: str | bytes
    arguments: object
    redelivered: bool
    trace: Trace | None = None


class Incoming(DependencyProvider):
    """`self.incoming`: the IncomingCall; None where it is no call that set the worker off."""

    def get_dependency(self, worker_ctx):
        return worker_ctx.data.get("call")


class Contexts(DependencyProvider):
    """`self.contexts`: verifies the tokens of others and signs this service's own."""

    def get_dependency(self, worker_ctx):
        return self.container.config["contexts"]


@dataclass(frozen=True)
class RpcContract:
    """Contract of an RPC method: the `access` it asks for, the schemas `request` and `response`, whether it is
    about one client, the one that the signed context names (`of_client`: True, False or IF_GIVEN), and whether a
    session has to have authenticated of late (`step_up`)."""

    access: Permission | Portal | Access
    request: type[Schema] | None = None
    response: type[Schema] | None = None
    of_client: bool | Literal["if-given"] = False
    step_up: bool = False


def rpc(
    access: Permission | Portal | Access,
    *,
    request: type[Schema] | None = None,
    response: type[Schema] | None = None,
    of_client: bool | Literal["if-given"] = False,
    step_up: bool = False,
):
    """Make a method an RPC method that asks for `access` and loads its arguments with the schema `request`.

    `response` describes the answer for the generated contract; the method itself dumps. With `of_client` the method is
    given the `client_id` of the signed context, and another one among the arguments is `not-found`; with IF_GIVEN the
    arguments may name none, and then it is given None. `step_up` asks a session for recent authentication. Inside,
    `self.caller` is whoever the context names, `self.open_uow` opens the one transaction of a command.
    """
    contract = RpcContract(access, request, response, of_client, step_up)
    schema = request() if request else None

    def decorate(method):
        @functools.wraps(method)
        def entrypoint(self):
            started = time.perf_counter()
            answer = _answer(self, method, contract, schema)
            outcome = answer["problem"]["code"] if "problem" in answer else "ok"
            seconds = time.perf_counter() - started
            SECONDS.labels(method.__name__, outcome).observe(seconds)
            if (trace := current_trace()) is None:
                return answer
            spans.record_call(trace, f"{self.name}.{method.__name__}", outcome, seconds)
            if trace.is_followed:
                log.info("call", method=method.__name__, outcome=outcome, seconds=round(seconds, 4))
            return answer

        entrypoint.contract = contract
        return RpcEntrypoint.decorator(entrypoint)

    return decorate


def _answer(service, method, contract: RpcContract, schema: Schema | None) -> dict:
    """`{"data"}` or `{"problem"}`; with `principal`, the person that a credential was resolved to, refused or not."""
    principal = {}
    try:
        arguments = service.incoming.arguments
        service.caller = caller = _verified(service, service.incoming)
        bind_request(caller.request_id, service.incoming.trace)
        if caller.remaining <= 0:
            raise ServiceProblem("unavailable", "The call came after its deadline; it was not started.")
        principal = _resolve(service, caller)
        service.caller.require(contract.access)
        if contract.step_up:
            service.caller.require_recent_authentication()
        loaded = _load(schema, arguments)
        if contract.of_client is True or contract.of_client == IF_GIVEN and loaded["client_id"] is not None:
            loaded["client_id"] = _client_of(service.caller, loaded.get("client_id"))
        service.open_uow = RequestUnitOfWork(
            service.session,
            service.name,
            service.caller,
            _operation(method, contract, service.caller, arguments),
            arguments,
        )
        return {"data": _checked(contract, method(service, **loaded)), **principal}
    except AnsweredBefore as before:
        return {"data": before.answer, **principal}
    except Validated:
        return {"data": None, "validated": True, **principal}
    except ServiceProblem as problem:
        return {"problem": problem.to_wire(), **principal}
    except Exception as error:
        return {"problem": problem_of(error, method.__name__).to_wire(), **principal}


def _verified(service, call: IncomingCall) -> Caller:
    """The caller of the call's context. One that is refused leaves a line: whoever sent it is on the bus."""
    try:
        return service.contexts.verifier.verify(call.token, call.target, call.body, redelivered=call.redelivered)
    except ServiceProblem as problem:
        log.warning("call refused", target=call.target, reason=problem.detail)
        raise


def _checked(contract: RpcContract, answer):
    """`answer`; in tests, where CHECK_RESPONSES is set, only if the response schema accepts it."""
    if CHECK_RESPONSES and contract.response is not None:
        _response_schema(contract.response).load(answer)
    return answer


@functools.cache
def _response_schema(response: type[Schema]) -> Schema:
    """One instance of a response schema: making it costs more than an answer's check."""
    return response()


def _resolve(service, caller: Caller) -> dict:
    """Turn a credential into the person it belongs to, once a request; the caller learns who that is."""
    if caller.credential is None:
        return {}
    principal = service.authenticate(caller.credential)
    service.caller = with_principal(caller, principal)
    return {"principal": principal}


def _client_of(caller: Caller, asked: uuid.UUID | None) -> uuid.UUID:
    """The client that the signed context is about; `not-found` when another one is asked for, or none is known."""
    if caller.client_id is None or asked is not None and str(asked) != caller.client_id:
        raise not_found()
    return uuid.UUID(caller.client_id)


def _operation(method, contract: RpcContract, caller: Caller, arguments: dict) -> str:
    """The name that a key is claimed under: one that was used for one client is another client's new one, also of a
    staff member who is in the portal of one after the other."""
    signed = contract.of_client is True or caller.in_portal
    client = caller.client_id if signed else arguments.get("client_id")
    return f"{method.__name__}@{client}" if client else method.__name__


def _load(schema: Schema | None, arguments) -> dict:
    if not isinstance(arguments, dict):
        raise ServiceProblem("malformed", "The call has no named arguments.")
    if schema is None:
        if arguments:
            raise field_problem(f"/{next(iter(arguments))}", "Unknown field.", "unknown-field")
        return {}
    try:
        return schema.load(arguments)
    except ValidationError as error:
        raise from_validation(error) from error


def problem_of(error: Exception, where: str) -> ServiceProblem:
    """The problem for an exception that is not a refusal: `unavailable` when it is transient, else `internal`."""
    if is_transient(error):
        log.warning("database busy or away", where=where, error=type(error).__name__)
        return ServiceProblem("unavailable", "The database is busy or away. Nothing was done.")
    log.error("unexpected error", where=where, exc_info=error)
    return ServiceProblem("internal")
