"""Paths of a system: everything below one folder, `.local/`, that git ignores."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


class Failure(Exception):
    """Something the person at the keyboard can mend; its text says what and how."""


@dataclass(frozen=True)
class Paths:
    """The folders and files of one system. `checkout` holds the code, `local` everything that was made."""

    checkout: Path
    local: Path

    @classmethod
    def of(cls, checkout: Path = CHECKOUT) -> Paths:
        """The system that `./dev up` runs for this checkout."""
        return cls(checkout, checkout / ".local")

    @property
    def run(self) -> Path:
        """Process records, the plan and the locks: what is gone after `down`."""
        return self.local / "run"

    @property
    def logs(self) -> Path:
        return self.local / "logs"

    @property
    def keys(self) -> Path:
        return self.local / "keys"

    @property
    def encryption_keys(self) -> Path:
        """The keyring of column encryption."""
        return self.keys / "encryption.keys"

    @property
    def checkpoints(self) -> Path:
        """The activity log's signed checkpoints, and nothing else."""
        return self.local / "checkpoints"

    @property
    def mail(self) -> Path:
        """What would have been mailed, where no mail server is set."""
        return self.local / "mail"

    @property
    def postgres(self) -> Path:
        return self.local / "postgres"

    @property
    def rabbitmq(self) -> Path:
        return self.local / "rabbitmq"

    @property
    def venv(self) -> Path:
        """The one virtual environment of the checkout, shared by every system that runs from it."""
        return self.checkout / ".local" / "venv"

    @property
    def python(self) -> str:
        return str(self.venv / "bin" / "python")

    @property
    def mark(self) -> str:
        """A short name for this system, different between two checkouts and kept when one is moved: the broker's
        data are filed under it."""
        known = self.local / "name"
        return known.read_text(encoding="utf-8") if known.exists() else f"{zlib.crc32(str(self.local).encode()):08x}"

    def make(self) -> None:
        """Create the folders, readable by their owner alone."""
        for folder in (self.local, self.run, self.logs, self.keys, self.checkpoints, self.mail):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except PermissionError as refused:
                raise Failure(f"{folder} cannot be written by this user; use a clone of your own.") from refused
        if not (self.local / "name").exists():
            write_private(self.local / "name", self.mark)

    @contextlib.contextmanager
    def lock(self, name: str = "dev.lock", patience: float = 150.0) -> Iterator[None]:
        """Hold `name` so that two commands never change the system at once; waits up to `patience` seconds."""
        self.local.mkdir(mode=0o700, parents=True, exist_ok=True)
        end = time.monotonic() + patience
        with open(self.local / name, "a", encoding="utf-8") as handle:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        raise Failure(f"another ./dev command is at work here ({self.local / name}).") from None
                    time.sleep(0.1)
            yield


def write_private(path: Path, text: str) -> None:
    """Write `text` whole or not at all, mode 0600."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
    part.replace(path)


def read_json(path: Path, default):
    """The JSON in `path`, or `default` when there is none or it was cut off by a crash."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return default
