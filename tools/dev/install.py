"""Installation of what a bare machine lacks: Debian's packages, and the virtual environment of the lock."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.dev import postgres, rabbitmq
from tools.dev.paths import Failure, Paths
from tools.dev.pythons import best_python, describe

TEST_PACKAGES = {"chromium-headless-shell", "libatomic1", "prometheus"}
GENERATORS = "tests/support/generated_clients/requirements.lock"
POLICY = Path("/usr/sbin/policy-rc.d")
# A machine behind a proxy of its own trusts it here; uv brings another list by itself.
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def missing_packages(tests: bool = False) -> list[str]:
    """Debian packages that have to be installed first."""
    wanted = {
        "rabbitmq-server": rabbitmq.SERVER.exists() and shutil.which("epmd"),
        "postgresql": postgres.binaries() and shutil.which("psql"),
        "python3-venv": _can_make_venv(),
        "tzdata": Path("/usr/share/zoneinfo/UTC").exists(),
    }
    if tests:
        wanted["chromium-headless-shell"] = shutil.which("chromium-headless-shell")
        wanted["prometheus"] = shutil.which("promtool")  # its rules' tests, by a program of theirs
        wanted["libatomic1"] = any(Path("/usr/lib").glob("*/libatomic.so.1"))  # Playwright's own Node.js needs it
    return [name for name, present in wanted.items() if not present]


def install_line(packages: list[str]) -> str:
    """The one line that an administrator types."""
    return "apt-get update && apt-get install --yes --no-install-recommends " + " ".join(packages)


def ensure_packages(packages: list[str], report) -> None:
    """Install Debian packages when root; anyone else gets the line to have run."""
    if not packages:
        return
    if os.getuid() != 0 or not shutil.which("apt-get"):
        raise Failure(f"missing on this machine: {', '.join(packages)}. As root, once:\n  {install_line(packages)}")
    report(f"installing {', '.join(packages)} (apt-get)")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    lock = ["-o", "DPkg::Lock::Timeout=120"]
    install = ["apt-get", *lock, "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    with _no_daemons():
        done = subprocess.run(install, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:  # most often: the package lists are old or were never fetched
            subprocess.run(["apt-get", *lock, "update", "--quiet"], env=env, capture_output=True)
            done = subprocess.run(install, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Failure(f"apt-get could not install {', '.join(packages)}:\n{(done.stdout + done.stderr)[-2000:]}")


@contextlib.contextmanager
def _no_daemons() -> Iterator[None]:
    """Keep the packages from starting servers of the machine: ours are private."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def ensure_venv(paths: Paths, report) -> None:
    """Bring `.local/venv` to the lock; does nothing while the lock is the one it was made from. One that is there keeps
    its Python."""
    lock = paths.checkout / "requirements.lock"
    if _is_current(paths.venv, lock):
        return
    report("installing Python packages (.local/venv)")
    with Paths.of(paths.checkout).lock("venv.lock", patience=300.0):
        _make_venv(paths.venv)
        if not _uv(paths).exists():
            only_uv = paths.venv / "uv.lock.txt"
            only_uv.write_text(locked_lines(lock.read_text(encoding="utf-8"), "uv"), encoding="utf-8")
            _run([paths.python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(only_uv)])
        _sync(paths, paths.venv, lock)


def ensure_generators(paths: Paths, report) -> Path:
    """Bring `.local/generators` to the lock of the programs that make clients from the OpenAPI document, by the uv of
    `.local/venv`; answers the folder of its programs. A test alone needs them, and they bring a Java of their own."""
    venv, lock = paths.checkout / ".local" / "generators", paths.checkout / GENERATORS
    if not _is_current(venv, lock):
        report("installing generators of API clients (.local/generators)")
        with Paths.of(paths.checkout).lock("generators.lock", patience=300.0):
            _make_venv(venv)
            _sync(paths, venv, lock)
    return venv / "bin"


def _is_current(venv: Path, lock: Path) -> bool:
    """Whether a virtual environment was made from this lock, at this place."""
    stamp = _stamp(venv)
    found = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
    return found == _made_from(venv, lock) and (venv / "bin" / "python").exists()


def _make_venv(venv: Path) -> None:
    """An empty virtual environment; one that was made here with this Python stays."""
    stamp = _stamp(venv)
    found = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
    if not (venv / "bin" / "python").exists() or not found.endswith(_place(venv)):
        shutil.rmtree(venv, ignore_errors=True)
        _run([best_python().program, "-m", "venv", str(venv)])


def _sync(paths: Paths, venv: Path, lock: Path) -> None:
    # The lock names no registry; which one to ask is the machine's own setting.
    certificates = ["--system-certs"] if CERTIFICATES.exists() else []
    into = ["--python", str(venv / "bin" / "python"), "--require-hashes", str(lock)]
    try:
        _run([str(_uv(paths)), *certificates, "pip", "sync", "--quiet", *into])
    except Failure as failure:
        name = venv.relative_to(paths.checkout)
        raise Failure(
            f"{name} could not be filled; is the registry of packages reachable from here?\n{failure}"
        ) from None
    _stamp(venv).write_text(_made_from(venv, lock), encoding="utf-8")


def _uv(paths: Paths) -> Path:
    return paths.venv / "bin" / "uv"


def _stamp(venv: Path) -> Path:
    return venv / "lock.sha256"


def _made_from(venv: Path, lock: Path) -> str:
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {_place(venv)}"


def _place(venv: Path) -> str:
    return f"{venv.resolve()} {sys.version_info[:2]}"  # programs in a venv hold its path


def python_in_use(paths: Paths) -> str:
    """The Python of `.local/venv`, or the one that it will be made from; and how to get a faster one that is there."""
    best = best_python()
    used = describe(paths.python) or best
    faster = f"; rm -r .local/venv, then ./dev up makes it from {best}" if best.optimised > used.optimised else ""
    return f"{used}{faster}"


def locked_lines(lock: str, package: str) -> str:
    """The lines of one package in a lock: its version and hashes."""
    lines = lock.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    last = next(number for number in range(first, len(lines)) if not lines[number].endswith("\\"))
    return "\n".join(lines[first : last + 1]) + "\n"


def _can_make_venv() -> bool:
    done = subprocess.run([best_python().program, "-c", "import ensurepip, venv"], capture_output=True)
    return done.returncode == 0


def _run(argv: list[str]) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Failure(f"{' '.join(argv[:4])} … failed:\n{(done.stdout + done.stderr)[-2000:]}")
