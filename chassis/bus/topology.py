"""Topology of calls: their exchanges and queues. All but the queue of answers are there before any process, made by
whoever may declare (deploy/rabbitmq/access.py): a service has the right to hardly anything.

The gateway's calls go by a topic exchange that reaches every RPC method, those of a service by a direct exchange of its
own, to which the RPC methods are bound that it may call. Each caller is answered by an exchange of its own too: who
serves a call learns the key of its answer, and must not be able to listen in by it.
"""

from kombu import Exchange, Queue

from chassis.context import GATEWAY

CALLS, ANSWERS = "rpc-calls-", "rpc-answers-"
GATEWAY_CALLS, GATEWAY_ANSWERS, GATEWAY_PRESENCE = "nameko-rpc", "rpc-answers", "gateway.presence"
ANSWERS_KEPT = 300_000  # milliseconds that the queue of a process outlives it
CALL_QUEUE = {"x-max-length": 10_000, "x-overflow": "reject-publish"}


def calls_exchange(caller: str) -> str:
    """The name of the exchange by which `caller` calls."""
    return GATEWAY_CALLS if caller == GATEWAY else CALLS + caller


def answers_exchange(caller: str) -> str:
    """The name of the exchange by which `caller` is answered."""
    return GATEWAY_ANSWERS if caller == GATEWAY else ANSWERS + caller


def answers_to(calls: str) -> str | None:
    """The exchange for the answer to a call that came through `calls`; None where no call comes through."""
    if calls == GATEWAY_CALLS:
        return GATEWAY_ANSWERS
    return ANSWERS + calls.removeprefix(CALLS) if calls.startswith(CALLS) else None


def call_queue(service: str) -> Queue:
    """The queue that a service's replicas share for calls: bounded, so that a stopped service cannot fill the broker."""
    return Queue(f"rpc-{service}", durable=True, queue_arguments=CALL_QUEUE, no_declare=True)


def answer_queue(service: str, caller: str, key: str) -> Queue:
    """The reply queue of one process of `service` that calls as `caller`, bound by `key`: the one thing it declares."""
    exchange = Exchange(answers_exchange(caller), type="direct", no_declare=True)
    return Queue(
        f"rpc.reply-{service}-{key}", exchange=exchange, routing_key=key, queue_arguments={"x-expires": ANSWERS_KEPT}
    )
