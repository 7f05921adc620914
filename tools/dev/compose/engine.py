"""A Docker engine of the checkout's own on Debian, and images made of Debian's packages in the place of official ones.

Everything lies below `.local/docker`; the machine's own engine, if it has one, is left alone. The substitutes are for a machine
that cannot pull images, and for tests: they keep what docker-compose.yml relies on, and nothing else.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

from tools.dev import processes
from tools.dev.install import ensure_packages
from tools.dev.paths import Failure, Paths, write_private
from tools.dev.probes import wait_for

PACKAGES = {"docker.io": "dockerd", "debootstrap": "debootstrap", "iptables": "iptables"}
"""What is installed, and the program that tells whether it is there."""
SUITE = "trixie"
BASE = f"commerce-substitute/debian:{SUITE}"
SUBSTITUTES = {
    "PYTHON_IMAGE": "commerce-substitute/python:3.13-slim-trixie",
    "POSTGRES_IMAGE": "commerce-substitute/postgres:17",
    "RABBITMQ_IMAGE": "commerce-substitute/rabbitmq:4",
    "NGINX_IMAGE": "commerce-substitute/nginx:1.26",
}
"""The variables of docker-compose.yml that name an image, and its substitute."""
ABSENT = "no Docker engine with Compose 2 answers; ./dev compose engine starts one."
CERTIFICATES = Path("/usr/local/share/ca-certificates")  # a machine behind a proxy of its own trusts it here
PLUGIN = Path("usr/libexec/docker/cli-plugins/docker-compose")


def folder(paths: Paths) -> Path:
    """Where the engine has its data, its socket and its log."""
    return paths.local / "docker"


def environment(paths: Paths) -> dict[str, str]:
    """The variables by which `docker compose` finds this engine and the substitutes."""
    own = folder(paths)
    return {"DOCKER_HOST": f"unix://{own / 'socket'}", "DOCKER_CONFIG": str(own / "config"), **SUBSTITUTES}


def answers(given: dict[str, str]) -> bool:
    """Whether an engine answers with Compose 2 beside it, in the environment with the variables `given`."""
    if not shutil.which("docker"):
        return False
    asked = (["docker", "info", "--format", "{{.ServerVersion}}"], ["docker", "compose", "version"])
    return all(subprocess.run(argv, env={**os.environ, **given}, capture_output=True).returncode == 0 for argv in asked)


def found(paths: Paths) -> dict[str, str] | None:
    """The variables by which an engine is reached: none for the machine's, those of our own else; None where neither
    answers."""
    return next((given for given in ({}, environment(paths)) if answers(given)), None)


def start(paths: Paths, report) -> None:
    """Install what is missing, start the engine unless it answers, and build the substitutes that are missing."""
    if os.getuid() != 0:
        raise Failure("an engine is root's to install and start.")
    if answers({}):
        raise Failure("an engine with Compose 2 answers here already; docker compose finds it by itself.")
    paths.make()
    ensure_packages([name for name, program in PACKAGES.items() if not shutil.which(program)], report)
    own = folder(paths)
    for made in (own / "config" / "cli-plugins", own / "run"):
        made.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (own / SUITE / "etc" / "resolv.conf").exists():
        _bootstrap(own / SUITE, report)
    plugin = own / "config" / "cli-plugins" / PLUGIN.name
    if not plugin.exists():
        shutil.copy2(own / SUITE / PLUGIN, plugin)
    if not answers(environment(paths)):
        _start_daemon(paths, own)
    report("the engine answers")
    _build(paths, own, report)


def stop(paths: Paths) -> bool:
    """End the engine with its containers; answers whether one ran. Images and volumes stay."""
    record = processes.read_record(folder(paths) / "run", "dockerd")
    if record is None:
        return False
    os.kill(record.pid, signal.SIGTERM)
    wait_for("the engine's end", lambda: processes.read_record(folder(paths) / "run", "dockerd") is None, 90)
    return True


def _bootstrap(root: Path, report) -> None:
    report(f"a bare Debian {SUITE} (debootstrap)")
    shutil.rmtree(root, ignore_errors=True)
    _run(["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, str(root)])
    for certificate in CERTIFICATES.glob("*.crt"):
        shutil.copy2(certificate, root / CERTIFICATES.relative_to("/"))
    _run(["chroot", str(root), "update-ca-certificates"])
    # Compose 2, which Debian 12 lacks: the one program of its package.
    shutil.copy2("/etc/resolv.conf", root / "etc" / "resolv.conf")
    fetch = (
        "apt-get update --quiet && cd /tmp && apt-get download docker-compose && dpkg-deb --extract *.deb / && rm *.deb"
    )
    _run(["chroot", str(root), "sh", "-ec", fetch])


def _start_daemon(paths: Paths, own: Path) -> None:
    argv = ["dockerd", "--host", f"unix://{own / 'socket'}", "--pidfile", str(own / "pid")]
    argv += [
        "--data-root",
        str(own / "data"),
        "--exec-root",
        str(own / "exec"),
        "--config-file",
        str(own / "none.json"),
    ]
    write_private(own / "none.json", "{}")
    with (paths.logs / "dockerd.log").open("ab") as log:
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    processes.record(folder(paths) / "run", "dockerd", child.pid)
    try:
        wait_for("the engine", lambda: child.poll() is not None or answers(environment(paths)), 60)
    finally:
        if child.poll() is not None:
            raise Failure(f"the engine ended:\n{(paths.logs / 'dockerd.log').read_text()[-2000:]}")


def _build(paths: Paths, own: Path, report) -> None:
    env = {**os.environ, **environment(paths), "DOCKER_BUILDKIT": "0"}
    if not _known(BASE, env):
        archive = ["tar", "--create", "--numeric-owner", "--directory", str(own / SUITE)]
        archive += [f"--exclude=./{PLUGIN}", "--exclude=./proc/*", "--exclude=./sys/*", "--exclude=./dev/*", "."]
        with subprocess.Popen(archive, stdout=subprocess.PIPE) as packed:
            _run(["docker", "import", "-", BASE], env=env, stdin=packed.stdout)
    for image in SUBSTITUTES.values():
        if not _known(image, env):
            report(f"building {image}")
            context = paths.checkout / "deploy" / "docker" / "substitutes" / image.partition("/")[2].partition(":")[0]
            _run(["docker", "build", "--quiet", "--tag", image, str(context)], env=env)


def _known(image: str, env: dict[str, str]) -> bool:
    return subprocess.run(["docker", "image", "inspect", image], env=env, capture_output=True).returncode == 0


def _run(argv: list[str], *, env: dict[str, str] | None = None, stdin=subprocess.DEVNULL) -> None:
    done = subprocess.run(argv, env=env, stdin=stdin, capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"{' '.join(argv[:4])} … failed:\n{(done.stdout + done.stderr)[-2000:]}")
