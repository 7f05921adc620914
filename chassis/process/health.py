"""Health endpoints of a process, on a port of their own: liveness, readiness, metrics. They are up before the rest."""

import json

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Request, Response

from chassis import green
from chassis.bus.address import BROKER_ERRORS, connect
from chassis.db.engine import make_engine
from chassis.logs import get_logger
from chassis.process.heartbeat import Heartbeat
from chassis.process.metrics import ProcessState
from chassis.settings import Settings

log = get_logger(__name__)


class HealthServer:
    """A WSGI application: `/healthz`, `/readyz`, `/metrics`. `container` is set once the service has started, `draining`
    once it has been told to end."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self.engine = make_engine(settings.database_url, pool_size=1) if settings.database_url else None
        self.container, self.draining = None, False
        self.heartbeat: Heartbeat | None = None
        self._state = ProcessState(settings, self.engine, lambda: self.container)

    def __call__(self, environ, start_response):
        answers = {"/healthz": self._alive, "/readyz": self._ready, "/metrics": self._metrics}
        answer = answers.get(Request(environ).path)
        return (answer() if answer else Response(status=404))(environ, start_response)

    def serve(self) -> None:
        """Listen on the operations port in the background; does nothing where none is set."""
        if self._settings.ops_port is not None:
            green.spawn(green.serve_wsgi, (self._settings.ops_host, self._settings.ops_port), self, log)

    @staticmethod
    def _alive() -> Response:
        return Response('{"alive": true}', mimetype="application/json")

    def _ready(self) -> Response:
        faults = [fault for fault in (self._started_fault(), self.database_fault(), self.broker_fault()) if fault]
        return Response(
            json.dumps({"ready": not faults, "waiting_for": faults}),
            status=503 if faults else 200,
            mimetype="application/json",
        )

    def _metrics(self) -> Response:
        return Response(generate_latest() + generate_latest(self._state), content_type=CONTENT_TYPE_LATEST)

    def _started_fault(self) -> str | None:
        if self.draining:
            return "the process is draining"
        if self.container is None:
            return "the service is starting"
        for extension in set(self.container.extensions):
            if getattr(extension, "consuming", True) is False:
                return "a queue is not being consumed"
        return None

    def database_fault(self) -> str | None:
        """What is wrong with the database, or None."""
        if self.engine is None:
            return None
        try:
            with green.Timeout(2), self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, green.Timeout):
            return "the database does not answer"
        return None

    def broker_fault(self) -> str | None:
        """What is wrong with the broker, or None."""
        try:
            with green.Timeout(2), connect(self._settings.require("amqp_uri"), connect_timeout=2) as connection:
                connection.default_channel  # noqa: B018 - this is what opens it
        except (*BROKER_ERRORS, green.Timeout):
            return "the broker does not answer"
        return None
