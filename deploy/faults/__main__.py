"""`./dev faults [--seed S] [--commands N] [--callers N] [--faults N]`: see the package's own words."""

import argparse
import sys
import time

from sqlalchemy import create_engine

from chassis.database import driver_url
from deploy.dev import commands, lifecycle
from deploy.dev.layout import CHECKOUT, Failure, Layout
from deploy.dev.probes import wait_for
from deploy.faults import load
from deploy.faults.journal import Journal
from deploy.faults.trouble import Moments, Trouble
from deploy.faults.verdict import Reader, Verdict, compare, drain

BEGUN = time.monotonic()


def say(text: str) -> None:
    """A line of progress."""
    print(f"{time.monotonic() - BEGUN:6.1f} s  {text}", file=sys.stderr, flush=True)


def main() -> int:
    """Run it on a system of its own; exit 0 when every promise held."""
    parser = argparse.ArgumentParser(prog="./dev faults", allow_abbrev=False)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--commands", type=int, default=10_000)
    parser.add_argument("--callers", type=int, default=16)
    parser.add_argument("--faults", type=int, default=50)
    given = parser.parse_args()
    say(f"seed {given.seed}")
    layout = Layout(CHECKOUT, Layout.of(CHECKOUT).local / "faults")
    lifecycle.reset(layout)
    try:
        system, _ = lifecycle.up(layout, say, {}, empty=True)
        verdict, trouble, seconds = _run(layout, system, given)
    except Failure as failure:
        print(f"./dev faults: {failure}", file=sys.stderr)
        return 1
    finally:
        lifecycle.down(layout)
    _print(given, verdict, trouble, seconds)
    if verdict.good:
        lifecycle.reset(layout)
    else:
        print(f"the system's data and logs, and the journal, are kept in {layout.local}")
    return 0 if verdict.good else 1


def _run(layout: Layout, system, given) -> tuple[Verdict, Trouble, float]:
    engines = {service: create_engine(driver_url(urls["owner"]), pool_pre_ping=True)
               for service, urls in system.databases.items()}
    world = load.World(system.admin_origin, commands.token(layout, None))
    world.begin()
    journal, verdict, trouble = Journal(layout.local / "journal.jsonl"), Verdict(), Trouble(layout, given.seed)
    moments = Moments(given.commands, given.faults, trouble.make)
    begun = time.monotonic()
    with Reader(engines["billing"], verdict):
        load.run(world, journal, callers=given.callers, commands=given.commands, seed=given.seed, progress=moments)
        seconds = time.monotonic() - begun
        say(f"{given.commands} commands in {seconds:.0f} s; waiting for their events")
        wait_for("every process", lambda: all(one["ready"] for one in lifecycle.status(layout)), 90)
        drain(engines, verdict)
    compare(journal.commands, engines, verdict)
    return verdict, trouble, seconds


def _print(given, verdict: Verdict, trouble: Trouble, seconds: float) -> None:
    print(f"seed {given.seed}: {given.commands} commands from {given.callers} callers in {seconds:.0f} s, "
          f"{sum(trouble.done.values())} faults ({', '.join(f'{what} {n}' for what, n in sorted(trouble.done.items()))})")
    for operation, outcomes in verdict.by_outcome.items():
        print(f"  {operation:<12} " + ", ".join(f"{n} {outcome}" for outcome, n in sorted(outcomes.items())))
    print(f"lost {len(verdict.lost)}, doubled {len(verdict.doubled)}, refused but done {len(verdict.refused_but_done)}, "
          f"two answers for one key {len(verdict.contradicted)}, differences {len(verdict.differences)}, "
          f"wrong balances {verdict.wrong_balances} in {verdict.looks} looks; drained in {verdict.drained:.1f} s")
    told = {"lost": verdict.lost, "doubled": verdict.doubled, "refused but done": verdict.refused_but_done,
            "two answers": verdict.contradicted, "differences": [f"{one.check}: {one.where}" for one in verdict.differences]}
    for what, found in told.items():
        for one in found[:10]:
            print(f"  {what}: {one}")


if __name__ == "__main__":
    sys.exit(main())
