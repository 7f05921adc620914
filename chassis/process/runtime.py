"""The runtime of a process: patch, read settings, wait for its broker and database, serve, drain, end.

Importing this module patches the standard library; a service's `__main__` imports it before anything else.
"""

from chassis import green
from chassis.process.memory import set_aside_what_was_loaded, sweep_less_often, sweep_what_loading_left

green.patch()
sweep_less_often()

import importlib  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402

from chassis import rate_limits, retention, spans  # noqa: E402
from chassis.bus.connection import HEARTBEAT_SECONDS, RETRY_SECONDS  # noqa: E402
from chassis.context import Signer, Verifier  # noqa: E402
from chassis.db.faults import DATABASE_ERRORS, first_line, is_transient  # noqa: E402
from chassis.db.migrations import migrate  # noqa: E402
from chassis.events.event import publish_schemas_at  # noqa: E402
from chassis.logs import configure_logging, get_logger  # noqa: E402
from chassis.loop_lag import watch_loop  # noqa: E402
from chassis.process.connection_budget import claim_connections  # noqa: E402
from chassis.process.health import HealthServer  # noqa: E402
from chassis.process.heartbeat import Heartbeat  # noqa: E402
from chassis.process.service import ContextKeys  # noqa: E402
from chassis.settings import Settings, SettingsError, read_settings  # noqa: E402

DRAIN_SECONDS = 10

log = get_logger(__name__)


def main(service: str, class_path: str, commands: dict | None = None) -> None:
    """Run `service` (its class at `module:Class`), or one of its commands when the command line names one.

    Every service that has a database knows `migrate`; `commands` adds others: {name: function(settings, arguments)}.
    """
    settings = read_settings()
    known = {
        "migrate": lambda settings, _arguments: migrate(service, settings.require("owner_database_url")),
        **(commands or {}),
    }
    if len(sys.argv) > 1:
        if sys.argv[1] not in known:
            raise SystemExit(f"{service} knows no command {sys.argv[1]!r}; it knows {', '.join(sorted(known))}.")
        known[sys.argv[1]](settings, sys.argv[2:])
        return
    configure_logging(service, settings.log_level)
    _log_what_nobody_catches()
    rate_limits.configure(settings.rate_limits or {})
    retention.configure(settings.retention or {})
    publish_schemas_at(settings.admin_origin)
    if settings.otlp_endpoint is not None:
        spans.configure(settings.otlp_endpoint, settings.otlp_ratio, service, settings.instance)
    run(class_path, settings)


def _log_what_nobody_catches() -> None:
    """Log errors that end the process or one of its green threads, which would be printed as plain text otherwise."""
    sys.excepthook = lambda *exc_info: log.critical("the process ends by an error", exc_info=exc_info)
    green.report_failures(lambda exc_info: log.error("a green thread ended by an error", exc_info=exc_info))


def container_config(settings: Settings) -> dict:
    """The Nameko configuration of a process with these settings."""
    return {
        "AMQP_URI": settings.require("amqp_uri"),
        "HEARTBEAT": HEARTBEAT_SECONDS,
        "max_workers": settings.max_workers,
        "WEB_SERVER_ADDRESS": f"{settings.http_host}:{settings.http_port}",
        "settings": settings,
        "contexts": ContextKeys(
            Signer(settings.require("signing_key_file")), Verifier(settings.require("trusted_keys_dir"))
        ),
    }


def run(class_path: str, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then finish what has begun (DRAIN_SECONDS at most) and return."""
    health = HealthServer(settings)
    health.serve()
    green.spawn(watch_loop)
    _await_engines(health)
    module, name = class_path.split(":")
    container = _start(getattr(importlib.import_module(module), name), settings, health)
    set_aside_what_was_loaded()
    health.container = container
    if health.engine is not None:
        health.heartbeat = Heartbeat(health.engine, settings.instance, container)
        green.spawn(health.heartbeat.run)
    log.info("ready")
    container.wait()
    if health.heartbeat is not None:
        health.heartbeat.leave()
    spans.finish()
    log.info("ended")


def _start(service_class: type, settings: Settings, health: HealthServer) -> ServiceContainer:
    """The started container of a service. One whose engines go away while it is set up is made anew when they are back."""
    while True:
        container = ServiceContainer(service_class, container_config(settings))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_, container=container: green.spawn(_drain, container, health))
        try:
            if health.engine is not None:
                claim_connections(health.engine, service_class, settings)
            sweep_what_loading_left()
            container.start()
            return container
        except SettingsError as error:
            log.error("cannot start", reason=str(error))
            raise
        except DATABASE_ERRORS as error:
            if not is_transient(error):
                raise
            log.warning("waiting to start", reason=first_line(error), retry_in=RETRY_SECONDS)
            time.sleep(RETRY_SECONDS)
            _await_engines(health)


def _await_engines(health: HealthServer) -> None:
    """Wait for the broker and the database, however long, and log what is missing: start order does not matter."""
    delay = 0.2
    while fault := health.broker_fault() or health.database_fault():
        log.warning("waiting to start", reason=fault, retry_in=delay)
        time.sleep(delay)
        delay = min(2.0, delay * 1.5)


def _drain(container: ServiceContainer, health: HealthServer) -> None:
    health.draining = True
    if health.heartbeat is not None:
        health.heartbeat.draining = True
    log.info("draining")
    try:
        with green.Timeout(DRAIN_SECONDS):
            container.stop()
    except green.Timeout:
        log.warning("drain took too long; ending with work open", seconds=DRAIN_SECONDS)
        container.kill()
    except Exception as error:
        log.error("drain failed; ending with work open", exc_info=error)
        container.kill()
