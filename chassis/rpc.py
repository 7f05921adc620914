"""The doors of a service: RPC methods that verify who calls, what they may, and until when, before anything runs.

    @rpc(Permission.NOTES_VIEW, takes=schemas.NotePage)
    def list_notes(self, client_id, **page):
        return queries.notes.page(self.session, client_id, **page)

Answers go back as `{"data": …}` or `{"problem": …}`: an exception never crosses the bus as text.
"""

import functools
import time

from marshmallow import Schema, ValidationError
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider
from nameko.rpc import Rpc, RpcConsumer
from prometheus_client import Histogram
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.bus import ANSWERS, BusUnavailable, Consumer, Publisher, declare_call_queue
from chassis.context import HEADER, Caller, with_principal
from chassis.crash import crash_point
from chassis.errors import ServiceProblem, field_problem, from_validation
from chassis.log import bind_request, get_logger
from chassis.permissions import Access, Permission, Portal
from chassis.unit_of_work import AnsweredBefore

SECONDS = Histogram("commerce_rpc_seconds", "Time inside an RPC door", ["method", "outcome"])
TRANSIENT_SQLSTATES = ("40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25P03", "53300")

log = get_logger(__name__)


class Doors(RpcConsumer):
    """Takes calls from the service's bounded queue and sends transient answers over one connection."""

    queue_consumer = Consumer()

    def setup(self):
        if self.queue is None:
            self.queue = declare_call_queue(self.container.service_name)
            self.publisher = Publisher(self.container.config["AMQP_URI"])
            self.queue_consumer.register_provider(self)
            self._registered = True

    def stop(self):
        super().stop()
        self.publisher.close()

    def handle_message(self, body, message):
        if "reply_to" in message.properties:
            super().handle_message(body, message)
        else:
            log.error("message refused", reason="a call that does not say where its answer goes")
            self.queue_consumer.ack_message(message)

    def handle_result(self, message, result, exc_info):
        if exc_info is not None:
            log.error("call failed outside its door", exc_info=exc_info)
            result = {"problem": ServiceProblem("internal").to_wire()}
        try:
            self.publisher.publish({"result": result, "error": None}, ANSWERS.name, message.properties["reply_to"],
                                   correlation_id=message.properties.get("correlation_id"))
        except BusUnavailable:
            log.warning("an answer could not be sent; its caller's deadline will pass")
        crash_point("answer.after_send")
        self.queue_consumer.ack_message(message)
        return result, None


class Door(Rpc):
    """The entrypoint behind `@rpc`."""

    rpc_consumer = Doors()

    def handle_message(self, body, message):
        headers = message.headers or {}
        data = {"token": headers.get(HEADER), "arguments": body.get("kwargs") if isinstance(body, dict) else None}
        try:
            self.container.spawn_worker(self, (), {}, context_data=data,
                                        handle_result=functools.partial(self.handle_result, message))
        except ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)


class Incoming(DependencyProvider):
    """`self.incoming`: the call as it came, unverified: `(token, arguments)`."""

    def get_dependency(self, worker_ctx):
        return worker_ctx.data.get("token"), worker_ctx.data.get("arguments")


class Contexts(DependencyProvider):
    """`self.contexts`: verifies the tokens of others and signs this service's own."""

    def get_dependency(self, worker_ctx):
        return self.container.config["contexts"]


def rpc(access: Permission | Portal | Access, *, takes: type[Schema] | None = None, gives: type[Schema] | None = None):
    """Make a method an RPC door that asks for `access` and loads its arguments with the schema `takes`.

    `gives` describes the answer for the generated contract; the method itself dumps. Inside, `self.caller` is whoever
    the signed context names.
    """
    schema = takes() if takes else None

    def decorate(method):
        @functools.wraps(method)
        def door(self):
            started = time.perf_counter()
            answer = _answer(self, method, access, schema)
            outcome = answer["problem"]["code"] if "problem" in answer else "ok"
            SECONDS.labels(method.__name__, outcome).observe(time.perf_counter() - started)
            return answer

        door.access, door.takes, door.gives = access, takes, gives
        return Door.decorator(door)

    return decorate


def _answer(service, method, access, schema) -> dict:
    try:
        token, arguments = service.incoming
        service.caller = caller = service.contexts.verifier.verify(token)
        bind_request(caller.request_id)
        if caller.remaining <= 0:
            raise ServiceProblem("unavailable", "The call came after its deadline; it was not started.")
        principal = _resolve(service, caller)
        service.caller.require(access)
        return {"data": method(service, **_load(schema, arguments)), **principal}
    except AnsweredBefore as before:
        return {"data": before.answer}
    except ServiceProblem as problem:
        return {"problem": problem.to_wire()}
    except Exception as error:
        return {"problem": problem_of(error, method.__name__).to_wire()}


def _resolve(service, caller: Caller) -> dict:
    """Turn a credential into the person it belongs to, once a request; the caller learns who that is."""
    if caller.credential is None:
        return {}
    principal = service.authenticate(caller.credential)
    service.caller = with_principal(caller, principal)
    return {"principal": principal}


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
    """What a caller is told of an exception that is not a refusal: `unavailable` when it will pass, else `internal`."""
    if is_transient(error):
        log.warning("database busy or away", where=where, error=type(error).__name__)
        return ServiceProblem("unavailable", "The database is busy or away. Nothing was done.")
    log.error("unexpected error", where=where, exc_info=error)
    return ServiceProblem("internal")


def is_transient(error: BaseException) -> bool:
    """Whether waiting may help: the database or broker is away, a lock or a time limit was hit."""
    if isinstance(error, (PoolTimeout, BusUnavailable)):
        return True
    if isinstance(error, ServiceProblem):
        return error.code == "unavailable"
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "pgcode", None)
    return error.connection_invalidated or state is None and type(error.orig).__name__ in (
        "OperationalError", "InterfaceError") or state in TRANSIENT_SQLSTATES
