"""Reads a request's head strictly, and head and body under a deadline, before anything is dispatched.

Two readings of one request are how requests are smuggled past a proxy, so whatever could be read in two ways is refused
with 400 and the connection closed: two lengths, a length beside a coding, a line that ends with a bare LF, white space
around a header's name, folded headers (RFC 9112 §2.2, §5, §6.3). Bodies come with a Content-Length; codings of transfer
are not taken, and with them no chunk extensions and no trailers. A proxy in front turns chunked bodies into ones with a
length.
"""

import io
import re
import time
from functools import partial

from nameko.web.server import HttpOnlyProtocol
from werkzeug.exceptions import RequestTimeout

from chassis import green

READER_LEFT = "commerce.reader_left"
MAX_URL = 8 * 1024
MAX_HEAD = 16 * 1024
MAX_HEADERS = 100
HEAD_SECONDS = 10
BODY_SECONDS = 10
BODY_RATE = 64 * 1024  # bytes a second that a longer body may take besides

_REQUEST = re.compile(rb"[A-Z]{1,20} /[!-~]* HTTP/1\.[01]\r\n")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)\r\n")
_LENGTH = re.compile(rb"[0-9]{1,15}")
_ONCE = (b"content-length", b"host", b"transfer-encoding", b"content-type", b"authorization", b"cookie")
_RESPONSE_HEADERS = (
    "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nReferrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n"
)
_REASONS = {400: "Bad Request", 408: "Request Timeout", 414: "URI Too Long", 431: "Request Header Fields Too Large"}


class Refused(Exception):
    """A head that is not taken: `status` and a sentence."""

    def __init__(self, status: int, sentence: str):
        super().__init__(sentence)
        self.status = status


class BodyTooSlow(RequestTimeout):
    """A body did not arrive by its deadline."""


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
    if lines[0].endswith(b"1.1\r\n") and b"host" not in seen:
        raise Refused(400, "There is no Host.")
    if b"transfer-encoding" in seen:
        raise Refused(400, "Send the body with a Content-Length; transfer codings are not taken.")
    if b"content-length" in seen and not _LENGTH.fullmatch(seen[b"content-length"]):
        raise Refused(400, "Content-Length is not a number.")


class StrictProtocol(HttpOnlyProtocol):
    """The server's side of one connection. Tells nobody which server this is, and writes no access log of its own."""

    server_version, sys_version = "Commerce", ""
    head = b""

    def _read_request_line(self):
        """The request line, after the whole head was read and found good; b"" ends the connection."""
        try:
            if not self._begun():
                return b""
            lines = self._read_head()
            check_head(lines)
        except Refused as refusal:
            self._refuse(refusal)
            return b""
        except OSError:  # the other side is gone
            return b""
        self.head = b"".join(lines[1:]) + b"\r\n"
        return lines[0]

    def _begun(self) -> bool:
        """Wait for a request's first byte, for as long as a connection may idle; False when none comes."""
        return not self.rfile.closed and bool(self.rfile.peek(1))

    def _read_head(self) -> list[bytes]:
        """The lines of a head without the empty one that ends it; a head that does not end is refused."""
        lines, size = [], 0
        with green.Timeout(HEAD_SECONDS, Refused(408, "The request came too slowly.")):
            while True:
                line = self.rfile.readline(MAX_HEAD + 1)
                size += len(line)
                if not lines and len(line) > MAX_URL:
                    raise Refused(414, "The address is too long.")
                if size > MAX_HEAD or len(lines) > MAX_HEADERS:
                    raise Refused(431, "The headers are too large.")
                if not line.endswith(b"\r\n"):
                    raise Refused(400, "A line does not end with CR LF.")
                if line == b"\r\n" and lines:
                    return lines
                lines.append(line)

    def parse_request(self):
        """Parse the head that was read already; the body stays where it is."""
        body, self.rfile = self.rfile, io.BytesIO(self.head)
        try:
            return super().parse_request()
        finally:
            self.rfile = body

    def get_environ(self):
        """The request's environment; its body is read under a deadline, and READER_LEFT() tells whether anybody waits
        for the answer still."""
        environ = super().get_environ()
        environ[READER_LEFT] = partial(green.has_left, self.connection)
        body = environ["wsgi.input"]
        body.rfile = _Timed(body.rfile, BODY_SECONDS + (body.content_length or 0) / BODY_RATE)
        return environ

    def handle_one_response(self):
        """Answer, then take what is left of the body; a body that never comes ends the connection."""
        try:
            super().handle_one_response()
        except BodyTooSlow:
            self.close_connection = True

    def _refuse(self, refusal: Refused) -> None:
        sentence = f"{refusal}\n".encode()
        self.wfile.write(
            f"HTTP/1.1 {refusal.status} {_REASONS[refusal.status]}\r\nConnection: close\r\n"
            f"{_RESPONSE_HEADERS}Content-Length: {len(sentence)}\r\n\r\n".encode()
            + sentence
        )
        self.close_connection = True


class _Timed:
    """A body as it arrives, all of it within `seconds`."""

    def __init__(self, stream, seconds: float):
        self._stream, self._end = stream, time.monotonic() + seconds

    def read(self, size: int = -1) -> bytes:
        return self._within(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._within(self._stream.readline, size)

    def _within(self, read, size: int) -> bytes:
        slow = BodyTooSlow("The request's body came too slowly.")
        left = self._end - time.monotonic()
        if left <= 0:
            raise slow
        with green.Timeout(left, slow):
            return read(size)
