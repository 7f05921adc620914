"""`python -m tools.bench --clients 100000 [--and 10000 …]`, as `./dev bench` calls it; the package's docstring explains
it."""

import argparse
import os
import pickle
import subprocess
import sys
import time
from contextlib import closing, nullcontext
from pathlib import Path

from tools.bench import report
from tools.bench.bulk_jobs import measure_bulk_job
from tools.bench.imports import measure_import
from tools.bench.measuring import measure, memory
from tools.bench.pages import client_count, pages
from tools.bench.peer import running_peer
from tools.bench.recorded_statements import Databases
from tools.bench.replays import measure_replay
from tools.bench.report import Run
from tools.bench.writes import clients_to_write_to, measure_events, measure_writes
from tools.seed import multiplying
from tools.seed.copy_rows import opened
from tools.seed.loading import THIN_FROM

SECONDS = 240.0  # of measuring pages, for each size
WRITE_SECONDS = 4.0  # for each kind of write and number of callers
TEMPLATES = 100  # clients whose events are copied for a replay
SIGNED_SECONDS = 900  # a checkpoint names a thousand chains


def main() -> None:
    """Load, measure, print, size after size, the smallest first. What was measured is kept until all is done, so that
    a run that was interrupted goes on."""
    given = _arguments()
    if given.imported:
        print(measure_import(given.imported), flush=True)
        return
    if given.bulk:
        for size in given.sizes or [None]:
            print(_bulk_job(size, given), flush=True)
        return
    if given.replayed:
        _load(TEMPLATES, given)
        print(measure_replay(given.replayed), flush=True)
        return
    kept = Path(os.environ["BENCH_KEPT"])
    runs: dict[int | None, Run] = pickle.loads(kept.read_bytes()) if kept.exists() else {}
    for size in given.sizes or [None]:
        if size is None or size not in runs:
            runs[size] = _run(size, given)
            kept.write_bytes(pickle.dumps(runs))
        first = next(iter(runs.values()))
        print(report.section(runs[size], first if runs[size] is not first else None), flush=True)
    if not given.dry:
        report.write(list(runs.values()))
    kept.unlink()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", allow_abbrev=False)
    parser.add_argument(
        "--clients", type=int, metavar="N", help="load so many clients (without: measure what is there)"
    )
    parser.add_argument(
        "--and", type=int, dest="smaller", action="append", default=[], metavar="N", help="measure so many first"
    )
    parser.add_argument("--seed", default="1", metavar="S")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="of measuring pages at most, for each size (%(default)s)"
    )
    parser.add_argument(
        "--import", type=int, dest="imported", metavar="N", help="import so many clients from a file, and nothing else"
    )
    parser.add_argument("--bulk", type=int, metavar="N", help="act on so many clients by a job, and nothing else")
    parser.add_argument(
        "--replay", type=int, dest="replayed", metavar="N", help="replay so many events, and nothing else"
    )
    parser.add_argument("--dry", action="store_true", help="leave docs/performance.md as it is")
    parser.add_argument("--alone", action="store_true", help="without Django's admin beside it")
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask before more than 10 GB are taken")
    given = parser.parse_args()
    given.sizes = sorted({size for size in (given.clients, *given.smaller) if size})
    if any(not 100 <= size <= 2_000_000 for size in given.sizes):
        parser.error("from 100 to 2000000 clients")
    return given


def _run(size: int | None, given: argparse.Namespace) -> Run:
    if size is not None:
        _load(size, given)
    with closing(Databases()) as databases:
        count = client_count(databases)
        if not count:
            raise SystemExit("There is no client to measure on: ./dev bench --clients 10000")
        _await_checkpoints(databases)
        _progress(f"measuring the pages of {count:,} clients")
        with nullcontext() if given.alone else running_peer() as peer:
            measured = measure(databases, pages(databases), count, given.seconds, peer)
        ids = clients_to_write_to(databases)
    _progress("measuring writes")
    writings = measure_writes(ids, min(WRITE_SECONDS, given.seconds / 10))
    return Run(measured, writings, measure_events(ids), memory())


def _bulk_job(size: int | None, given: argparse.Namespace) -> str:
    if size is not None:
        _load(size, given)
    with closing(Databases()) as databases:
        _await_checkpoints(databases)
        count = client_count(databases)
    return f"Of {count:,} clients: {measure_bulk_job(given.bulk)}"


def _load(size: int, given: argparse.Namespace) -> None:
    """Bring it to `size` clients; with the largest one's kind of history, so that sizes can be compared."""
    with opened() as databases:
        begun = multiplying.begun(databases)
    with closing(Databases()) as databases:
        there = client_count(databases)
    if begun is None and there >= size:
        if there < size + size // 10:  # it was loaded before, and written to
            return
        raise SystemExit(f"There are {there} clients already: ./dev down, and ./dev bench makes a system of its own.")
    history = "thin" if max(given.sizes, default=size) >= THIN_FROM else "brief"
    wanted = ["--clients", str(begun[0] if begun else size - there), "--seed", begun[1] if begun else given.seed]
    command = [sys.executable, "-m", "tools.seed", *wanted, "--history", history, "--append"]
    if subprocess.run([*command, *(["--yes"] if given.yes else [])]).returncode:
        raise SystemExit("The clients could not be loaded; the same command goes on where it stood.")


def _await_checkpoints(databases: Databases) -> None:
    """Wait until all that was loaded is signed: it would be signed beside what is measured."""
    end, waiting = time.monotonic() + SIGNED_SECONDS, "SELECT FROM chain_heads WHERE seq > checkpointed_seq"
    while databases.holds("audit", f"EXISTS ({waiting} OFFSET 50)"):
        _progress("waiting for the checkpoints of what was loaded")
        if time.monotonic() > end:
            raise SystemExit("The checkpoints are not written.")
        time.sleep(5)


def _progress(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
