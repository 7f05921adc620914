"""A private PostgreSQL: its cluster, its process, its roles and databases."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy.services import SERVICES
from tools.dev import processes
from tools.dev.paths import Failure, Paths, write_private
from tools.dev.process_table import ENGINE, Process

SQL = Path(__file__).resolve().parents[2] / "deploy" / "postgres"
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
# The tests' cluster is thrown away with its folder; nothing in it is worth a disk flush.
THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")

# What fails is told in one line: no row that it failed with (DETAIL), no statement with what was written into it, no
# parameters. Whoever asked is told all the same.
DISCREET = (
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
    "log_statement=none",
    "log_min_duration_statement=-1",
    "log_min_duration_sample=-1",
    "log_transaction_sample_rate=0",
)


def binaries() -> Path | None:
    """The newest installed PostgreSQL server's programs."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    return max(found, key=lambda path: float(path.parent.name), default=None)


def server_user(paths: Paths) -> pwd.struct_passwd:
    """Who runs the server. PostgreSQL refuses root and wants its data to be its own: as root, run it as the
    cluster's owner, `postgres` for a new cluster."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    if paths.postgres.exists() and (owner := paths.postgres.stat().st_uid):
        return pwd.getpwuid(owner)
    return pwd.getpwnam("postgres")


def as_server_user(paths: Paths, argv: list[str]) -> list[str]:
    """The command line that runs `argv` as that user, still able to enter the checkout's closed folders."""
    if os.getuid() != 0:
        return argv
    user = server_user(paths)
    return [
        "setpriv",
        "--reuid",
        str(user.pw_uid),
        "--regid",
        str(user.pw_gid),
        "--init-groups",
        "--inh-caps",
        "+dac_override",
        "--ambient-caps",
        "+dac_override",
        *argv,
    ]


def create_cluster(paths: Paths, password: str, sync: bool = True) -> None:
    """Make the cluster unless it is there whole: initdb works beside it and the result is moved into place."""
    if (paths.postgres / "PG_VERSION").exists():
        return
    programs = _programs()
    part = paths.local / "postgres.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    secret = paths.local / "postgres.secret"
    write_private(secret, password)
    user = server_user(paths)
    for path in (part, secret):
        os.chown(path, user.pw_uid, user.pw_gid)
    argv = [
        str(programs / "initdb"),
        "--pgdata",
        str(part),
        "--username",
        "postgres",
        "--pwfile",
        str(secret),
        "--auth",
        "scram-sha-256",
        "--encoding",
        "UTF8",
        "--locale",
        "C.UTF-8",
        *([] if sync else ["--no-sync"]),
    ]
    done = subprocess.run(as_server_user(paths, argv), cwd="/", env=_environment(), capture_output=True, text=True)
    secret.unlink()
    if done.returncode:
        raise Failure(f"PostgreSQL's cluster could not be made:\n{done.stderr.strip()}")
    part.rename(paths.postgres)


def process(paths: Paths, port: int, settings: tuple[str, ...] = DURABLE, prefix: tuple[str, ...] = ()) -> Process:
    """The server, on loopback alone, without a socket file (its path may be longer than one may be).

    `prefix` is a command that runs the server in its own place, as the server's user.
    """
    chosen = (
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "unix_socket_directories=",
        "jit=off",
        "max_connections=400",
        "shared_buffers=128MB",
        "max_wal_size=2GB",
        "logging_collector=off",
        "log_timezone=UTC",
        "timezone=UTC",
        "password_encryption=scram-sha-256",
        *DISCREET,
        *settings,
    )
    argv = [*prefix, str(_programs() / "postgres"), "-D", str(paths.postgres)]
    for setting in chosen:
        argv += ["-c", setting]
    return Process(
        "postgres",
        as_server_user(paths, argv),
        _environment(),
        port,
        f"postgres:{port}",
        kind=ENGINE,
        stop="SIGINT",
        grace=30.0,
        cleans=str(paths.postgres),
    )


def clean_stale_lock(data: Path) -> None:
    """Remove a `postmaster.pid` whose pid was given to a stranger since.

    PostgreSQL itself sorts out a pid that is gone, and refuses to start while server processes of the dead one
    still hold its memory; only a reused pid would stop it for ever.
    """
    lock = data / "postmaster.pid"
    try:
        pid = int(lock.read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    if processes.born(pid) and not processes.working_in(data, "postgres"):
        lock.unlink(missing_ok=True)


def prepare_databases(admin_url: str, passwords: dict[str, str], own: bool) -> None:
    """Create or bring up to date the roles and databases of all services, and close the rest of a cluster of our own;
    running it again changes nothing."""
    script = [f"\\i '{SQL / 'cluster.sql'}'"] if own else []
    for service in SERVICES:
        script += [
            f"\\set service {service}",
            f"\\set owner_password {passwords[f'{service}_owner']}",
            f"\\set app_password {passwords[f'{service}_app']}",
            f"\\i '{SQL / 'service.sql'}'",
        ]
    done = psql(admin_url, "\n".join(script) + "\n")
    if done.returncode:
        raise Failure(f"the databases could not be prepared:\n{done.stderr.strip()}")


def psql(url: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script; the URL goes by the environment so that no password stands in the list of processes."""
    argv = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1", "--file", "-"]
    return subprocess.run(argv, input=script, capture_output=True, text=True, env=client_environment(url))


def client_environment(url: str) -> dict[str, str]:
    """libpq's variables for a URL."""
    parts = urlsplit(url)
    return {
        **os.environ,
        "PGHOST": parts.hostname or "127.0.0.1",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/") or "postgres",
        "PGCONNECT_TIMEOUT": "10",
    }


def _programs() -> Path:
    found = binaries()
    if found is None:
        raise Failure("PostgreSQL's server is not installed: apt-get install --no-install-recommends postgresql")
    return found


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
