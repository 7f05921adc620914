"""A bad network between processes and engines, for tests: one process in the middle through which their connections go.

    network = Network()
    broker = network.link("amqp://…@127.0.0.1:5672/commerce")      broker.url is that address through the link
    broker.treat("delay")                                          see TREATMENTS
    broker.open()

The process in the middle is this file run by itself (standard library alone); it obeys JSON lines and ends with its
parent.
"""

import asyncio
import contextlib
import json
import random
import socket
import struct
import subprocess
import sys
import threading
from urllib.parse import urlsplit, urlunsplit

TREATMENTS = {
    "open": "let everything through",
    "shut": "cut off who is through and refuse everybody else",
    "reset": "cut off who is through, at once (RST); the next one passes",
    "delay": "each piece 0.1 to 0.3 s late",
    "trickle": "a few bytes at a time",
    "stall": "nothing passes, in either direction, and nobody notices; what was held back arrives in the end",
    "deaf_engine": "half open: the engine sees its peers go, they do not see it go; new connections pass",
    "deaf_process": "half open the other way: the process sees the engine go",
}


class Link:
    """One way to an engine, `url`, and how it is treated."""

    def __init__(self, network: "Network", name: int, url: str):
        self._network, self._name, self.url = network, name, url

    def treat(self, treatment: str) -> None:
        """Apply one of TREATMENTS to the link from now on; returns once that is so."""
        self._network.order(link=self._name, treatment=treatment)

    def open(self) -> None:
        """Let everything through again."""
        self.treat("open")

    def shut(self) -> None:
        """Refuse new connections and cut those that are open."""
        self.treat("shut")


class Network:
    """The process in the middle."""

    def __init__(self):
        self._process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._lock = threading.Lock()

    def link(self, url: str) -> Link:
        """A new link to the engine at `url`, open."""
        parts = urlsplit(url)
        made = self.order(target=[parts.hostname, parts.port])
        login, at, _ = parts.netloc.rpartition("@")
        return Link(self, made["link"], urlunsplit(parts._replace(netloc=f"{login}{at}127.0.0.1:{made['port']}")))

    def order(self, **order) -> dict:
        """Give an order and wait until it is obeyed."""
        with self._lock:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        """End the process in the middle; every connection through it is cut."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            pipe.close()


class Pair:
    """A connection that came, `near`, and the one to the engine that was made for it, `far`."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter):
        self.near, self.far, self.severed = near, far, False

    def reset(self) -> None:
        """End both with RST, as if the peer's machine had forgotten them."""
        for end in (self.near, self.far):
            with contextlib.suppress(OSError):
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.transport.abort()

    def sever(self, end: asyncio.StreamWriter) -> None:
        """Close one end and keep the other: whatever that sends is swallowed."""
        self.severed = True
        end.transport.abort()


class Route:
    """A port of its own, the engine behind it, and how its connections are treated."""

    def __init__(self, target: tuple[str, int]):
        self.target, self.treatment, self.port = target, "open", 0
        self._pairs: set[Pair] = set()
        self._server: asyncio.Server | None = None
        self._changed = asyncio.Condition()

    async def treat(self, treatment: str) -> None:
        """Treat everything so from now on; a reset and a severing happen once and leave the route open."""
        for pair in list(self._pairs):
            if treatment in ("shut", "reset"):
                pair.reset()
            elif treatment.startswith("deaf"):
                pair.sever(pair.far if treatment == "deaf_engine" else pair.near)
        async with self._changed:
            self.treatment = treatment
            self._changed.notify_all()
        if treatment == "shut" and self._server is not None:
            self._server.close()
            self._server = None
        elif treatment != "shut" and self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, near_reader, near: asyncio.StreamWriter) -> None:
        await self._passing()
        try:
            far_reader, far = await asyncio.open_connection(*self.target)
        except OSError:  # the engine is away: its peer sees a connection that ends at once
            near.transport.abort()
            return
        pair = Pair(near, far)
        self._pairs.add(pair)
        await asyncio.gather(self._pump(near_reader, far, pair), self._pump(far_reader, near, pair))
        self._pairs.discard(pair)
        for end in (near, far):
            end.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, pair: Pair) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if not pair.severed:
                    await self._forward(data, sink)
        if not pair.severed:
            sink.close()

    async def _forward(self, data: bytes, sink: asyncio.StreamWriter) -> None:
        await self._passing()
        if self.treatment == "delay":
            await asyncio.sleep(random.uniform(0.1, 0.3))
        while data and self.treatment == "trickle":
            size = random.randint(1, 40)
            sink.write(data[:size])
            data = data[size:]
            await sink.drain()
            await asyncio.sleep(0.001)
        sink.write(data)
        await sink.drain()

    async def _passing(self) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self.treatment != "stall")


async def _obey() -> None:
    """Read orders until there are no more; each is answered with one line when it is carried out."""
    routes: list[Route] = []
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        order = json.loads(line)
        if "target" in order:
            routes.append(Route(tuple(order["target"])))
            order = {"link": len(routes) - 1, "treatment": "open"}
        route = routes[order["link"]]
        await route.treat(order["treatment"])
        print(json.dumps({"link": order["link"], "port": route.port}), flush=True)


if __name__ == "__main__":
    asyncio.run(_obey())
