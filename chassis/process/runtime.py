"""The runtime of a process: patch, read settings, wait for its broker and database, serve, drain, end.

Importing this module patches the standard library; a service's `__main__` imports it before anything else.
"""

from chassis import green

green.patch()

import importlib  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402

from chassis import rate_limits  # noqa: E402
from chassis.bus.connection import HEARTBEAT_SECONDS  # noqa: E402
from chassis.context import Signer, Verifier  # noqa: E402
from chassis.db.migrations import migrate  # noqa: E402
from chassis.events.event import publish_schemas_at  # noqa: E402
from chassis.logs import configure_logging, get_logger  # noqa: E402
from chassis.process.health import HealthServer  # noqa: E402
from chassis.process.memory import set_aside_what_was_loaded  # noqa: E402
from chassis.process.service import ContextKeys  # noqa: E402
from chassis.settings import Settings, read_settings  # noqa: E402

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
    rate_limits.configure(settings.rate_limits or {})
    publish_schemas_at(settings.admin_origin)
    run(class_path, settings)


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
    _await_engines(health)
    module, name = class_path.split(":")
    container = ServiceContainer(getattr(importlib.import_module(module), name), container_config(settings))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: green.spawn(_drain, container))
    container.start()
    set_aside_what_was_loaded()
    health.container = container
    log.info("ready")
    container.wait()
    log.info("ended")


def _await_engines(health: HealthServer) -> None:
    """Wait for the broker and the database, however long, and log what is missing: start order does not matter."""
    delay = 0.2
    while fault := health.broker_fault() or health.database_fault():
        log.warning("waiting to start", reason=fault, retry_in=delay)
        time.sleep(delay)
        delay = min(2.0, delay * 1.5)


def _drain(container: ServiceContainer) -> None:
    log.info("draining")
    try:
        with green.Timeout(DRAIN_SECONDS):
            container.stop()
    except green.Timeout:
        log.warning("drain took too long; ending with work open", seconds=DRAIN_SECONDS)
        container.kill()
