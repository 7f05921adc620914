"""HTTP over a bare socket, for requests that no client would send: the head and the body as bytes, the answer as it comes."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """A raw answer: its status, its head in small letters, its body."""

    status: int
    head: str
    body: bytes


def posted(origin: str, path: str, body: bytes, headers: dict[str, str], method: str = "POST") -> Answer:
    """The answer to a body, of which the server may read as little as it likes."""
    host = urlsplit(origin)
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host.netloc}", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((host.hostname, host.port), timeout=30) as connection:
        connection.sendall("\r\n".join((*lines, "", "")).encode())
        with suppress(OSError):  # the server has heard enough; its answer is there
            connection.sendall(body)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer:
    """What comes until the connection ends, as one answer."""
    received = b""
    with suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    return Answer(int(head.split(b" ", 2)[1]), head.decode("latin-1").lower(), body)
