"""JSON logs, one object a line, each with the process' service and the request's id."""

import logging
import sys

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars

from chassis.tracing import Trace, set_current_trace

get_logger = structlog.get_logger


def configure_logging(service: str, level: str = "INFO", stream=None) -> None:
    """Send our own and the libraries' log records to `stream` (stdout) as JSON lines; call once in a process."""
    shared = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _name_service(service),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("amqp", "kombu", "nameko", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _name_service(service: str):
    def add(_logger, _method, record):
        record["service"] = service
        return record

    return add


def bind_request(request_id: str | None, trace: Trace | None = None) -> None:
    """Put `request_id`, and the ids of `trace`, on each record that this green thread logs from here on; its calls and
    events are of that trace."""
    clear_contextvars()
    bind_contextvars(request_id=request_id, **(trace.log_fields() if trace else {}))
    set_current_trace(trace)
