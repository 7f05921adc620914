"""Fixtures of the tests in containers: `./dev test tests/compose`, where a Docker engine with Compose 2 answers.

They are a run of their own, `--confcutdir=tests/compose`: nothing is patched here, and the system is one for the whole run.
"""

from collections.abc import Iterator

import pytest

from tests.support.compose.system import System
from tools.dev.compose import cli
from tools.dev.paths import CHECKOUT, Failure, Paths


@pytest.fixture(scope="session")
def system(tmp_path_factory) -> Iterator[System]:
    """The running system, in a project of its own."""
    try:
        project = cli.project(Paths.of(CHECKOUT))
    except Failure as missing:
        pytest.skip(str(missing))
    running = System(project, tmp_path_factory.mktemp("compose"))
    try:
        running.up()
        yield running
    finally:
        running.down()
