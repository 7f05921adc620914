"""The small commands on a running system: `logs`, `token`, `login`, `url`, `psql`, `seed`, `bench`, `archive`, `parked`,
`rotate`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from tools.dev import install, lifecycle, postgres, rabbitmq
from tools.dev import system as systems
from tools.dev.paths import Failure, Paths, read_json
from tools.dev.system import System


def running(paths: Paths) -> System:
    """The system of this checkout, which has to run."""
    if not lifecycle.status(paths):
        raise Failure("nothing is running here: ./dev up")
    return systems.load(paths)


def token(paths: Paths, email: str | None) -> str:
    """A fresh API token of a staff member, by default of the first account."""
    return _clients(paths, ["token", *([email] if email else [])])


def login(paths: Paths, email: str, portal: bool) -> str:
    """A sign-in address that works once."""
    path = _clients(paths, ["login-link", email, *(["--portal"] if portal else [])])
    system = systems.load(paths)
    return (system.portal_origin if portal else system.admin_origin) + path


def _clients(paths: Paths, arguments: list[str]) -> str:
    system = running(paths)
    return lifecycle.run(
        paths,
        ["-m", "services.clients", *arguments],
        systems.settings(paths, system, "clients"),
        f"`{' '.join(arguments)}`",
    ).strip()


def url(paths: Paths, portal: bool) -> str:
    """Where the staff, or the clients, sign in."""
    system = systems.load(paths)
    return system.portal_origin if portal else system.admin_origin


def psql(paths: Paths, service: str, arguments: list[str]) -> None:
    """Become psql on a service's database, with the role that owns it."""
    system = running(paths)
    os.execvpe("psql", ["psql", *arguments], postgres.client_environment(system.databases[service]["owner"]))


def seed(paths: Paths, arguments: list[str]) -> int:
    """Load generated data beside what is there; answers the exit code."""
    return tool(paths, running(paths), ["-m", "tools.seed", *arguments], {})


def check(paths: Paths, arguments: list[str]) -> int:
    """Compare what is kept twice; answers the exit code, 1 when something differs."""
    return tool(paths, running(paths), ["-W", "ignore", "-m", "tools.ops.reconcile", *arguments], {})


def archive(paths: Paths, arguments: list[str]) -> str:
    """Archive the log of before a day below `archives`, and delete it in the database; answers what was done."""
    system = running(paths)
    folder = paths.local / "archives"
    folder.mkdir(mode=0o700, exist_ok=True)
    argv = ["-m", "services.audit", "archive", *arguments, str(folder)]
    return lifecycle.run(paths, argv, systems.migration_settings(paths, system, "audit"), "to archive the log").strip()


def parked(paths: Paths, arguments: list[str]) -> int:
    """Parked messages: `list`, or `show`, `replay`, `drop` with a queue and an id; answers the exit code."""
    system = running(paths)
    if arguments == ["list"]:
        arguments = ["list", *_parking(paths, system)]
    done = _run_tool(
        paths,
        system,
        ["-W", "ignore", "-m", "chassis.events.parking_lot", *arguments],
        {},
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
    else:
        with open(paths.logs / "parked.log", "a", encoding="utf-8") as kept:
            kept.write(done.stderr)
    return done.returncode


def _parking(paths: Paths, system: System) -> list[str]:
    """The listeners' queues that have a parking queue."""
    queues = lifecycle.management(paths, system).call("GET", f"/queues/{rabbitmq.VHOST}?columns=name")
    return sorted(one["name"].removesuffix(".parked") for one in queues if one["name"].endswith(".parked"))


def rotate(paths: Paths, name: str, retire: bool) -> str:
    """Make the next signing key of `name`, or trust those before the one in use no more; answers what was done."""
    folder, env, act = str(paths.keys), systems.base_environment(paths), "retire" if retire else "rotate"
    found = lifecycle.run(paths, ["-m", "chassis.signing_keys", act, folder, folder, name], env, f"to {act} the key")
    if retire:
        return f"no longer trusted: {', '.join(found.split()) or 'there was no other key'}"
    return f"{name} signs with the private half of {found.strip()} from now on; the keys before it stay trusted"


# One program asks for everything that is measured.
UNLIMITED = ",".join(f"{name}=1000000" for name in ("requests-of-token", "writes-of-token", "requests-of-address"))


def bench(paths: Paths, arguments: list[str], report) -> int:
    """Measure the running system, else a private one that is made for it; answers the exit code. When that is 0 the
    private one is thrown away, else it is kept, ended, for the same command to go on with."""
    if lifecycle.status(paths):
        return _measure(paths, systems.load(paths), arguments)
    private = Paths(paths.checkout, paths.local / "bench")
    if arguments == ["--reset"]:
        lifecycle.reset(private)
        return 0
    os.environ.setdefault("COMMERCE_RATE_LIMITS", UNLIMITED)
    try:
        code = _measure(private, lifecycle.up(private, report, {}, empty=True)[0], arguments)
    finally:
        lifecycle.down(private)
    if code == 0:
        lifecycle.reset(private)
    return code


def _measure(paths: Paths, system: System, arguments: list[str]) -> int:
    staff = read_json(paths.local / "staff.json", {})
    settings = {
        "API_TOKEN": token(paths, None),
        "SYSTEM_STATUS": json.dumps(lifecycle.status(paths)),
        "STAFF_EMAIL": staff.get("email", ""),
        "STAFF_PASSWORD": staff.get("password", ""),
        "BENCH_KEPT": str(paths.local / "measured"),
    }
    return tool(paths, system, ["-m", "tools.bench", *arguments], settings)


def faults(paths: Paths, arguments: list[str], report) -> int:
    """Kill under load, on a private system; answers the exit code, 1 when a promise did not hold."""
    install.ensure_venv(paths, report)
    return subprocess.run(
        [paths.python, "-W", "ignore", "-m", "tools.faults", *arguments], cwd=paths.checkout
    ).returncode


def tool(paths: Paths, system: System, argv: list[str], settings: dict[str, str]) -> int:
    """Run one of our modules beside the running system, with all its addresses; answers the exit code."""
    return _run_tool(paths, system, argv, settings).returncode


def _run_tool(
    paths: Paths, system: System, argv: list[str], settings: dict[str, str], **options
) -> subprocess.CompletedProcess:
    env = systems.tool_environment(paths, system) | settings
    return subprocess.run([paths.python, *argv], cwd=paths.checkout, env=env, **options)


def show_logs(paths: Paths, names: list[str], lines: int, follow: bool) -> None:
    """Print the end of the logs, each line under its process' name; with `follow` go on until interrupted."""
    known = sorted(path.stem for path in paths.logs.glob("*.log"))
    if unknown := sorted(set(names) - set(known)):
        raise Failure(f"no log of {', '.join(unknown)}: there are {', '.join(known) or 'none'}.")
    chosen = names or known
    for name in chosen:
        for line in lifecycle.tail(paths, name, lines).splitlines():
            print(f"{name:<11} {line}", flush=True)
    if follow:
        for line in new_lines(paths, chosen, lambda: True):
            print(line, flush=True)


def new_lines(paths: Paths, names: list[str], going_on) -> Iterator[str]:
    """What is written to the logs from now on, for as long as `going_on()` holds."""
    offsets = {name: _size(paths, name) for name in names}
    while going_on():
        for name, offset in offsets.items():
            size = _size(paths, name)
            if size <= offset:
                offsets[name] = size  # a log that shrank was begun anew
                continue
            with open(lifecycle.log_path(paths, name), "rb") as handle:
                handle.seek(offset)
                text = handle.read(size - offset)
            whole = text.rpartition(b"\n")[0]
            offsets[name] = offset + (len(whole) + 1 if whole else 0)
            yield from (f"{name:<11} {line}" for line in whole.decode("utf-8", "replace").splitlines())
        time.sleep(0.2)


def _size(paths: Paths, name: str) -> int:
    path = lifecycle.log_path(paths, name)
    return path.stat().st_size if path.exists() else 0
