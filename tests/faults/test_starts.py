"""Processes and engines start in whatever order, and all comes up by itself. START_ORDERS says how many orders are
tried."""

import os
import random
from collections.abc import Iterator

import pytest
import requests

from chassis.testing.faulty_network import Link, Network
from chassis.testing.plugin import wait_until
from tests.support.browser.system import System

pytestmark = pytest.mark.faults

ENGINES = {"RabbitMQ": "COMMERCE_AMQP_URI", "PostgreSQL": "COMMERCE_DATABASE_URL"}
ORDERS = int(os.environ.get("START_ORDERS", "2"))


def whole(system) -> bool:
    """Whether the list and a record come with nothing missing."""
    try:
        answer = system.get("/clients", limit=1)
        if answer.status_code != 200 or answer.json()["unavailable"]:
            return False
        record = system.get(f"/clients/{answer.json()['data'][0]['id']}")
        return record.status_code == 200 and record.json()["unavailable"] == []
    except requests.ConnectionError:
        return False


def stop(system: System) -> None:
    """End every process of the system."""
    for process in system.processes.values():
        process.terminate()
    for process in system.processes.values():
        process.await_end()


@pytest.fixture(scope="module")
def gates(system) -> Iterator[dict[str, list[Link]]]:
    """The ways of all processes to each engine as links that can be shut, which to them is an engine that does not
    run."""
    network, direct = Network(), {name: dict(process.environment) for name, process in system.processes.items()}
    made = {engine: [] for engine in ENGINES}
    for process in system.processes.values():
        for engine, setting in ENGINES.items():
            if setting in process.environment:
                made[engine].append(network.link(process.environment[setting]))
                process.environment[setting] = made[engine][-1].url
    yield made
    stop(system)
    network.close()
    for name, process in system.processes.items():
        process.environment.update(direct[name])
        process.start()
    for process in system.processes.values():
        process.await_ready()


@pytest.mark.parametrize("seed", range(ORDERS))
def test_processes_and_engines_start_in_any_order(system, gates, seed):
    order = [*system.processes, *gates]
    random.Random(seed).shuffle(order)
    stop(system)
    for link in (link for links in gates.values() for link in links):
        link.shut()
    for name in order:
        for link in gates.get(name, ()):
            link.open()
        if name in system.processes:
            system.processes[name].start()
            system.processes[name].await_alive()
    for process in system.processes.values():
        process.await_ready()
    wait_until(lambda: whole(system), f"every service to be on the page after {', '.join(order)}", seconds=60)
