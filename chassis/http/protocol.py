"""Reads a request's head strictly, and head and body under a deadline, before anything is dispatched.

Two readings of one request are how requests are smuggled past a proxy, so whatever could be read in two ways is refused
with 400 and the connection closed: two lengths, a length beside a coding, a line that ends with a bare LF, white space
around a header's name, folded headers (RFC 9112 §2.2, §5, §6.3). Bodies come with a Content-Length; codings of transfer
are not taken, and with them no chunk extensions and no trailers. A proxy in front turns chunked bodies into ones with a
length.
"""

import io
import re
import socket
import time
from contextlib import suppress
from functools import partial

from nameko.web.server import HttpOnlyProtocol
from werkzeug.test import create_environ

from chassis import green
from chassis.http.body import UNIDENTIFIED_BYTES, BodyTooSlow, PacedBody

READER_LEFT, DRAINING = "commerce.reader_left", "commerce.draining"
MAX_URL = 8 * 1024
MAX_HEAD = 16 * 1024
MAX_HEADERS = 100
MAX_PARAMETERS = 100
MAX_COOKIES = 100
HEAD_SECONDS = 10
LINGER_SECONDS = 0.5  # for a peer that still sends to read the answer, before the connection ends

_REQUEST = re.compile(rb"[A-Z]{1,20} /[!-~]* HTTP/1\.[01]\r\n")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)\r\n")
_PATH = re.compile(rb"[A-Z]{1,20} (/[!-~]{0,200})")
_HOST = re.compile(rb"(?i:host):[ \t]*([0-9A-Za-z.:\[\]-]{1,255})[ \t]*\r\n")
_LENGTH = re.compile(rb"[0-9]{1,15}")
_ONCE = (b"content-length", b"host", b"transfer-encoding", b"content-type", b"authorization", b"cookie")


class Refused(Exception):
    """A head that is not taken: `status` and a sentence."""

    def __init__(self, status: int, sentence: str):
        super().__init__(sentence)
        self.status = status


def check_head(lines: list[bytes]) -> None:
    """Raise Refused unless `lines` (request line and headers, each with its line end) can be read in one way only."""
    if not _REQUEST.fullmatch(lines[0]):
        raise Refused(400, "The request line cannot be read.")
    seen: dict[bytes, bytes] = {}
    for line in lines[1:]:
        header = _HEADER.fullmatch(line)
        if header is None:
            raise Refused(400, "A header cannot be read.")
        name = header[1].lower()
        if name in seen and name in _ONCE:
            raise Refused(400, f"{name.decode()} stands twice.")
        seen[name] = header[2].strip()
    _check_counts(lines[0], seen)
    if lines[0].endswith(b"1.1\r\n") and b"host" not in seen:
        raise Refused(400, "There is no Host.")
    if b"transfer-encoding" in seen:
        raise Refused(400, "Send the body with a Content-Length; transfer codings are not taken.")
    if b"content-length" in seen and not _LENGTH.fullmatch(seen[b"content-length"]):
        raise Refused(400, "Content-Length is not a number.")


def _check_counts(request_line: bytes, headers: dict[bytes, bytes]) -> None:
    if request_line.count(b"&") >= MAX_PARAMETERS:
        raise Refused(400, "The address has too many parameters.")
    if headers.get(b"cookie", b"").count(b";") >= MAX_COOKIES:
        raise Refused(431, "There are too many cookies.")


class StrictProtocol(HttpOnlyProtocol):
    """The server's side of one connection. Tells nobody which server this is, and writes no access log of its own."""

    server_version, sys_version = "Commerce", ""
    head = b""

    def _read_request_line(self):
        """The request line, after the whole head was read and found good; b"" ends the connection."""
        lines: list[bytes] = []
        try:
            if not self._begun():
                return b""
            self._read_head(lines)
            check_head(lines)
        except Refused as refusal:
            self._refuse(refusal, lines)
            return b""
        except OSError:  # the other side is gone
            return b""
        self.head = b"".join(lines[1:]) + b"\r\n"
        self.conn_state[3].idles = False
        return lines[0]

    def _begun(self) -> bool:
        """Wait for a request's first byte, for as long as a connection may idle; False when none comes."""
        self.server.connections.rest(self.conn_state[3])
        return not self.rfile.closed and bool(self.rfile.peek(1))

    def _read_head(self, lines: list[bytes]) -> None:
        """Add the lines of a head to `lines`, without the empty one that ends it; a head that does not end is refused."""
        size = 0
        with green.Timeout(HEAD_SECONDS, Refused(408, "The request came too slowly.")):
            while (line := self.rfile.readline(MAX_HEAD + 1)) != b"\r\n" or not lines:
                size += len(line)
                lines.append(line)
                if len(lines[0]) > MAX_URL:
                    raise Refused(414, "The address is too long.")
                if size > MAX_HEAD or len(lines) > MAX_HEADERS + 1:
                    raise Refused(431, "The headers are too large.")
                if not line.endswith(b"\r\n"):
                    raise Refused(400, "A line does not end with CR LF.")

    def parse_request(self):
        """Parse the head that was read already; the body stays where it is."""
        body, self.rfile = self.rfile, io.BytesIO(self.head)
        try:
            return super().parse_request()
        finally:
            self.rfile = body

    def get_environ(self):
        """The request's environment; its body is read at a pace. READER_LEFT() tells whether nobody waits for the answer any
        more, DRAINING() whether one that never ends should: the answer of a process that drains is the connection's last."""
        self.close_connection = self.close_connection or self.server.draining
        environ = super().get_environ()
        environ[READER_LEFT] = partial(green.has_left, self.connection)
        environ[DRAINING] = lambda: self.server.draining
        body = environ["wsgi.input"]
        body.rfile = PacedBody(body.rfile)
        return environ

    def handle_one_response(self):
        """Answer. A connection ends after a large body, of which the rest is not read, and after one that never comes."""
        body = self.environ["eventlet.input"]
        if (body.content_length or 0) > UNIDENTIFIED_BYTES:
            self.close_connection = True
        try:
            super().handle_one_response()
        except BodyTooSlow:
            self.close_connection = True
        if body.position < (body.content_length or 0):
            self._linger()

    def _linger(self) -> None:
        """Give the peer time to read the answer: closed with something unread, the connection would be reset."""
        with suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            time.sleep(LINGER_SECONDS)

    def _refuse(self, refusal: Refused, lines: list[bytes]) -> None:
        answer = self.server.refuse(_environ(lines), refusal.status, str(refusal))
        body = answer.get_data()
        head = [
            f"HTTP/1.1 {answer.status}",
            *(f"{name}: {value}" for name, value in answer.headers),
            "Connection: close",
        ]
        self.wfile.write("\r\n".join((*head, "", "")).encode("latin-1") + body)
        self.close_connection = True


def _environ(lines: list[bytes]) -> dict:
    """What can be told of a refused head, as an environment: its path and its host, where they can be read."""
    path = _PATH.match(lines[0] if lines else b"")
    hosts = [line for line in lines[1:] if line.lower().startswith(b"host:")]
    host = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    return create_environ(path[1].decode() if path else "/", f"http://{host[1].decode() if host else 'unknown'}")
