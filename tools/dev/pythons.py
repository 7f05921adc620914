"""Pythons of this machine: which of them the virtual environment is made from, the fastest build that is there.

A Python that was built with profile-guided optimisation (PGO) serves the same page with a fifth less of the processor.
Debian's own is; one that pyenv compiles is not, unless it was told to, and stands before it on many a PATH.
"""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST = (3, 11)
SYSTEM = Path("/usr/bin")
NAME = re.compile(r"python3(\.1[1-9])?")
# It fails where no virtual environment can be made. Of one, the program is the Python that it was made from.
DESCRIBE = """
import ensurepip, json, os, sys, sysconfig, venv
program = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
print(json.dumps([program, sys.version_info[:3], sys.base_prefix, sysconfig.get_config_var("CONFIG_ARGS") or ""]))
"""


@dataclass(frozen=True)
class Python:
    """A Python by its program. `optimised` is whether it was built with PGO."""

    program: str
    version: tuple[int, ...]
    optimised: bool

    def __str__(self) -> str:
        build = "with" if self.optimised else "without"
        return f"Python {'.'.join(map(str, self.version))} ({self.program}, built {build} PGO)"


@functools.cache
def best_python() -> Python:
    """The Python that runs this if it is an optimised build, else one that is: of the same version before others,
    the system's before those of PATH. Where there is none, the one that runs this."""
    running = describe(sys.executable) or Python(sys.executable, sys.version_info[:3], False)
    if running.optimised:
        return running
    others = []
    for one in map(describe, _programs()):
        if one and one.optimised and one.version >= OLDEST:
            if one.version[:2] == running.version[:2]:
                return one
            others.append(one)
    return others[0] if others else running


def describe(program: str) -> Python | None:
    """What `program` is; None for what is no Python, or cannot make a virtual environment."""
    argv = [program, "-I", "-c", DESCRIBE]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=20)
        real, version, prefix, configured = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    # Distributions build with PGO in ways of their own, which the options of `configure` do not show.
    optimised = "--enable-optimizations" in configured or prefix == str(SYSTEM.parent)
    return Python(real, tuple(version), optimised)


def _programs() -> Iterator[str]:
    """The programs that are named like a Python, each once."""
    seen = {os.path.realpath(sys.executable)}
    for folder in (str(SYSTEM), *os.environ.get("PATH", os.defpath).split(os.pathsep)):
        for path in sorted(Path(folder).glob("python3*")) if folder else ():
            real = os.path.realpath(path)
            if NAME.fullmatch(path.name) and real not in seen:
                seen.add(real)
                yield str(path)
