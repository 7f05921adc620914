"""The printer: a process for each document, within limits, kept for the next, ended when nobody waits."""

import io
import signal
import subprocess
import sys
import time
from itertools import count

import pytest
from pypdf import PdfReader

from chassis import green
from chassis.errors import ServiceProblem
from gateway.composition import invoice_printer
from gateway.composition.drawing_limits import CPU_SECONDS, MEMORY
from gateway.composition.invoice_pdf import invoice_pdf
from gateway.composition.invoice_printer import Printer
from tests.support.pages.samples import INVOICE

LOOP_HELD = 0.05
ONE_SECOND = "from gateway.composition import drawing_limits as own\nown.LIMITS[own.resource.RLIMIT_CPU] = 1\n"


def document(*descriptions: str) -> dict:
    lines = [{**INVOICE["lines"][0], "description": text} for text in descriptions]
    return {"invoice": {**INVOICE, "lines": lines}}


def stays() -> bool:
    return False


@pytest.fixture
def started(monkeypatch) -> list[subprocess.Popen]:
    """The processes that are started."""
    processes: list[subprocess.Popen] = []
    start = subprocess.Popen

    def remembered(*args, **options):
        processes.append(start(*args, **options))
        return processes[-1]

    monkeypatch.setattr(invoice_printer.subprocess, "Popen", remembered)
    return processes


def test_a_process_of_its_own_draws_the_same_bytes_and_draws_them_once(started):
    printer, one = Printer(), document("Hosting", "株式会社")
    drawn = printer.pdf(one, stays)
    assert drawn == invoice_pdf(**one) and printer.pdf(one, stays) == drawn and len(started) == 1
    printer.pdf({**one, "invoice": {**one["invoice"], "version": 9}}, stays)
    assert len(started) == 2


def test_the_largest_invoice_in_plain_letters_is_drawn_and_the_loop_is_not_held():
    largest = document(*(f"Line {number}. {'word ' * 195}" for number in range(200)))
    held = held_while(lambda: Printer().pdf(largest, stays))
    assert len(PdfReader(io.BytesIO(held.answer)).pages) > 20
    assert held.seconds < LOOP_HELD


def test_what_takes_too_much_of_the_processor_is_refused_and_not_tried_again(started, monkeypatch):
    spinning = [sys.executable, "-c", f"{ONE_SECOND}own.limit_process()\nwhile True: pass"]
    monkeypatch.setattr(invoice_printer, "COMMAND", spinning)
    printer = Printer()
    for _ in range(2):
        with pytest.raises(ServiceProblem) as refusal:
            printer.pdf(document("Hosting"), stays)
        assert (refusal.value.status, "too long" in refusal.value.detail) == (503, True)
    assert len(started) == 1 and started[0].returncode < 0


def test_what_a_busy_machine_does_not_come_to_is_tried_again(started, monkeypatch):
    monkeypatch.setattr(invoice_printer, "DRAW_SECONDS", 0.01)
    printer, long = Printer(), document(*["हिन्दी सेवा " * 80] * 200)
    for _ in range(2):
        with pytest.raises(ServiceProblem, match="Try again in a moment"):
            printer.pdf(long, stays)
    assert [process.returncode < 0 for process in started] == [True, True]


def test_the_kernel_ends_a_process_that_takes_more_time_or_memory_than_it_may():
    def ended(act: str) -> int:
        command = [sys.executable, "-c", f"{ONE_SECOND}own.limit_process()\n{act}"]
        return subprocess.run(command, cwd=invoice_printer.ROOT, stderr=subprocess.DEVNULL).returncode

    assert ended("while True: pass") in (-signal.SIGXCPU, -signal.SIGKILL)
    assert ended("b'x' * own.MEMORY") == 1
    assert (CPU_SECONDS, MEMORY) == (10, 768 * 1024 * 1024)


def test_it_stops_when_its_reader_has_left(started):
    looks = count()
    with pytest.raises(ServiceProblem, match="has left"):
        Printer().pdf(document(*["हिन्दी सेवा " * 80] * 200), lambda: next(looks) > 0)
    assert started[0].returncode < 0 and next(looks) == 2


def test_more_documents_than_places_wait_and_are_refused_then(monkeypatch):
    printer = Printer()
    monkeypatch.setattr(invoice_printer, "PLACE_SECONDS", 0.01)
    monkeypatch.setattr(printer, "_places", invoice_printer.Semaphore(0))
    with pytest.raises(ServiceProblem, match="Too many documents"):
        printer.pdf(document("Hosting"), stays)


def test_what_is_kept_has_a_bound(monkeypatch):
    monkeypatch.setattr(invoice_printer, "KEPT_BYTES", 10)
    monkeypatch.setattr(invoice_printer, "draw", lambda source, left: source[-12:])
    printer = Printer()
    for text in "abc":
        printer.pdf(document(text), stays)
    assert len(printer._kept) == 1 and printer._size == 12


def test_a_fault_of_the_drawing_is_an_error_and_not_kept(started):
    printer, broken = Printer(), {"invoice": {}}
    for _ in range(2):
        with pytest.raises(ServiceProblem) as refusal:
            printer.pdf(broken, stays)
        assert refusal.value.code == "internal"
    assert len(started) == 2


class held_while:
    """Run `act` and tell how long it held the loop at most, in processor time: no other's load counts."""

    def __init__(self, act):
        self.seconds, self._over = 0.0, False
        watch = green.spawn(self._watch)
        self.answer = act()
        self._over = True
        watch.wait()

    def _watch(self) -> None:
        while not self._over:
            before = time.thread_time()
            time.sleep(0.005)
            self.seconds = max(self.seconds, time.thread_time() - before)
