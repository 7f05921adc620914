"""Printer of invoices: each is drawn by a process of its own (draw_invoice.py), so that none holds the gateway's loop,
takes more than its share, or goes on when its reader has left. What was drawn is kept for the next who asks."""

import hashlib
import json
import os
import subprocess
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE
from threading import Semaphore, Thread

from chassis.errors import ServiceProblem
from chassis.logs import get_logger
from gateway.composition.drawing_limits import TOO_LARGE

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "gateway.composition.draw_invoice"]
PLACES = 2  # documents that are drawn at once
PLACE_SECONDS = 5.0
DRAW_SECONDS = 30.0
LOOK_SECONDS = 0.1  # how often it is asked whether the reader is still there
KEPT, KEPT_BYTES = 1000, 32 * 1024 * 1024

BUSY = ServiceProblem("unavailable", "Too many documents are being drawn. Try again in a moment.", what="The document")
TOO_LONG = ServiceProblem(
    "unavailable", "This invoice is too long to be drawn. Its page shows it whole.", what="The document"
)
LEFT = ServiceProblem("unavailable", "Whoever asked for the document has left.", what="The document")

log = get_logger(__name__)


class Printer:
    """Draws PLACES documents at once. What is asked for again is not drawn again: the same invoice at the same version,
    with the same parties, has the same PDF; one that is too long is refused at once."""

    def __init__(self):
        self._places = Semaphore(PLACES)
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._size = 0

    def pdf(self, document: dict, reader_left: Callable[[], bool]) -> bytes:
        """The PDF of `document`, the arguments of `invoice_pdf`. Raises `unavailable`."""
        source = json.dumps(document, sort_keys=True, ensure_ascii=False).encode()
        key = hashlib.sha256(source).digest()
        if key not in self._kept:
            if not self._places.acquire(timeout=PLACE_SECONDS):
                raise BUSY
            try:
                if key not in self._kept:
                    self._keep(key, draw(source, reader_left))
            finally:
                self._places.release()
        self._kept.move_to_end(key)
        if not self._kept[key]:
            raise TOO_LONG
        return self._kept[key]

    def _keep(self, key: bytes, drawn: bytes) -> None:
        self._kept[key] = drawn
        self._size += len(drawn)
        while len(self._kept) > 1 and (self._size > KEPT_BYTES or len(self._kept) > KEPT):
            self._size -= len(self._kept.popitem(last=False)[1])


def draw(source: bytes, reader_left: Callable[[], bool]) -> bytes:
    """Draw the document that `source` says in JSON; b"" when the processor's time or the memory for it does not suffice.

    Raises `unavailable` when the machine does not come to it in DRAW_SECONDS, or the reader has left. The process reads
    from memory, not from a pipe: eventlet tries a pipe that is broken again, without end.
    """
    with open(os.memfd_create("invoice"), "w+b") as page:
        page.write(source)
        page.seek(0)
        process = subprocess.Popen(COMMAND, cwd=ROOT, env={"LANG": "C.UTF-8"}, stdin=page, stdout=PIPE, stderr=PIPE)
    answer: list[tuple[bytes, bytes]] = []
    pipes = Thread(target=lambda: answer.append(process.communicate()), daemon=True)
    pipes.start()
    try:
        _await(pipes, reader_left)
    finally:
        process.kill()
        pipes.join()
    (drawn, errors), code = answer[0], process.returncode
    if code == 0:
        return drawn
    if code == TOO_LARGE or code < 0:
        return b""
    log.error("an invoice could not be drawn", code=code, errors=errors.decode(errors="replace")[-2000:])
    raise ServiceProblem("internal", "The invoice could not be drawn; the log says why.")


def _await(pipes: Thread, reader_left: Callable[[], bool]) -> None:
    until = time.monotonic() + DRAW_SECONDS
    while pipes.is_alive() and time.monotonic() < until:
        pipes.join(LOOK_SECONDS)
        if reader_left():
            raise LEFT
    if pipes.is_alive():
        raise BUSY
