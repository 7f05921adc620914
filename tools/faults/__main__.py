"""`./dev faults [--seed S] [--minutes M] [--commands N] [--callers N] [--faults N] [--at POINT…]`: the package's
docstring explains it."""

import argparse
import os
import sys
import time

from sqlalchemy import create_engine

from chassis.db.engine import driver_url
from chassis.failpoints import FAILPOINTS
from tools.dev import commands, lifecycle
from tools.dev.paths import CHECKOUT, Failure, Paths
from tools.dev.probes import wait_for
from tools.dev.system import System
from tools.faults import load
from tools.faults.fault_injector import FaultInjector, FaultSchedule, NetworkLinks
from tools.faults.journal import Journal
from tools.faults.verdict import Reader, Verdict, compare, compare_log, drain, look_at_parked

BEGUN = time.monotonic()


def report(text: str) -> None:
    """A line of progress."""
    print(f"{time.monotonic() - BEGUN:6.1f} s  {text}", file=sys.stderr, flush=True)


def main() -> int:
    """Run it on a system of its own; exit 0 when every promise held."""
    parser = argparse.ArgumentParser(prog="./dev faults", allow_abbrev=False)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--minutes", type=float, default=60, help="send no more commands after that")
    parser.add_argument("--commands", type=int, default=10_000)
    parser.add_argument("--callers", type=int, default=16)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument(
        "--at", nargs="+", choices=FAILPOINTS, default=(), help="every fault is a death at one of these points"
    )
    given = parser.parse_args()
    report(f"seed {given.seed}")
    paths, network = Paths(CHECKOUT, Paths.of(CHECKOUT).local / "faults"), NetworkLinks()
    lifecycle.reset(paths)
    os.environ["COMMERCE_FAILPOINT_FILE"] = str(paths.local / "failpoint")
    try:
        system, _ = lifecycle.up(paths, report, {}, empty=True, application=network.processes_through_links)
        verdict, injector, seconds = _run(paths, system, network, given)
    except Failure as failure:
        print(f"./dev faults: {failure}", file=sys.stderr)
        return 1
    finally:
        lifecycle.down(paths)
        network.close()
    _print(given, verdict, injector, seconds)
    if verdict.good:
        lifecycle.reset(paths)
    else:
        print(f"the system's data and logs, and the journal, are kept in {paths.local}")
    return 0 if verdict.good else 1


def _run(paths: Paths, system: System, network: NetworkLinks, given) -> tuple[Verdict, FaultInjector, float]:
    engines = {
        service: create_engine(driver_url(urls["owner"]), pool_pre_ping=True)
        for service, urls in system.databases.items()
    }
    world = load.World(system.admin_origin, commands.token(paths, None))
    world.begin()
    journal, verdict = Journal(paths.local / "journal.jsonl"), Verdict()
    injector = FaultInjector(
        paths, network.links, paths.local / "failpoint", seed=given.seed, faults=given.faults, points=given.at
    )
    schedule = FaultSchedule(given.commands, given.faults, injector.make)
    begun = time.monotonic()
    with Reader(engines["billing"], verdict):
        load.run(
            world,
            journal,
            callers=given.callers,
            commands=given.commands,
            seed=given.seed,
            progress=schedule,
            until=begun + 60 * given.minutes,
        )
        seconds = time.monotonic() - begun
        injector.end()
        report(f"{len(journal.commands)} commands in {seconds:.0f} s; waiting for their events")
        wait_for("every process", lambda: all(one["ready"] for one in lifecycle.status(paths)), 90)
        drain(engines, verdict)
        look_at_parked(system.amqp_uri, verdict)
    compare(journal.commands, engines, verdict)
    compare_log(engines, verdict)
    return verdict, injector, seconds


def _print(given, verdict: Verdict, injector: FaultInjector, seconds: float) -> None:
    keys, again = sum(verdict.sent.values()), sum(verdict.sent.values()) - verdict.sent[1]
    print(
        f"seed {given.seed}: {keys} commands from {given.callers} callers in {seconds:.0f} s, "
        f"sent {sum(times * n for times, n in verdict.sent.items())} times ({again} of them more than once)"
    )
    for kind, done in injector.done.items():
        print(f"  {sum(done.values()):3} {kind}: " + ", ".join(f"{what} {n}" for what, n in sorted(done.items())))
    for operation, outcomes in verdict.by_outcome.items():
        print(f"  {operation:<12} " + ", ".join(f"{n} {outcome}" for outcome, n in sorted(outcomes.items())))
    print(
        ", ".join(f"{what} {len(those)}" for what, those in verdict.found.items())
        + f", wrong balances {verdict.wrong_balances} in {verdict.looks} looks; drained in {verdict.drained:.1f} s"
    )
    for what, those in verdict.found.items():
        for one in those[:10]:
            print(f"  {what}: {one}")


if __name__ == "__main__":
    sys.exit(main())
