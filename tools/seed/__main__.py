"""`python -m tools.seed --clients N [--seed S] [--append] [--history thin]`: the package's docstring explains it."""

import argparse
import signal
import sys
import time

from tools.ops.client_totals import engines_of_owners, rebuild
from tools.seed.loading import history_of, load

ASK_FROM_GB = 10
SIZES = {"full": 130, "brief": 95, "thin": 24}  # kB a client, with indexes


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 2_000_000:
        raise argparse.ArgumentTypeError("a number from 1 to 2000000")
    return int(text)


def _stop(*_signal) -> None:
    """End with a sentence; the processes that load are ended on the way out."""
    raise SystemExit("Stopped. A part of the clients is loaded: ./dev reset begins anew.")


def _ask_for_room(clients: int, history: str, yes: bool) -> None:
    """Ask before a load that takes much of the disk; where nobody can answer, refuse."""
    size = clients * SIZES[history] / 1e6
    if size <= ASK_FROM_GB or yes:
        return
    sentence = f"{clients:,} clients with a {history} history take about {size:.0f} GB of the disk."
    if not sys.stdin.isatty():
        raise SystemExit(f"{sentence} --yes loads them.")
    if input(f"{sentence} Load them? [y/N] ").lower() != "y":
        raise SystemExit(1)


def main() -> None:
    """Load, and print what was loaded and how long it took."""
    parser = argparse.ArgumentParser(
        prog="./dev seed",
        allow_abbrev=False,
        description="Load generated clients with all that belongs to them: the same seed, the same clients.",
    )
    parser.add_argument("--clients", type=_count, required=True, metavar="N")
    parser.add_argument("--seed", default="1", metavar="S")
    parser.add_argument("--append", action="store_true", help="load beside the clients that are there already")
    parser.add_argument(
        "--history",
        choices=("full", "brief", "thin"),
        help="brief leaves fewer steps behind each thing (default from 5000 clients on), thin has about 2 services, "
        "3 invoices and 3 log entries a client and is multiplied inside PostgreSQL (default from 200000 clients on)",
    )
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask before more than 10 GB are taken")
    given = parser.parse_args()
    _ask_for_room(given.clients, given.history or history_of(given.clients), given.yes)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    begun = time.monotonic()
    counts = load(given.clients, given.seed, append=given.append, history=given.history)
    rebuild(engines_of_owners())
    for table in (
        "clients.clients",
        "clients.contacts",
        "billing.subscriptions",
        "billing.invoices",
        "billing.domains",
        "billing.orders",
        "billing.credit_entries",
        "support.tickets",
        "audit.entries",
    ):
        print(f"{counts.get(table, 0):>10,}  {table.partition('.')[2]}")
    print(f"{sum(counts.values()):>10,}  rows in all, in {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
