"""`python -m tools.bench --clients 100000 [--and 10000]`, as `./dev bench` calls it; the package's docstring explains it."""

import argparse
import subprocess
import sys
from contextlib import closing

from tools.bench import report
from tools.bench.imports import measure_import
from tools.bench.measuring import Measured, measure
from tools.bench.pages import client_count, pages
from tools.bench.recorded_statements import Databases

SECONDS = 80.0  # of measuring, for each size


def main() -> None:
    """Load, measure, print; with two sizes the smaller one first, and the larger one on top of it."""
    parser = argparse.ArgumentParser(prog="./dev bench", allow_abbrev=False)
    parser.add_argument(
        "--clients", type=int, metavar="N", help="load so many clients (without: measure what is there)"
    )
    parser.add_argument("--and", type=int, dest="smaller", metavar="N", help="measure so many first")
    parser.add_argument("--seed", default="1", metavar="S")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="of measuring at most, for each size (%(default)s)"
    )
    parser.add_argument(
        "--import", type=int, dest="imported", metavar="N", help="import so many clients from a file, and nothing else"
    )
    parser.add_argument("--dry", action="store_true", help="leave docs/performance.md as it is")
    given = parser.parse_args()
    if given.imported:
        print(measure_import(given.imported), flush=True)
        return
    sizes = sorted({size for size in (given.clients, given.smaller) if size})
    if any(not 100 <= size <= 2_000_000 for size in sizes):
        parser.error("from 100 to 2000000 clients")
    runs: list[Measured] = []
    for size in sizes or [None]:
        runs.append(_run(size, given))
        print(report.section(runs[-1], runs[-2] if len(runs) > 1 else None), flush=True)
    if not given.dry:
        report.write(runs)


def _run(size: int | None, given: argparse.Namespace) -> Measured:
    with closing(Databases()) as databases:
        there = client_count(databases)
    if size is not None and there >= size:
        raise SystemExit(f"There are {there} clients already: ./dev down, and ./dev bench makes a system of its own.")
    if size is not None:
        _load(size - there, given.seed)
    with closing(Databases()) as databases:
        count = client_count(databases)
        if not count:
            raise SystemExit("There is no client to measure on: ./dev bench --clients 10000")
        return measure(databases, pages(databases), count, given.seconds)


def _load(count: int, seed: str) -> None:
    command = [
        sys.executable,
        "-m",
        "tools.seed",
        "--clients",
        str(count),
        "--seed",
        seed,
        "--history",
        "brief",
        "--append",
    ]
    if subprocess.run(command).returncode:
        raise SystemExit("the clients could not be loaded")


if __name__ == "__main__":
    main()
