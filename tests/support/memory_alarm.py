"""The memory alarm of the tests' broker: it stops reading from whoever publishes, until the alarm is over."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.dev import processes, rabbitmq
from tools.dev.paths import CHECKOUT, Paths

RABBITMQCTL = rabbitmq.SERVER.with_name("rabbitmqctl")
ENOUGH = "0.6"


@contextmanager
def memory_alarm() -> Iterator[None]:
    """The broker believes that its memory is used up, for as long as the block lasts."""
    _allow_memory("0.00001")
    try:
        yield
    finally:
        _allow_memory(ENOUGH)


def _allow_memory(share: str) -> None:
    paths = Paths(CHECKOUT, Path(os.environ[processes.MARK]))
    ports = json.loads((paths.local / "ports.json").read_text())
    broker = rabbitmq.processes(paths, ports)[-1]
    done = subprocess.run(
        [RABBITMQCTL, "set_vm_memory_high_watermark", share], env=broker.env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
