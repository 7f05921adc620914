"""Upgrade of a running system to the code of its checkout: one process after another, none before its successor is ready."""

from __future__ import annotations

from dataclasses import replace

from deploy.services import SERVICES
from tools.dev import install, lifecycle, processes
from tools.dev import system as systems
from tools.dev.paths import Failure, Paths
from tools.dev.ports import Ports
from tools.dev.probes import wait_for
from tools.dev.process_table import read_plan, write_plan
from tools.dev.system import GATEWAY, System

ORDER = (*reversed(SERVICES), GATEWAY)
"""Who hears events before who publishes them, and who is called before who calls."""
NEXT = "next"
HAND_OVER_SECONDS = 60.0


def upgrade(paths: Paths, report) -> None:
    """Migrate, declare what the broker lacks, then replace each process. What does not become ready ends again, and the
    one before it goes on."""
    with paths.lock():
        if not lifecycle.supervisor(paths):
            raise Failure("nothing is running here: ./dev up")
        install.ensure_venv(paths, report)
        ports = Ports(paths, running=True)
        system = systems.assemble(paths, ports, systems.load(paths).scale)
        lifecycle.migrate(paths, system, report)
        lifecycle.prepare_broker(paths, system)
        for name in sorted(systems.replicas(system.scale), key=lambda one: ORDER.index(one.partition("-")[0])):
            system = _replace(paths, ports, system, name)
            report(f"{name} is replaced")
        lifecycle.make_totals(paths, system)


def _replace(paths: Paths, ports: Ports, system: System, name: str) -> System:
    """Start the successor of `name` beside it, wait until it is ready and let it take the place; the system after that."""
    path = paths.run / "plan.json"
    before = read_plan(path)
    after = replace(system, ports={**system.ports, name: ports.take(NEXT)})
    new = next(one for one in systems.application(paths, after) if one.name == name)
    successor = replace(new, name=f"{name}-{NEXT}")
    write_plan(path, [*before, successor])
    try:
        lifecycle.await_ready(paths, [successor])
    except BaseException:
        write_plan(path, before)
        raise
    ports.swap(name, NEXT)
    after.save(paths)
    write_plan(path, [new if one.name == name else one for one in before])
    wait_for(f"{name}, which hands over,", lambda: _has_taken_over(paths, name), HAND_OVER_SECONDS)
    return after


def _has_taken_over(paths: Paths, name: str) -> bool:
    successor = processes.read_record(paths.run, f"{name}-{NEXT}")
    return successor is None and processes.read_record(paths.run, name) is not None
