"""The running system, as those who run it see it: each service says how it stands, and what of that needs attention."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chassis.errors import not_found
from gateway.http.call_errors import part
from gateway.http.context import RequestContext

SERVICES = ("clients", "billing", "support", "webhooks", "audit")
LATE_SECONDS, LONG_QUEUE, FULL = 60, 1000, 0.9  # as the alerts of deploy/observability/rules.yml have them
STATE_SECONDS = 3.0  # for one who looks because something is slow, a page's second would be too short
STARTS = timedelta(seconds=20)  # so long somebody may take to lead what a process that ended has led


def system_state(ctx: RequestContext, gateway: list[dict]) -> dict:
    """`services`: {name: how it stands, None while it does not answer}; `gateway`: its processes; `broker` and `server`:
    what is known of the engines, by any service that answers; `attention`: what to look at."""
    answers = ctx.gather(
        seconds=STATE_SECONDS, **{service: (f"{service}.get_system_state", {}) for service in SERVICES}
    )
    services = {service: part(answer) for service, answer in answers.items()}
    there = [state for state in services.values() if state]
    return {
        "services": services,
        "gateway": gateway,
        "broker": next((state["broker"] for state in there if state["broker"]), None),
        "server": next((state["database"] for state in there), None),
        "attention": [
            *_of_gateway(gateway),
            *(finding for service, state in services.items() if state for finding in _findings(service, state)),
        ],
    }


def service_of(queue: str) -> str:
    """The service whose listener `queue` is; 404 for a queue of nobody."""
    service = queue.partition(".")[0]
    if service not in SERVICES:
        raise not_found()
    return service


def _of_gateway(processes: list[dict]) -> Iterator[dict]:
    for process in processes:
        if process["status"] == "silent":
            yield _finding("gateway", "ProcessIsAway", f"{process['instance']} is silent")
        elif not process["is_fed"]:
            yield _finding("gateway", "EngineIsAway", f"Pages of {process['instance']} are not live")


def _findings(service: str, state: dict) -> Iterator[dict]:
    """What of a service needs attention, each with the alert whose runbook says what to do."""
    for process in state["processes"]:
        if process["status"] == "silent":
            yield _finding(service, "ProcessIsAway", f"{process['instance']} is silent")
    if state["broker"] is None:
        yield _finding(service, "EngineIsAway", "RabbitMQ does not answer it")
    for job, leader in state["jobs"].items():
        if leader is None and _is_settled(state["processes"]):
            yield _finding(service, "NobodyLeads", f"Nobody leads {job}")
    if state["outbox"] and state["outbox"]["seconds"] > LATE_SECONDS:
        yield _finding(service, "OutboxIsLate", f"{state['outbox']['waiting']} events wait to be published")
    for queue in state["queues"]:
        yield from _of_queue(service, queue)
    if state["database"]["in_use"] > FULL * state["database"]["most"]:
        yield _finding(service, "ConnectionsRunOut", "The database server has hardly a connection left")


def _of_queue(service: str, queue: dict) -> Iterator[dict]:
    if queue["parked"]:
        yield _finding(service, "EventsAreParked", f"{queue['name']} has {queue['parked']} parked", queue["name"])
    if (queue["seconds"] or 0) > LATE_SECONDS:
        yield _finding(service, "ListenerIsLate", f"{queue['name']} is {queue['seconds']} s behind")
    if queue["waiting"] > LONG_QUEUE:
        yield _finding(service, "QueueGrows", f"{queue['waiting']} wait in {queue['name']}")


def _finding(service: str, alert: str, text: str, parked: str | None = None) -> dict:
    return {"service": service, "alert": alert, "text": text, "parked": parked}


def _is_settled(processes: list[dict]) -> bool:
    """Whether all processes that are alive have been there long enough to lead; False without any."""
    alive = [one for one in processes if one["status"] != "silent"]
    return bool(alive) and all(
        datetime.fromisoformat(one["seen_at"]) - datetime.fromisoformat(one["started_at"]) > STARTS for one in alive
    )
