"""Metrics that are looked up when they are asked for: outbox, queues and parking lots, pool, listeners' lag."""

from collections.abc import Callable, Iterable, Iterator

from amqp.exceptions import NotFound
from nameko.containers import ServiceContainer
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from chassis import green
from chassis.bus.address import BROKER_ERRORS, connect
from chassis.bus.topology import call_queue
from chassis.events.listener import Listener
from chassis.settings import Settings

ASK_SECONDS = 2

OUTBOX = text("""
    SELECT count(*) AS waiting, coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0) AS age
    FROM (SELECT recorded_at FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT 10000) AS unpublished
""")


class ProcessState:
    """What `/metrics` says of a process besides what it counts. `container()` is None until the service has started."""

    def __init__(self, settings: Settings, engine: Engine | None, container: Callable[[], ServiceContainer | None]):
        self._settings, self._engine, self._container = settings, engine, container

    @property
    def container(self) -> ServiceContainer | None:
        """The container of the service that has started."""
        return self._container()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The metrics of now. What cannot be looked up is left out, and its engine is not up."""
        yield _gauge("commerce_process_started", "Whether the service has started", int(self.container is not None))
        up = {}
        if self._engine is not None:
            outbox = list(self._outbox())
            up["database"] = int(bool(outbox))
            yield from outbox
        if self.container is not None:
            queues = list(self._queues())
            up["broker"] = int(bool(queues))
            yield from queues
            yield from self._pool()
            yield self._lag()
        yield _labelled("commerce_engine_up", "Whether an engine answers this process", "engine", up)

    def _outbox(self) -> Iterator[GaugeMetricFamily]:
        try:
            with green.Timeout(ASK_SECONDS), self._engine.connect() as connection:
                found = connection.execute(OUTBOX).one()
        except (SQLAlchemyError, green.Timeout):
            return
        yield _gauge("commerce_outbox_unpublished", "Events that wait to be published, 10,000 at most", found.waiting)
        yield _gauge("commerce_outbox_oldest_seconds", "Age of the oldest of them; 0 without any", float(found.age))

    def _queues(self) -> Iterator[GaugeMetricFamily]:
        names = [one.queue_name for one in self.container.entrypoints if hasattr(one, "queue_name")]
        parking = [f"{name}.parked" for name in names]
        calls = [call_queue(self.container.service_name).name] if self._engine is not None else []
        try:
            with (
                green.Timeout(ASK_SECONDS),
                connect(self._settings.require("amqp_uri"), connect_timeout=ASK_SECONDS) as connection,
            ):
                depth = depths(connection, [*names, *calls, *parking])
        except (*BROKER_ERRORS, green.Timeout):
            return
        yield _labelled("commerce_queue_messages", "Messages that nobody has been given yet", "queue", depth, parking)
        parked = {name.removesuffix(".parked"): depth[name] for name in parking if name in depth}
        yield _labelled("commerce_parked_messages", "Events that a listener could not use", "queue", parked)

    def _pool(self) -> Iterator[GaugeMetricFamily]:
        if pool := pool_of(self.container):
            yield _labelled("commerce_db_pool_connections", "Connections of requests to the database", "state", pool)

    def _lag(self) -> GaugeMetricFamily:
        lags = lags_of(self.container)
        return _labelled("commerce_listener_lag_seconds", "Age of the oldest event in hand", "queue", lags)


def listeners_of(container: ServiceContainer) -> list[Listener]:
    """The listeners of a container."""
    return [one for one in container.entrypoints if isinstance(one, Listener)]


def lags_of(container: ServiceContainer) -> dict[str, float]:
    """{queue: age in seconds of the oldest event in hand} of a container's listeners; 0 with none."""
    return {listener.queue_name: listener.lag for listener in listeners_of(container)}


def pool_of(container: ServiceContainer) -> dict[str, int] | None:
    """How many connections to the database the requests of a container use, keep, and may have at most; None without one."""
    engine = next((one.engine for one in container.dependencies if hasattr(one, "engine")), None)
    if engine is None:
        return None
    return {"in_use": engine.pool.checkedout(), "idle": engine.pool.checkedin(), "most": engine.pool.size()}


def depths(connection, names: Iterable[str]) -> dict[str, int]:
    """How many messages are ready in each of these queues that is there."""
    found, channel = {}, connection.default_channel
    for name in names:
        try:
            found[name] = channel.queue_declare(name, passive=True).message_count
        except NotFound:  # which has closed the channel
            channel = connection.channel()
    return found


def _gauge(name: str, describe: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, describe, value=value)


def _labelled(name: str, describe: str, label: str, values: dict, but: Iterable[str] = ()) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, describe, labels=[label])
    for key, value in values.items():
        if key not in but:
            family.add_metric([key], value)
    return family
