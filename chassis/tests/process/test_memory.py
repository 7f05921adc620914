"""Memory of a process: what its start loaded is no longer swept."""

import gc

import pytest

from chassis.process import runtime
from chassis.process.memory import SWEEPS
from chassis.settings import Settings


class Container:
    """A service that starts, serves nothing and ends, and notes what was frozen when it did so."""

    frozen: list[int] = []

    def __init__(self, *given):
        self.frozen.clear()

    def start(self):
        self.frozen.append(gc.get_freeze_count())

    wait = start


@pytest.fixture
def swept_again():
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_was_loaded_is_frozen_once_the_service_has_started(monkeypatch, swept_again, keys_dir):
    monkeypatch.setattr(runtime, "ServiceContainer", Container)
    monkeypatch.setattr(runtime, "_await_engines", lambda health: None)
    monkeypatch.setattr(runtime.signal, "signal", lambda *given: None)
    keys = {"signing_key_file": keys_dir / "gateway.key", "trusted_keys_dir": keys_dir}
    runtime.run("chassis.tests.process.test_memory:Container", Settings(amqp_uri="amqp://x@127.0.0.1:1/", **keys))
    starting, serving = Container.frozen
    assert starting == 0 and serving > 10_000 and gc.get_threshold() == SWEEPS
