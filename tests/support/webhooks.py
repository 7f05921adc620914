"""For tests of webhooks: a receiver of ours, and events as they come over the bus."""

import json
import ssl
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from kombu import Connection, Exchange, Producer

from chassis.testing.plugin import wait_until
from commerce_events.catalogue import ClientCreated
from commerce_events.testing import make_event
from deploy.certificates import Authority


class Receiver:
    """An HTTP server on loopback. `behave(handler)` answers a request; without, it is 204. `seen` has the requests in the
    order in which they came."""

    def __init__(self):
        self.seen: list[dict] = []
        self.behave = None
        self.closing = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.event = json.loads(body)
                receiver.seen.append({"path": self.path, "headers": headers, "body": body, "event": self.event})
                if receiver.behave is None or receiver.behave(self) is None:
                    self.answer(204)

            do_GET = do_POST

            def answer(self, status: int, body: bytes = b"", **headers: str) -> bool:
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)
                return True

            def hang(self) -> bool:
                receiver.closing.wait()
                return True

            def log_message(self, *_arguments):
                pass

            def handle_one_request(self):
                try:
                    super().handle_one_request()
                except OSError:
                    self.close_connection = True

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self._thread.start()

    def speak_tls(self, folder: Path, name: str) -> ssl.SSLContext:
        """Speak TLS as `name` from now on, with files in `folder`; answers what trusts its authority."""
        authority = Authority()
        authority.issue(folder, name)
        authority.write(folder / "ca.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "fullchain.pem", folder / "privkey.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        return ssl.create_default_context(cafile=folder / "ca.pem")

    def events(self, stream: str | None = None) -> list[int]:
        """The sequences of what came, of one stream or all."""
        return [one["event"]["sequence"] for one in self.seen if stream in (None, one["event"]["stream"])]

    def await_events(self, number: int, *, seconds: float = 20) -> None:
        """Wait until so many requests have come."""
        wait_until(lambda: len(self.seen) >= number, f"{number} requests, {len(self.seen)} came", seconds=seconds)

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


class ClientEvents:
    """Publishes events of clients on a virtual host."""

    def __init__(self, amqp_uri: str):
        self._uri, self._sequences = amqp_uri, {}

    def publish(self, stream: str | None = None, number: int = 1, **given) -> list[str]:
        """So many events of one client, numbered on, with a personal value; answers their ids. `given` replaces what the
        events would have."""
        events = [self._next(stream or str(uuid.uuid4()), given) for _ in range(number)]
        with Connection(self._uri, transport_options={"confirm_publish": True}) as connection:
            producer = Producer(connection.default_channel)
            for event in events:
                producer.publish(
                    json.dumps(event).encode(),
                    exchange=Exchange("clients.events", type="topic", passive=True),
                    routing_key=event["type"],
                    content_type="application/cloudevents+json",
                    content_encoding="utf-8",
                    delivery_mode=2,
                    message_id=event["id"],
                    type=event["type"],
                )
        return [event["id"] for event in events]

    def _next(self, stream: str, given: dict) -> dict:
        self._sequences[stream] = self._sequences.get(stream, 0) + 1
        personal = {"email": "ada@example.com"}
        return make_event(ClientCreated, subject=stream, sequence=self._sequences[stream], personal=personal, **given)
