"""The engines of the tests, which `./dev test` starts and names in the environment."""

import os
from pathlib import Path

import pytest

ISSUERS = ["gateway", *sorted(path.parent.name for path in Path("services").glob("*/service.py"))]


def engine_address(name: str) -> str:
    """Where an engine of the tests is; fails with a sentence when `./dev test` has not started it."""
    if name not in os.environ:
        pytest.fail(f"{name} is not set: run the tests with ./dev test", pytrace=False)
    return os.environ[name]
