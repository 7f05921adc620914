"""A TCP gate before an engine, as a process of its own: shut, nobody comes through and whoever was through is cut off."""

import contextlib
import socket
import subprocess
import sys
import threading
from urllib.parse import urlsplit, urlunsplit


class Gate:
    """Forwards a loopback port to the engine of an address; `url` is that address through the gate."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        who = parts.username if parts.password is None else f"{parts.username}:{parts.password}"
        self.url = urlunsplit(parts._replace(netloc=f"{who}@127.0.0.1:{port}"))
        self._command = [sys.executable, __file__, str(port), parts.hostname, str(parts.port)]
        self._process: subprocess.Popen | None = None
        self.open()

    def open(self) -> None:
        """Let connections through; returns once it does."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        assert self._process.stdout.readline() == b"open\n"

    def shut(self) -> None:
        """Refuse new connections and cut those that are open."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            process.stdout.close()


def _forward(port: int, target: tuple[str, int]) -> None:
    with socket.create_server(("127.0.0.1", port)) as listener:
        print("open", flush=True)
        while True:
            near, _ = listener.accept()
            with contextlib.suppress(OSError):
                far = socket.create_connection(target)
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    _forward(int(sys.argv[1]), (sys.argv[2], int(sys.argv[3])))
