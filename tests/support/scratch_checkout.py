"""Scratch checkouts: the real `./dev` and `tools/dev/`, with fakes of everything that it starts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.services import SERVICES

ROOT = Path(__file__).resolve().parents[2]
KEYGEN = """\
import pathlib
import sys

folder = pathlib.Path(sys.argv[2])
for name in sys.argv[3:]:
    for suffix in ("key", "pub"):
        (folder / f"{name}.{suffix}").touch()
"""
KEYRING = """\
import pathlib
import sys

pathlib.Path(sys.argv[2]).touch()
"""
SEED = """\
import json
import os
import sys

names = sorted(name for name in os.environ if name.endswith("DATABASE_URL"))
with open("seeded", "a") as log:
    log.write(json.dumps([sys.argv[1:], names]) + "\\n")
"""


BENCH = """\
import json
import os
import sys

with open("benched", "w") as log:
    json.dump({"arguments": sys.argv[1:], "environment": dict(os.environ)}, log)
sys.exit(0 if "--dry" in sys.argv else 3)
"""


@dataclass(frozen=True)
class Scratch:
    """One scratch checkout and what a person does in it."""

    folder: Path

    def dev(self, *arguments: str, timeout: float = 150, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `./dev …` to its end."""
        return subprocess.run(
            [str(self.folder / "dev"), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            env=clean_environment() | environment,
            stdin=subprocess.DEVNULL,
        )

    def status(self) -> dict[str, dict]:
        """`./dev status --json` by name."""
        return {one["name"]: one for one in json.loads(self.dev("status", "--json").stdout)}

    def supervisor(self) -> int:
        return json.loads((self.folder / ".local/run/supervisor.pid").read_text())["pid"]

    def wait(self, described: str, check, seconds: float = 60.0) -> None:
        """Wait until `check(status)` holds."""
        end = time.monotonic() + seconds
        while not check(self.status()):
            assert time.monotonic() < end, f"never: {described}; {self.status()}"
            time.sleep(0.1)


def clean_environment() -> dict[str, str]:
    """The caller's environment without settings and addresses of the tests that run us."""
    strange = ("COMMERCE_", "AMQP_URI", "DATABASE_URL", "DEV_SYSTEM")
    return {name: value for name, value in os.environ.items() if not name.startswith(strange)}


def make(folder: Path) -> Scratch:
    """Make a scratch checkout that shares the installed packages of the real one."""
    for name in ("deploy", "tools/dev"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("dev", "requirements.lock"):
        shutil.copy(ROOT / name, folder / name)
    # Of the import walls the first alone: the others name modules that only the real tree has.
    wall = "[[tool.importlinter.contracts]]"
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split(wall)
    (folder / "pyproject.toml").write_text(wall.join(settings[:2]), encoding="utf-8")
    shutil.copy(Path(__file__).with_name("fake_process.py"), folder / "fake_process.py")
    for package in ("gateway", *(f"services/{name}" for name in SERVICES)):
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").touch()
        (folder / package / "__main__.py").write_text(
            f'import fake_process\n\nfake_process.main("{package.split("/")[-1]}")\n'
        )
    (folder / "gateway" / "templates").mkdir()
    (folder / "gateway" / "templates" / "page.html").write_text("<p>A page</p>\n")
    (folder / "chassis" / "bus").mkdir(parents=True)
    for name in ("__init__.py", "address.py"):  # by which `deploy.rabbitmq` reaches the broker
        shutil.copy(ROOT / "chassis/bus" / name, folder / "chassis/bus" / name)
    for package in ("commerce_events", "commerce_client"):
        (folder / package).mkdir()
    for package in ("chassis", "services", "tools", "commerce_events", "commerce_client"):
        (folder / package / "__init__.py").touch()
    (folder / "chassis" / "signing_keys.py").write_text(KEYGEN)
    (folder / "chassis" / "db").mkdir()
    (folder / "chassis" / "db" / "__init__.py").touch()
    (folder / "chassis" / "db" / "encryption.py").write_text(KEYRING)
    (folder / "tools" / "ops").mkdir()
    for name, text in {"seed": SEED, "bench": BENCH, "docs": "", "ops/reconcile": "", "ops/client_totals": ""}.items():
        (folder / "tools" / f"{name}.py").write_text(text)
    (folder / ".local").mkdir(mode=0o700)
    (folder / ".local" / "venv").symlink_to(installed())
    return Scratch(folder)


def installed() -> Path:
    """The virtual environment these tests run in."""
    return Path(sys.prefix)
