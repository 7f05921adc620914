"""The gateway's signing key is rotated, and the one before retired, while the system is used."""

import os
import time

import pytest

from chassis.signing_keys import KEYS_SECONDS, UNTIL_UNUSED
from chassis.testing.plugin import wait_until
from tests.support.browser.system import run
from tests.support.steady_load import under_load

pytestmark = pytest.mark.faults


def everybody_reads_the_keys(load) -> None:
    """Wait, under load, until each process has looked at its keys again."""
    began = time.monotonic()
    wait_until(lambda: time.monotonic() - began > KEYS_SECONDS + 1, "the keys to be read again", seconds=60)
    load.await_more()


def test_no_request_fails_while_the_gateways_key_is_rotated_and_the_one_before_it_retired(system):
    key = system.folder / "gateway.key"
    before = key.read_bytes()
    with under_load(system, ("record", "write")) as load:
        run("chassis.signing_keys", "rotate", str(system.folder), str(system.folder), "gateway")
        everybody_reads_the_keys(load)
        long_ago = time.time() - UNTIL_UNUSED - 1  # the test does not wait for what nobody has under way
        os.utime(key, (long_ago, long_ago))
        run("chassis.signing_keys", "retire", str(system.folder), str(system.folder), "gateway")
        everybody_reads_the_keys(load)
    assert load.failed() == [] and 401 not in {answer.status_code for answer in load.answers} and load.late <= 0.05
    assert key.read_bytes() != before
    assert [path.name for path in system.folder.glob("gateway*.pub")] == ["gateway.pub"]
