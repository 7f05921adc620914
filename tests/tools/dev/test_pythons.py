"""The Python that the virtual environment is made from: an optimised build before one that is not."""

import os
import sys
from pathlib import Path

import pytest

from tools.dev import install, pythons
from tools.dev.paths import Paths
from tools.dev.pythons import Python, best_python, describe


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """`machine(running, **others)`: a machine whose ./dev runs on `running`, with other programs on its PATH."""

    def make(running: Python | None, **others: Python | None) -> None:
        known = {sys.executable: running}
        for name, python in others.items():
            program = tmp_path / name / (f"python3.{python.version[1]}" if python else "python3")
            program.parent.mkdir()
            program.touch()
            known[str(program)] = python
        monkeypatch.setattr(pythons, "SYSTEM", tmp_path / "none")
        monkeypatch.setenv("PATH", os.pathsep.join(str(tmp_path / name) for name in others))
        monkeypatch.setattr(pythons, "describe", known.__getitem__)

    best_python.cache_clear()
    yield make
    best_python.cache_clear()


def built(version: tuple[int, ...], optimised: bool, name: str = "x") -> Python:
    return Python(f"/{name}/python3", version, optimised)


SLOW, FAST = built((3, 11, 7), False), built((3, 11, 2), True)


def test_an_optimised_build_stays_whatever_else_there_is(machine):
    machine(FAST, other=built((3, 11, 9), True, "other"))
    assert best_python() == FAST


def test_an_optimised_build_is_found_on_the_path_one_of_the_same_version_first(machine):
    machine(SLOW, broken=None, slow=built((3, 11, 8), False), newer=built((3, 13, 1), True), fast=FAST)
    assert best_python() == FAST


def test_another_version_will_do_and_an_old_one_will_not(machine):
    machine(SLOW, newer=built((3, 13, 1), True))
    assert best_python().version == (3, 13, 1)


def test_without_an_optimised_build_it_is_the_one_that_runs_dev(machine):
    machine(SLOW, other=built((3, 11, 9), False), old=built((3, 9, 2), True))
    assert best_python() == SLOW


def test_a_program_is_described_by_the_python_behind_it(tmp_path):
    link = tmp_path / "python3"
    link.symlink_to(sys.executable)
    found = describe(str(link))
    assert (found.version, Path(found.program).is_symlink()) == (sys.version_info[:3], False)
    assert describe("/bin/true") is None and describe(str(tmp_path / "nothing")) is None


def test_a_slower_python_is_named_with_the_way_to_a_faster_one(monkeypatch, tmp_path):
    monkeypatch.setattr(install, "best_python", lambda: FAST)
    monkeypatch.setattr(install, "describe", lambda program: SLOW)
    assert install.python_in_use(Paths.of(tmp_path)) == (
        "Python 3.11.7 (/x/python3, built without PGO); "
        "rm -r .local/venv, then ./dev up makes it from Python 3.11.2 (/x/python3, built with PGO)"
    )
    monkeypatch.setattr(install, "describe", lambda program: None)
    assert install.python_in_use(Paths.of(tmp_path)) == "Python 3.11.2 (/x/python3, built with PGO)"
