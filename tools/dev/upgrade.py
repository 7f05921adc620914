"""Upgrade of a running system to the code of its checkout: one process after another, none before its successor is ready."""

from __future__ import annotations

import os
from dataclasses import replace

from deploy.services import SERVICES
from tools.dev import install, lifecycle, passwords, postgres, processes
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
NICE = 10  # of migrations and whatever else is done here: who is served meanwhile comes first


def upgrade(paths: Paths, report, *, new_passwords: bool = False) -> None:
    """Bring databases and broker to the code, then replace each process. What does not become ready ends again, and the
    one before it goes on.

    With `new_passwords` each signs in to database and broker by others than before. Connections that are open stay; the
    process before is refused one that it opens in the seconds until it is replaced.
    """
    with paths.lock():
        if not lifecycle.supervisor(paths):
            raise Failure("nothing is running here: ./dev up")
        os.setpriority(os.PRIO_PROCESS, 0, NICE)
        install.ensure_venv(paths, report)
        ports = Ports(paths, running=True)
        system = _prepare(paths, ports)
        lifecycle.migrate(paths, system, report)
        for role in ORDER:
            if new_passwords:
                passwords.renew(paths, role)
                system = _prepare(paths, ports)
            for name in [one for one in systems.replicas(system.scale) if one.partition("-")[0] == role]:
                system = _replace(paths, ports, system, name)
                report(f"{name} is replaced")
        lifecycle.make_totals(paths, system)


def _prepare(paths: Paths, ports: Ports) -> System:
    """The running system with what its engines lack: roles, databases, users, exchanges, queues, and their passwords."""
    system = systems.assemble(paths, ports, systems.load(paths).scale)
    postgres.prepare_databases(system.admin_database, passwords.load_passwords(paths), system.own_postgres)
    lifecycle.prepare_broker(paths, system)
    return system


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
