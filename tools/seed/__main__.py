"""`python -m tools.seed --clients N [--seed S] [--append]`: the package's docstring explains it."""

import argparse
import signal
import time

from tools.seed.loading import load


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 2_000_000:
        raise argparse.ArgumentTypeError("a number from 1 to 2000000")
    return int(text)


def _stop(*_signal) -> None:
    """End with a sentence; the processes that load are ended on the way out."""
    raise SystemExit("Stopped. A part of the clients is loaded: ./dev reset begins anew.")


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
        choices=("full", "brief"),
        help="brief leaves fewer steps behind each thing (default: full below 5000 clients)",
    )
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    begun = time.monotonic()
    counts = load(given.clients, given.seed, append=given.append, brief=given.history and given.history == "brief")
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
