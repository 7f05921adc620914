"""The figures as a table: on the screen, and between the marks of docs/performance.md."""

import os
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tools.bench.measuring import Measured
from tools.bench.writes import PACE, Events, Writing

DOCUMENT = Path("docs/performance.md")
BEGIN, END = "<!-- figures of ./dev bench: begin -->", "<!-- figures of ./dev bench: end -->"


@dataclass
class Run:
    """All that was measured at one size; `memory` is the most of each process in MB."""

    measured: Measured
    writings: list[Writing]
    events: Events
    memory: dict[str, float]


def section(run: Run, smallest: Run | None) -> str:
    """A run under its heading; with `smallest` a column shows by what factor each p50 has grown since."""
    measured, events = run.measured, run.events
    since = f" Growth is the p50 against that with {smallest.measured.clients:,} clients." if smallest else ""
    held = ", ".join(f"{name} {most:.0f} MB" for name, most in sorted(run.memory.items()))
    return f"""### {measured.clients:,} clients

{_table(_page_lines(measured, smallest and smallest.measured))}

R, a bare message there and back: {measured.round_trip:.1f} ms. Over eight connections: {measured.eight:.0f} lists a second.{since}

{_table(_write_lines(run.writings))}

From a backlog the relay publishes {events.relayed:.0f} events a second, and {events.logged:.0f} a second reach the log. \
From a commit to the log, under {PACE} writes a second: p50 {events.delay.p50:.0f} ms, p95 {events.delay.p95:.0f} ms.

The most that each process held: {held}.
"""


def _page_lines(measured: Measured, smallest: Measured | None) -> Iterator[list[str]]:
    titles = ["page", "p50 ms", "p95 ms", "pages/s", "CPU ms", "S ms", "p50 / S", "KB", "Django p50", "Django CPU"]
    yield [*titles, "Django / p50", *(["growth"] if smallest else [])]
    for name, times in measured.pages.items():
        theirs = measured.peer.get(name)
        cells = [
            name,
            f"{times.p50:.1f}",
            f"{times.p95:.1f}",
            f"{times.a_second:.0f}",
            f"{times.cpu_a_page:.1f}",
            f"{times.by_sql:.1f}",
            f"{times.p50 / times.by_sql:.1f}",
            f"{times.weight / 1024:.0f}",
            *(
                [f"{theirs.p50:.1f}", f"{theirs.cpu_a_page:.1f}", f"{theirs.p50 / times.p50:.1f}"]
                if theirs
                else ["", "", ""]
            ),
        ]
        grown = smallest and smallest.pages.get(name)
        yield cells + ([f"{times.p50 / grown.p50:.2f}" if grown else ""] if smallest else [])


def _write_lines(writings: list[Writing]) -> Iterator[list[str]]:
    yield ["write", "callers", "p50 ms", "p95 ms", "a second", "CPU ms", "refused"]
    for one in writings:
        times = one.times
        figures = (f"{times.p50:.1f}", f"{times.p95:.1f}", f"{one.a_second:.0f}", f"{times.cpu_a_page:.1f}")
        yield [one.name, str(one.callers), *figures, str(one.refused)]


def _table(lines: Iterable[list[str]]) -> str:
    """Lines of cells as a Markdown table, the first of them its titles."""
    titles, *rows = lines
    lines = [titles, ["---"] + ["---:"] * (len(titles) - 1), *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    return "\n".join(
        "| " + " | ".join(_cell(line, column, widths) for column in range(len(titles))) + " |" for line in lines
    )


def _cell(line: list[str], column: int, widths: list[int]) -> str:
    return line[column].ljust(widths[column]) if column == 0 else line[column].rjust(widths[column])


def document(runs: list[Run]) -> str:
    """What stands between the marks: when, where, and every run."""
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    where = (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores ({_processor()}), Python "
        f"{platform.python_version()}; the machine's load at the end (1, 5, 15 min): {load}."
    )
    parts = [section(run, runs[0] if number else None) for number, run in enumerate(runs)]
    return "\n".join([where, "", *parts])


def _processor() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    return names[0] if names else platform.machine()


def write(runs: list[Run]) -> None:
    """Put the figures into the document; the text around them stays."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{document(runs)}\n{END}{after}", encoding="utf-8")
