"""Lifecycle of a system, from nothing to one that answers, and back: `up`, `down`, `status`, `reset`."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.services import SERVICES
from tools.dev import backups, install, postgres, processes, rabbitmq
from tools.dev import system as systems
from tools.dev.passwords import load_passwords
from tools.dev.paths import Failure, Paths, read_json, write_private
from tools.dev.ports import Ports
from tools.dev.probes import ready, wait_for
from tools.dev.process_table import ENGINE, Process, read_plan, write_plan
from tools.dev.system import System

STAFF_EMAIL, STAFF_NAME = "admin@example.com", "Admin"
DEMO_CLIENTS = 300
CRASH_LOOP = 4
KEPT_BY_RESTORE = ("rabbitmq", "passwords.json", "name", "logs")


def supervisor(paths: Paths) -> processes.Record | None:
    """The running supervisor, if any."""
    return processes.read_record(paths.run, "supervisor")


def up(
    paths: Paths, report, scale: dict[str, int], empty: bool = False, application=systems.application
) -> tuple[System, str | None]:
    """Bring the system up and wait until it answers; `application` says which processes stand on the engines.

    Answers the system and, when the first staff account was made just now, its password. What was started in a
    failed attempt is ended again.
    """
    paths.make()
    with paths.lock():
        if supervisor(paths):
            return _extend(paths, report, scale), None
        sweep(paths)
        install.ensure_packages(_needed_packages(), report)
        try:
            return _start(paths, report, scale, empty, application)
        except BaseException:
            report("stopping what was started")
            _stop(paths)
            raise


def _needed_packages() -> list[str]:
    given = {
        "postgresql": os.environ.get("DATABASE_URL") and shutil.which("psql"),
        "rabbitmq-server": os.environ.get("AMQP_URI") or os.environ.get("COMMERCE_AMQP_URI"),
    }
    return [name for name in install.missing_packages() if not given.get(name)]


def _extend(paths: Paths, report, scale: dict[str, int]) -> System:
    """The system runs already: only its scale may change."""
    ports = Ports(paths, running=True)
    system = systems.assemble(paths, ports, scale)
    system.save(paths)
    prepare_broker(paths, system)
    wanted = systems.engines(paths, system) + systems.application(paths, system)
    if wanted != read_plan(paths.run / "plan.json"):
        write_plan(paths.run / "plan.json", wanted)
    report("already running")
    await_ready(paths, wanted)
    return system


def _start(paths: Paths, report, scale: dict[str, int], empty: bool, application) -> tuple[System, str | None]:
    ports = Ports(paths)
    system = systems.assemble(paths, ports, scale)
    system.save(paths)
    plan = paths.run / "plan.json"
    engines = systems.engines(paths, system)
    passwords = load_passwords(paths)
    if system.own_rabbitmq:
        rabbitmq.configure(paths, system.ports, passwords["rabbitmq_admin"], rabbitmq.VHOST)
    write_plan(plan, [one for one in engines if one.name != "postgres"])
    _start_supervisor(paths, ports)
    with ThreadPoolExecutor(1) as pool:
        venv = pool.submit(install.ensure_venv, paths, report)
        if system.own_postgres:
            postgres.create_cluster(paths, passwords["postgres"])
            write_plan(plan, engines)
            wait_for("PostgreSQL", lambda: ready(f"postgres:{system.ports['postgres']}"), 60)
        postgres.prepare_databases(system.admin_database, passwords, system.own_postgres)
        report("PostgreSQL is ready")
        venv.result()
    report(install.python_in_use(paths))
    password = _prepare_data(paths, system, report, empty)
    prepare_broker(paths, system)
    report("RabbitMQ is ready")
    wanted = engines + application(paths, system)
    write_plan(plan, wanted)
    await_ready(paths, wanted)
    make_totals(paths, system)
    return system, password


def make_totals(paths: Paths, system: System) -> None:
    """Bring the list's totals up to date where they never were: only while listeners run, which hear what comes after."""
    argv = ["-W", "ignore", "-m", "tools.ops.client_totals", "--if-needed"]
    run(paths, argv, systems.tool_environment(paths, system), "the totals of the list")


def _start_supervisor(paths: Paths, ports: Ports) -> None:
    """Start the supervisor in a session of its own; it inherits the locks of the ports."""
    argv = [sys.executable, "-m", "tools.dev.supervisor", str(paths.local)]
    with open(paths.logs / "supervisor.log", "ab") as log:
        child = subprocess.Popen(
            argv,
            cwd=paths.checkout,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=ports.locks,
        )
    processes.record(paths.run, "supervisor", child.pid)
    ports.release()


def _prepare_data(paths: Paths, system: System, report, empty: bool) -> str | None:
    """Keys, migrations, the first account and, once, data to look at; or all of it out of a backup that was
    unpacked."""
    if backups.load(paths, system):
        report("the backup is restored")
        (paths.local / "restored").touch()
        (paths.local / "first-start-done").touch()
    migrate(paths, system, report)
    if (paths.local / "restored").exists():
        backups.begin_epoch(system)
        environment = systems.settings(paths, system, "clients")
        run(paths, ["-m", "services.clients", "restored"], environment, "the event of the restore")
    first = paths.local / "first-start-done"
    if first.exists():
        return None
    password = _first_account(paths, system)
    if not empty:
        report(f"loading {DEMO_CLIENTS} demo clients")
        run(
            paths,
            ["-m", "tools.seed", "--clients", str(DEMO_CLIENTS)],
            systems.tool_environment(paths, system),
            "the demo data",
        )
    first.touch()
    return password


def migrate(paths: Paths, system: System, report) -> None:
    """Make the keys that are missing, and bring the databases to the code, whatever runs on them meanwhile."""
    _make_keys(paths)
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        list(
            pool.map(
                lambda service: run(
                    paths,
                    ["-m", f"services.{service}", "migrate"],
                    systems.migration_settings(paths, system, service),
                    f"the migration of {service}",
                ),
                SERVICES,
            )
        )
    report("databases are migrated")


def _make_keys(paths: Paths) -> None:
    """The signing keys and the keyring of column encryption, those that are missing."""
    env = systems.base_environment(paths)
    if not all((paths.keys / f"{name}.{kind}").exists() for name in systems.ISSUERS for kind in ("key", "pub")):
        run(paths, ["-m", "chassis.signing_keys", "keygen", str(paths.keys), *systems.ISSUERS], env, "the signing keys")
    if not paths.encryption_keys.exists():
        run(paths, ["-m", "chassis.db.encryption", "make", str(paths.encryption_keys)], env, "the keyring")


def _first_account(paths: Paths, system: System) -> str:
    """Make the first staff account; its password is kept beside the database, 0600."""
    path = paths.local / "staff.json"
    staff = read_json(path, None) or {"email": STAFF_EMAIL, "password": secrets.token_hex(10)}
    write_private(path, json.dumps(staff))
    run(
        paths,
        ["-m", "services.clients", "staff", "--email", staff["email"], "--name", STAFF_NAME],
        systems.settings(paths, system, "clients"),
        "the first staff account",
        typed=staff["password"] + "\n",
    )
    return staff["password"]


def prepare_broker(paths: Paths, system: System) -> None:
    """The users of our own broker, the exchanges and queues; of another broker those alone."""
    if not system.own_rabbitmq:
        address = {"COMMERCE_AMQP_URI": system.amqp_uri}
        run(
            paths,
            ["-m", "deploy.rabbitmq", "declare"],
            systems.base_environment(paths) | address,
            "declaring exchanges and queues",
        )
        return
    api = management(paths, system)
    wait_for("RabbitMQ", lambda: ready(f"amqp:{system.ports['amqp']}") and api.ready(), 90)
    api.prepare(rabbitmq.broker_passwords(load_passwords(paths)))
    if (restored := paths.local / "restored").exists():
        wait_for("emptying our queues", api.empty_our_queues, 30)
        restored.unlink()


def management(paths: Paths, system: System) -> rabbitmq.Management:
    """Our own broker as its administrator speaks to it."""
    return rabbitmq.Management(
        system.ports["management"], load_passwords(paths)[rabbitmq.password_name(rabbitmq.ADMIN)]
    )


def run(paths: Paths, argv: list[str], env: dict[str, str], what: str, typed: str = "") -> str:
    """Run one of our Python modules to its end; answers its output, fails with its last words."""
    done = subprocess.run(
        [paths.python, *argv],
        cwd=paths.checkout,
        env=env | {processes.MARK: str(paths.local)},
        input=typed,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Failure(f"{what} failed (exit {done.returncode}):\n{(done.stdout + done.stderr).strip()[-3000:]}")
    return done.stdout


def await_ready(paths: Paths, wanted: list[Process], seconds: float = 90.0) -> None:
    """Wait until every process answers; a process that keeps ending is reported with its last lines."""
    begun = time.monotonic()
    left = wanted
    while left := [one for one in left if not ready(one.probe)]:
        for one in left:
            found = read_json(paths.run / f"{one.name}.pid", {})
            if found.get("restarts", 0) >= CRASH_LOOP or time.monotonic() - begun > seconds:
                raise Failure(f"{one.name} does not become ready; the end of its log:\n{tail(paths, one.name)}")
        time.sleep(0.1)


def tail(paths: Paths, name: str, lines: int = 12) -> str:
    """The last lines of a process' log."""
    path = log_path(paths, name)
    if not path.exists():
        return "(no log)"
    with open(path, "rb") as handle:
        handle.seek(max(0, path.stat().st_size - 200 * lines - 65536))
        return "\n".join(handle.read().decode("utf-8", "replace").splitlines()[-lines:])


def log_path(paths: Paths, name: str) -> Path:
    """Replicas share the log of their service."""
    return paths.logs / f"{name.partition('-')[0]}.log"


def status(paths: Paths) -> list[dict]:
    """Each process of the plan: name, pid (None when it is not running), port, ready."""
    listed = [one for one in read_plan(paths.run / "plan.json") if one.listed]
    if not listed:
        return []
    with ThreadPoolExecutor(len(listed)) as pool:
        answers = list(pool.map(lambda one: ready(one.probe), listed))
    found = []
    for one, answer in zip(listed, answers, strict=True):
        record = processes.read_record(paths.run, one.name)
        found.append(
            {
                "name": one.name,
                "pid": record.pid if record else None,
                "port": one.port,
                "ready": bool(record) and answer,
            }
        )
    return found


def down(paths: Paths) -> bool:
    """End everything; answers whether anything was running. Works without a supervisor and after a crash too."""
    if not paths.local.exists():
        return False
    with paths.lock():
        return _stop(paths)


def _stop(paths: Paths) -> bool:
    running = supervisor(paths)
    if running:
        processes.end([running], 60.0)
    return sweep(paths) or bool(running)


def sweep(paths: Paths) -> bool:
    """End what a dead supervisor left: by record, then by mark, then whoever works in the database's folder."""
    planned = {one.name: one for one in read_plan(paths.run / "plan.json")}
    left = processes.recorded(paths.run)
    engines = [one for one in left if one.name in planned and planned[one.name].kind == ENGINE]
    processes.end([one for one in left if one not in engines], 12.0)
    for one in engines:
        processes.end([one], 30.0, signal.Signals[planned[one.name].stop])
    strays = processes.marked(paths.local) + processes.working_in(paths.postgres, "postgres")
    processes.end(strays, 10.0)
    for path in [*paths.run.glob("*.pid"), paths.run / "plan.json"]:
        path.unlink(missing_ok=True)
    return bool(left or strays)


def restore(paths: Paths, report, file: Path) -> System:
    """End what runs here, delete its data and bring up a system made from the backup `file`, which is looked into
    first. Subscribers keep their users, their queues and what waits and is parked there; the logs stay as well."""
    paths.make()
    backups.unpack(Paths(paths.checkout, paths.local / "look"), file)
    shutil.rmtree(paths.local / "look")
    _forget(paths, KEPT_BY_RESTORE)
    paths.make()
    backups.unpack(paths, file)
    return up(paths, report, {}, empty=True)[0]


def reset(paths: Paths) -> None:
    """End everything and forget all data, keys, passwords and logs; the virtual environment stays."""
    _forget(paths, ())


def _forget(paths: Paths, kept: tuple[str, ...]) -> None:
    """End everything and delete what is below `.local/`, but the virtual environments, an engine for containers and what is
    `kept`."""
    down(paths)
    keep = {"venv", "generators", "docker", "dev.lock", "venv.lock", "generators.lock", *kept}
    for path in paths.local.iterdir() if paths.local.exists() else ():
        if path.name in keep:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
