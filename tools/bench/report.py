"""The figures as a table: on the screen, and between the marks of docs/performance.md."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from tools.bench.measuring import Measured

DOCUMENT = Path("docs/performance.md")
BEGIN, END = "<!-- figures of ./dev bench: begin -->", "<!-- figures of ./dev bench: end -->"


def table(measured: Measured, smaller: Measured | None) -> str:
    """One run as a Markdown table; with `smaller` a column shows by what factor each p50 has grown since."""
    titles = [
        "page",
        "p50 ms",
        "p95 ms",
        "pages/s",
        "CPU ms",
        "S ms",
        "p50 / S",
        "KB",
        *(["growth"] if smaller else []),
    ]
    lines = [titles, ["---"] + ["---:"] * (len(titles) - 1)]
    for name, times in measured.pages.items():
        cells = [
            name,
            f"{times.p50:.1f}",
            f"{times.p95:.1f}",
            f"{times.a_second:.0f}",
            f"{times.cpu_a_page:.1f}",
            f"{times.by_sql:.1f}",
            f"{times.p50 / times.by_sql:.1f}",
            f"{times.weight / 1024:.0f}",
        ]
        lines.append(cells + ([f"{times.p50 / smaller.pages[name].p50:.2f}"] if smaller else []))
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    return "\n".join(
        "| " + " | ".join(_cell(line, column, widths) for column in range(len(titles))) + " |" for line in lines
    )


def _cell(line: list[str], column: int, widths: list[int]) -> str:
    return line[column].ljust(widths[column]) if column == 0 else line[column].rjust(widths[column])


def section(measured: Measured, smaller: Measured | None) -> str:
    """A run under its heading."""
    since = f" Growth is the p50 against that with {smaller.clients:,} clients." if smaller else ""
    return (
        f"### {measured.clients:,} clients\n\n{table(measured, smaller)}\n\nR, a bare message there and back: "
        f"{measured.round_trip:.1f} ms. Over eight connections: {measured.eight:.0f} lists a second.{since}\n"
    )


def document(runs: list[Measured]) -> str:
    """What stands between the marks: when, where, and every run."""
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    where = (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores ({_processor()}), Python "
        f"{platform.python_version()}; the machine's load at the end (1, 5, 15 min): {load}."
    )
    parts = [section(run, runs[number - 1] if number else None) for number, run in enumerate(runs)]
    return "\n".join([where, "", *parts])


def _processor() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    return names[0] if names else platform.machine()


def write(runs: list[Measured]) -> None:
    """Put the figures into the document; the text around them stays."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{document(runs)}\n{END}{after}", encoding="utf-8")
