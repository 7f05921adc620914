"""System: what a service says of itself to those who run it, and what becomes of its parked messages.

Any replica answers for all of its service: of the processes what they say by their heartbeats, the rest by asking the
service's database and the broker.
"""

import json

from nameko.containers import ServiceContainer
from nameko.extensions import DependencyProvider
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import green
from chassis.bus.address import BROKER_ERRORS, connect
from chassis.bus.topology import call_queue
from chassis.errors import ServiceProblem, not_found
from chassis.events import parking_lot
from chassis.events.event import event_of, rfc3339
from chassis.events.relay import Relay
from chassis.permissions import Permission
from chassis.process import system_schemas as schemas
from chassis.process.heartbeat import SILENT_SECONDS
from chassis.process.jobs import Job
from chassis.process.metrics import OUTBOX, depths, listeners_of
from chassis.rpc.server import rpc

BROKER_SECONDS = 1
PARKED_SECONDS = 5

PROCESSES = text("""
    SELECT instance, version, migration, started_at, seen_at, state,
           seen_at < clock_timestamp() - make_interval(secs => :seconds) AS silent
    FROM processes ORDER BY started_at, instance
""")
DATABASE = text("""
    SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes,
           (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL) AS in_use,
           current_setting('max_connections')::int AS most
""")


class OwnContainer(DependencyProvider):
    """`self.container`: the container of the process that answers."""

    def get_dependency(self, worker_ctx):
        return self.container


class SystemRpc:
    """How the service stands, and its parked messages; a service adds `work_under_way`."""

    container = OwnContainer()
    session: Session

    def work_under_way(self) -> list[dict]:
        """The work of this service that goes on in the background, as the schema Work has it."""
        return []

    @rpc(Permission.SYSTEM_VIEW, response=schemas.SystemState)
    def get_system_state(self):
        """Processes, jobs, lags, engines and work of this service; queues only while the broker answers."""
        processes = self.session.execute(PROCESSES, {"seconds": SILENT_SECONDS}).all()
        alive = [row for row in processes if not row.silent]
        queues, broker = _queues(self.container, alive)
        return {
            "processes": [_process(row) for row in processes],
            "jobs": _leaders(self.container, alive),
            "outbox": self._outbox(),
            "queues": queues,
            "broker": broker,
            "database": dict(self.session.execute(DATABASE).mappings().one()),
            "work": self.work_under_way(),
        }

    @rpc(Permission.SYSTEM_VIEW, request=schemas.OneQueue, response=schemas.ParkedMessages)
    def list_parked_messages(self, queue):
        """The first parked messages of one of the service's listeners, without their bodies."""
        found = self._at_broker(lambda uri: parking_lot.parked(uri, queue, schemas.MOST_PARKED + 1), queue)
        shown = found[: schemas.MOST_PARKED]
        return {"data": [_message(one) for one in shown], "more": len(found) > len(shown)}

    @rpc(Permission.SYSTEM_MANAGE, request=schemas.OneMessage, response=schemas.ParkedMessageAnswer)
    def replay_parked_message(self, queue, message_id):
        """Send a parked message to its listener again; answers it. Whoever orders it has written that into the log."""
        return self._settled(parking_lot.replay, queue, message_id)

    @rpc(Permission.SYSTEM_MANAGE, request=schemas.OneMessage, response=schemas.ParkedMessageAnswer)
    def drop_parked_message(self, queue, message_id):
        """Give a parked message up for good; answers it. Whoever orders it has written that into the log."""
        return self._settled(parking_lot.drop, queue, message_id)

    def _settled(self, act, queue: str, message_id: str) -> dict:
        settled = [] if message_id == "all" else self._at_broker(lambda uri: act(uri, queue, message_id), queue)
        if not settled:
            raise not_found()
        return _message(settled[0])

    def _at_broker(self, act, queue: str) -> list[parking_lot.ParkedMessage]:
        """What `act` answers of a queue that is the service's own; `unavailable` while the broker does not answer."""
        if queue not in {listener.queue_name for listener in listeners_of(self.container)}:
            raise not_found()
        away = ServiceProblem("unavailable", "The message broker does not answer.")
        try:
            with green.Timeout(PARKED_SECONDS, away):
                return act(self.container.config["AMQP_URI"])
        except BROKER_ERRORS as error:
            raise away from error

    def _outbox(self) -> dict | None:
        if not any(isinstance(one, Relay) for one in self.container.dependencies):
            return None
        found = self.session.execute(OUTBOX).one()
        return {"waiting": found.waiting, "seconds": round(found.age)}


def _process(row) -> dict:
    return {
        "instance": row.instance,
        "version": row.version,
        "migration": row.migration,
        "started_at": rfc3339(row.started_at),
        "seen_at": rfc3339(row.seen_at),
        "status": "silent" if row.silent else "draining" if row.state["draining"] else "ready",
        "leads": row.state["leads"],
        "pool": row.state["pool"],
    }


def _leaders(container: ServiceContainer, alive: list) -> dict[str, str | None]:
    """{job: the instance that leads it}, the relay among them; None where none that is alive does."""
    jobs = sorted(one.method_name for one in container.entrypoints if isinstance(one, Job))
    relays = ["relay"] if any(isinstance(one, Relay) for one in container.dependencies) else []
    leads = {job: row.instance for row in alive for job in row.state["leads"]}
    return {job: leads.get(job) for job in [*relays, *jobs]}


def _queues(container: ServiceContainer, alive: list) -> tuple[list[dict], str | None]:
    """The service's queues, and the broker's version; nothing of both while the broker does not answer."""
    calls, names = call_queue(container.service_name).name, [one.queue_name for one in listeners_of(container)]
    try:
        with (
            green.Timeout(BROKER_SECONDS),
            connect(container.config["AMQP_URI"], connect_timeout=BROKER_SECONDS) as connection,
        ):
            depth = depths(connection, [calls, *names, *(f"{name}.parked" for name in names)])
            broker = str(connection.connection.server_properties.get("version"))
    except (*BROKER_ERRORS, green.Timeout):
        return [], None
    queues = [{"name": calls, "kind": "calls", "waiting": depth.get(calls, 0), "parked": None, "seconds": None}]
    for name in names:
        lag = max((row.state["lags"].get(name, 0.0) for row in alive), default=0.0)
        numbers = {"waiting": depth.get(name, 0), "parked": depth.get(f"{name}.parked", 0), "seconds": round(lag)}
        queues.append({"name": name, "kind": "events", **numbers})
    return queues, broker


def _message(one: parking_lot.ParkedMessage) -> dict:
    """A parked message without its body, which may be anything."""
    try:
        event = event_of(json.loads(one.body))
    except ValueError:
        event = None
    event = event if isinstance(event, dict) else {}
    known = {name: value if isinstance(value := event.get(name), str) else None for name in ("time", "subject")}
    return {
        "id": one.id,
        "event_type": one.type,
        "reason": one.reason,
        "recorded_at": known["time"],
        "client_id": known["subject"],
    }
