"""An OpenTelemetry collector as far as spans are sent to it: OTLP over HTTP, decoded with the protocol's own messages."""

import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as WireSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from deploy.certificates import Authority


@dataclass(frozen=True)
class Span:
    """A span as it was received; ids are hexadecimal, `parent_id` is empty where there is none."""

    service: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict
    seconds: float
    failed: bool


class Collector:
    """Takes spans at `endpoint`; `bodies` are the requests as they came. While it `hangs` no answer comes to an end."""

    def __init__(self):
        self.bodies: list[bytes] = []
        self.hangs, self.asked, self._released = False, 0, threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.endpoint = f"http://localhost:{self._server.server_port}/v1/traces"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def _handler(collector):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.asked += 1
                if collector.hangs:
                    self._answer_without_end()
                    return
                collector.bodies.append(body)
                self.send_response(200 if self.path == "/v1/traces" else 404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def _answer_without_end(self):
                with suppress(OSError):
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
                    while not collector._released.wait(0.05):
                        self.wfile.write(b"x")

            def log_message(self, *_args):
                pass

        return Handler

    def speak_tls(self, folder: Path, *hosts: str) -> None:
        """Speak TLS from now on, with a certificate for `hosts`; the authority's is `ca.pem` in `folder`."""
        authority = Authority()
        authority.issue(folder, *hosts)
        authority.write(folder / "ca.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "fullchain.pem", folder / "privkey.pem")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.endpoint = f"{self.endpoint.replace('http:', 'https:')}?cacertfile={folder / 'ca.pem'}"

    def spans(self) -> list[Span]:
        """What it has received."""
        return [span for body in self.bodies for span in _spans_of(body)]

    def of_trace(self, trace_id: str) -> dict[str, Span]:
        """Its spans of one trace, by their ids."""
        return {span.span_id: span for span in self.spans() if span.trace_id == trace_id}

    def close(self) -> None:
        """Take nothing any more, and let go of whoever waits."""
        self._released.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def collector():
    """A collector for as long as the block lasts."""
    made = Collector()
    try:
        yield made
    finally:
        made.close()


def _spans_of(body: bytes) -> list[Span]:
    request = ExportTraceServiceRequest.FromString(body)
    return [
        Span(
            _attributes(resource.resource.attributes)["service.name"],
            span.name,
            WireSpan.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
            span.trace_id.hex(),
            span.span_id.hex(),
            span.parent_span_id.hex(),
            _attributes(span.attributes),
            (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
            span.status.code == Status.STATUS_CODE_ERROR,
        )
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def _attributes(pairs) -> dict:
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}
