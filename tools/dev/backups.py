"""A backup of a running system in one file, and a system made from it.

The file holds what cannot be made anew: the five databases, the signing keys, the first account, the log's checkpoints, the
passwords of subscribers.
It is a secret like they are. The log is dumped first and the services after it, so that the log never knows more than
they do: what it lacks is sent to it again after the restore (`tools.ops.reconcile --repair`). What stands beside the
databases is taken before the log, so that no checkpoint names entries which the restored log lacks. What waited in the
broker is in the outboxes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from deploy.services import SERVICES
from tools.dev import passwords, postgres
from tools.dev.paths import Failure, Paths, read_json, write_private
from tools.dev.system import System

FIRST = "audit"
LATER = ("webhooks",)
"""The services that a backup of a release before them lacks; these begin empty."""
BESIDE = ("keys", "staff.json", "checkpoints")
SUBSCRIBERS = "subscribers.json"

# Events that were published after the backup are lost, and their positions would be given anew: whoever has read up to one
# of those would miss as many events, so they are passed over. The epoch tells events of before from those of after.
BEGIN_EPOCH = """
SELECT setval('outbox_position', nextval('outbox_position') + 1000000000);
SELECT setval('epoch', greatest(last_value + 1, extract(epoch FROM now())::bigint)) FROM epoch"""


def write(paths: Paths, system: System, file: Path) -> int:
    """Write a backup of the running `system` to `file` (0600, whole or not at all); answers its size in bytes."""
    with tempfile.TemporaryDirectory(dir=paths.local, prefix="backup-") as name:
        folder = Path(name)
        for beside in BESIDE:
            if (paths.local / beside).exists():
                _copy(paths.local / beside, folder / beside)
        write_private(folder / SUBSCRIBERS, json.dumps(passwords.subscribers(paths)))
        _dump(system, FIRST, folder)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda service: _dump(system, service, folder), [one for one in SERVICES if one != FIRST]))
        part = folder / "whole.tar"
        with tarfile.open(part, "w") as archive:
            for service in SERVICES:
                archive.add(folder / f"{service}.dump", f"{service}.dump")
            for beside in (*BESIDE, SUBSCRIBERS):
                if (folder / beside).exists():
                    archive.add(folder / beside, beside)
        part.chmod(0o600)
        shutil.move(part, file)
    return file.stat().st_size


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target) if source.is_dir() else shutil.copy2(source, target)


def _own_members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """What a backup holds: plain files and folders below it, which become this user's. Raises TarError for anything
    else.

    The standard library's own filter for this came with Python 3.11.4; Debian 12 has 3.11.2.
    """
    for member in archive:
        path = PurePosixPath(member.name)
        if not (member.isfile() or member.isdir()) or path.is_absolute() or ".." in path.parts:
            raise tarfile.TarError(f"{member.name} belongs in no backup")
        member.uid, member.gid, member.uname, member.gname = os.getuid(), os.getgid(), "", ""
        yield member


def unpack(paths: Paths, file: Path) -> None:
    """Lay what stands beside the databases into an empty `.local/`, and the dumps into `.local/restore`."""
    folder = paths.local / "restore"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, _own_members(archive))
    except (OSError, tarfile.TarError) as error:
        raise Failure(f"{file} is no backup that can be read: {error}") from error
    missing = [one for one in SERVICES if one not in LATER and not (folder / f"{one}.dump").exists()]
    if missing:
        raise Failure(f"{file} is not a whole backup: it lacks {', '.join(missing)}.")
    for beside in BESIDE:
        if (folder / beside).exists():
            target = paths.local / beside
            shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
            shutil.move(folder / beside, target)
    passwords.keep(paths, read_json(folder / SUBSCRIBERS, {}))


def load(paths: Paths, system: System) -> bool:
    """Fill the new, empty databases from `.local/restore`, where `unpack` left it; answers whether there was
    anything."""
    folder = paths.local / "restore"
    if not folder.exists():
        return False
    dumped = [service for service in SERVICES if (folder / f"{service}.dump").exists()]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda service: _restore(system, service, folder), dumped))
    shutil.rmtree(folder)
    return True


def begin_epoch(system: System) -> None:
    """Begin a new epoch in the restored and migrated databases."""
    for service in SERVICES:
        _run(system, service, ["psql", "--quiet", "--command", BEGIN_EPOCH], f"{service}'s new epoch")


def _dump(system: System, service: str, folder: Path) -> None:
    _run(
        system, service, ["pg_dump", "--format=custom", "--file", str(folder / f"{service}.dump")], f"{service}'s dump"
    )


def _restore(system: System, service: str, folder: Path) -> None:
    _run(
        system,
        service,
        [
            "pg_restore",
            "--exit-on-error",
            "--single-transaction",
            "--clean",
            "--if-exists",
            "--no-comments",
            "--dbname",
            _database(system, service),
            str(folder / f"{service}.dump"),
        ],
        f"{service}'s restore",
    )


def _database(system: System, service: str) -> str:
    return urlsplit(system.databases[service]["owner"]).path[1:]


def _run(system: System, service: str, argv: list[str], what: str) -> None:
    """Run one of PostgreSQL's programs as the database's owner."""
    programs = postgres.binaries()
    program = str(programs / argv[0]) if programs else argv[0]
    env = postgres.client_environment(system.databases[service]["owner"])
    done = subprocess.run(
        [program, *argv[1:]], env=env | {"LC_ALL": "C.UTF-8"}, cwd=os.sep, capture_output=True, text=True
    )
    if done.returncode:
        raise Failure(f"{what} failed:\n{done.stderr.strip()[-2000:]}")
