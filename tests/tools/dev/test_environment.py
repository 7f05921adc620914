"""The environment of our processes, as ./dev and the image set it."""

import re

from tools.dev import system
from tools.dev.paths import CHECKOUT, Paths


def test_a_process_has_two_heaps_however_many_threads_it_has():
    """Each thread of the C library else has a heap of its own, which keeps the memory of the largest work it did."""
    image = re.findall(r"MALLOC_ARENA_MAX=(\w+)", (CHECKOUT / "deploy/docker/Dockerfile").read_text())
    assert [system.base_environment(Paths.of(CHECKOUT))["MALLOC_ARENA_MAX"], *image] == ["2", "2"]
