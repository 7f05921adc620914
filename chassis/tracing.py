"""Trace context: which trace a request belongs to, from whoever sent it through calls, events and logs.

A trace is named by a `traceparent` (W3C Trace Context): `00-<trace id>-<span id>-<flags>`. One that comes in with a request
is continued, else a new trace begins; each process has a span id of its own, and so has each event: the second half of its
id. An `X-Request-Id` that comes in, a UUID, goes along as the client's request id: ours stays the one that is never
another's.
"""

import re
import secrets
import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass

TRACEPARENT, CLIENT_REQUEST_ID = "traceparent", "client-request-id"

_READABLE = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
_current: ContextVar["Trace | None"] = ContextVar("trace", default=None)


@dataclass(frozen=True)
class Trace:
    """The trace of a request in this process: its `traceparent`, the client's own id of the request, and the id of the span
    that this one continues, None where the trace begins here."""

    traceparent: str
    client_request_id: str | None = None
    parent_id: str | None = None

    @property
    def trace_id(self) -> str:
        """The trace id, the same in each process: 32 hexadecimal digits."""
        return self.traceparent[3:35]

    @property
    def span_id(self) -> str:
        """The id of this process' span in it: 16 hexadecimal digits."""
        return self.traceparent[36:52]

    @property
    def is_sampled(self) -> bool:
        """Whether whoever sent it keeps its spans, and asks that others do."""
        return int(self.traceparent[-2:], 16) & 1 == 1

    @property
    def is_followed(self) -> bool:
        """Whether somebody wants to find each call of it in the logs: it came as sampled, or with the client's own id."""
        return self.client_request_id is not None or self.is_sampled

    def headers(self) -> dict[str, str]:
        """What a call carries of it."""
        known = {TRACEPARENT: self.traceparent, CLIENT_REQUEST_ID: self.client_request_id}
        return {name: value for name, value in known.items() if value is not None}

    def log_fields(self) -> dict[str, str]:
        """What stands of it on each log record."""
        known = {"trace_id": self.trace_id, "client_request_id": self.client_request_id}
        return {name: value for name, value in known.items() if value is not None}


def trace_of_request(headers: Mapping) -> Trace:
    """The trace of an HTTP request with these `headers`."""
    return _continued(headers.get("traceparent"), headers.get("X-Request-Id"))


def trace_of_call(headers: Mapping) -> Trace:
    """The trace of a call, or of an event, with these `headers` or attributes."""
    return _continued(headers.get(TRACEPARENT), headers.get(CLIENT_REQUEST_ID))


def trace_of_event(traceparent: str, event_id: str) -> Trace:
    """The trace of an event that was recorded in the span `traceparent`: whoever hears of the event continues this one."""
    head, span_id, flags = traceparent[:36], traceparent[36:52], traceparent[52:]
    return Trace(f"{head}{event_id[19:23]}{event_id[24:]}{flags}", parent_id=span_id)


def current_trace() -> Trace | None:
    """The trace that this green thread works for."""
    return _current.get()


def set_current_trace(trace: Trace | None) -> None:
    """Let this green thread work for `trace` from here on."""
    _current.set(trace)


def _continued(traceparent: object, client_request_id: object) -> Trace:
    """A span of the trace that was given, of a new one where what was given cannot be read."""
    given = _READABLE.fullmatch(traceparent) if isinstance(traceparent, str) else None
    trace_id, parent_id, flags = given.groups() if given else (secrets.token_hex(16), None, "00")
    return Trace(f"00-{trace_id}-{secrets.token_hex(8)}-{flags}", _uuid_in(client_request_id), parent_id)


def _uuid_in(text: object) -> str | None:
    try:
        return str(uuid.UUID(text)) if isinstance(text, str) and len(text) == 36 else None
    except ValueError:
        return None
