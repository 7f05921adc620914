"""The virtual environment follows the lock."""

import os
import subprocess

import pytest

from tools.dev import install
from tools.dev.paths import CHECKOUT, Failure, Paths
from tools.dev.pythons import Python

FAST = Python("/usr/bin/python3.11", (3, 11, 2), True)


@pytest.fixture
def commands(monkeypatch):
    """The programs that would be run, in their order; nothing is installed."""
    seen = []

    def run(argv, **given):
        seen.append(argv)
        if argv[1:3] == ["-m", "venv"]:
            os.makedirs(f"{argv[3]}/bin")
            for name in ("python", "uv"):
                open(f"{argv[3]}/bin/{name}", "w").close()
        return subprocess.CompletedProcess(argv, 0, "", "")

    monkeypatch.setattr(install, "best_python", lambda: FAST)
    monkeypatch.setattr(install.subprocess, "run", run)
    return seen


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "requirements.lock").write_text((CHECKOUT / "requirements.lock").read_text())
    return Paths.of(tmp_path)


def test_packages_are_installed_once_with_their_hashes(checkout, commands):
    install.ensure_venv(checkout, print)
    assert [argv[:3] for argv in commands if argv[1] == "-m"] == [[FAST.program, "-m", "venv"]]
    assert commands[-1][-4:] == [
        "--python",
        checkout.python,
        "--require-hashes",
        str(checkout.checkout / "requirements.lock"),
    ]
    done = len(commands)
    install.ensure_venv(checkout, print)
    assert len(commands) == done


def test_a_changed_lock_is_installed_into_the_environment_that_is_there(checkout, commands):
    install.ensure_venv(checkout, print)
    commands.clear()
    with open(checkout.checkout / "requirements.lock", "a") as lock:
        lock.write("# renewed\n")
    install.ensure_venv(checkout, print)
    assert [argv[0] for argv in commands] == [str(checkout.venv / "bin" / "uv")]


def test_a_checkout_that_was_moved_gets_a_new_environment(checkout, commands, tmp_path):
    install.ensure_venv(checkout, print)
    commands.clear()
    moved = tmp_path / "elsewhere"
    (tmp_path / "requirements.lock").rename(tmp_path / "lock")
    os.makedirs(moved)
    (tmp_path / ".local").rename(moved / ".local")
    (tmp_path / "lock").rename(moved / "requirements.lock")
    install.ensure_venv(Paths.of(moved), print)
    assert commands[0][1:3] == ["-m", "venv"]


def test_the_generators_have_an_environment_of_their_own(checkout, commands):
    lock = checkout.checkout / install.GENERATORS
    lock.parent.mkdir(parents=True)
    lock.write_text("# theirs\n")
    install.ensure_venv(checkout, print)
    commands.clear()
    programs = install.ensure_generators(checkout, print)
    assert programs == checkout.local / "generators/bin"
    assert commands[-1][0] == str(checkout.venv / "bin/uv")
    assert commands[-1][-4:] == ["--python", str(programs / "python"), "--require-hashes", str(lock)]
    commands.clear()
    assert install.ensure_generators(checkout, print) == programs and not commands


def test_what_cannot_be_fetched_says_so_and_is_tried_again(checkout, commands, monkeypatch):
    lock = checkout.checkout / install.GENERATORS
    lock.parent.mkdir(parents=True)
    lock.write_text("# theirs\n")
    install.ensure_venv(checkout, print)
    answering = install.subprocess.run

    def unreachable(argv, **given):
        done = answering(argv, **given)
        return subprocess.CompletedProcess(argv, 2, "", "connection refused") if "sync" in argv else done

    with monkeypatch.context() as away:
        away.setattr(install.subprocess, "run", unreachable)
        with pytest.raises(
            Failure, match=r"^\.local/generators could not be filled; is the registry .*\n.*\n.*refused"
        ):
            install.ensure_generators(checkout, print)
    commands.clear()
    install.ensure_generators(checkout, print)
    assert "sync" in commands[-1]


def test_whoever_is_not_root_gets_the_line_to_have_run(monkeypatch):
    monkeypatch.setattr(install.os, "getuid", lambda: 1000)
    with pytest.raises(Failure) as failure:
        install.ensure_packages(["rabbitmq-server", "postgresql"], print)
    assert str(failure.value) == (
        "missing on this machine: rabbitmq-server, postgresql. As root, once:\n  apt-get update && "
        "apt-get install --yes --no-install-recommends rabbitmq-server postgresql"
    )


def test_root_installs_and_fetches_the_lists_only_when_they_are_needed(monkeypatch, tmp_path):
    seen = []

    def run(argv, **given):
        seen.append([argument for argument in argv if argument in ("install", "update")][0])
        return subprocess.CompletedProcess(argv, 100 if len(seen) == 1 else 0, "", "")

    monkeypatch.setattr(install.os, "getuid", lambda: 0)
    monkeypatch.setattr(install.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(install, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(install.subprocess, "run", run)
    install.ensure_packages(["postgresql"], print)
    assert seen == ["install", "update", "install"]
    assert not (tmp_path / "policy-rc.d").exists()
