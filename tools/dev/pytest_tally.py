"""Tally of several pytest runs: each leaves its counts in a folder (`-p tools.dev.pytest_tally`), `line` adds them
up."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

FOLDER = "DEV_TALLY"
OUTCOMES = {
    "failed": "failed",
    "passed": "passed",
    "skipped": "skipped",
    "deselected": "deselected",
    "xfailed": "xfailed",
    "xpassed": "xpassed",
    "error": "errors",
}


def pytest_terminal_summary(terminalreporter) -> None:
    """Pytest's hook at the end of a run: write down how many tests came to which outcome."""
    counts = {name: len(terminalreporter.stats.get(name, ())) for name in OUTCOMES}
    Path(os.environ[FOLDER], f"{os.getpid()}.json").write_text(json.dumps(counts))


def line(folder: Path, seconds: float) -> str:
    """The closing line of all runs together, as pytest writes that of one: "1 failed, 832 passed in 241.20s"."""
    total = sum((Counter(json.loads(path.read_text())) for path in folder.glob("*.json")), Counter())
    found = [f"{total[name]} {word}" for name, word in OUTCOMES.items() if total[name]]
    return f"{', '.join(found) or 'no tests ran'} in {seconds:.2f}s"
