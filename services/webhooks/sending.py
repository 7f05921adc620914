"""Sending: one POST to the address that was checked, within a time, of whose answer a part is kept."""

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from chassis import green
from services.webhooks.addresses import Refused, checked_addresses, checked_url
from services.webhooks.rules import KEPT_CHARACTERS, cut

SECONDS = 15.0
CONNECT_SECONDS = 5.0
BODY_SECONDS = 2.0  # for the body of an answer whose status is known
KEPT_HEADERS = 30

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Answer:
    """What became of a request: a `status`, or an `error` as a sentence. `body` and `headers` are cut."""

    seconds: float
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    error: str | None = None

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has taken it: any 2xx, and nothing else; a redirect is a failure."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def retry_after(self) -> float:
        """Seconds that the receiver asked to be left alone for; 0 without."""
        asked = self.headers.get("retry-after", "")
        return float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 0.0


class Sender:
    """Sends requests. With `loopback` also to this machine, which is for development."""

    def __init__(self, *, loopback: bool, resolve: Resolve = green.resolve, tls: ssl.SSLContext | None = None):
        self._loopback, self._resolve = loopback, resolve
        self._tls = tls or ssl.create_default_context()
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2

    def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """POST `body`; answers within SECONDS, whatever the other side does. Follows no redirect."""
        began, found = time.monotonic(), {}
        patience = green.Timeout(SECONDS)
        try:
            self._exchange(url, headers, body, found)
        except green.Timeout as timeout:
            if timeout is not patience:
                raise
            found.setdefault("error", f"No answer within {SECONDS:g} s.")
        except Refused as refusal:
            found["error"] = str(refusal)
        except (OSError, HTTPException) as error:
            found.setdefault("error", f"{type(error).__name__}: {error}"[:300])
        finally:
            patience.cancel()
        if "status" in found:
            found.pop("error", None)
        return Answer(time.monotonic() - began, **found)

    def _exchange(self, url: str, headers: dict[str, str], body: bytes, found: dict) -> None:
        parts = urlsplit(checked_url(url, loopback=self._loopback))
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        addresses = checked_addresses(self._resolve(parts.hostname, port), loopback=self._loopback)
        connection = _PinnedConnection(parts.hostname, port, addresses, self._tls if secure else None)
        try:
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            found["status"] = response.status
            found["headers"] = {
                name.lower()[:100]: cut(value)[:1000] for name, value in response.getheaders()[:KEPT_HEADERS]
            }
            found["body"] = _beginning(response, connection.sock)
        finally:
            connection.close()


class _PinnedConnection(HTTPConnection):
    """A connection to the first of `addresses` that can be reached; the certificate has to be that of `host`."""

    def __init__(self, host: str, port: int, addresses: list[str], tls: ssl.SSLContext | None):
        super().__init__(host, port, timeout=CONNECT_SECONDS)
        self.default_port = 443 if tls else 80
        self._addresses, self._tls = addresses, tls

    def connect(self) -> None:
        self.sock = self._reach()
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)
        self.sock.settimeout(SECONDS)

    def _reach(self) -> socket.socket:
        *others, last = self._addresses[:2]
        for address in others:
            try:
                return socket.create_connection((address, self.port), self.timeout)
            except OSError:
                continue
        return socket.create_connection((last, self.port), self.timeout)


def _beginning(response, sock: socket.socket | None) -> str:
    """As much of an answer's body as is kept; the rest is not read, and what comes too slowly is done without."""
    if sock is not None:
        sock.settimeout(BODY_SECONDS)
    parts, size = [], 0
    patience = green.Timeout(BODY_SECONDS)
    try:
        while size < KEPT_CHARACTERS and (part := response.read1(KEPT_CHARACTERS - size)):
            parts.append(part)
            size += len(part)
    except green.Timeout as timeout:
        if timeout is not patience:
            raise
    except (OSError, HTTPException):
        pass
    finally:
        patience.cancel()
    return cut(b"".join(parts).decode("utf-8", "replace"))
