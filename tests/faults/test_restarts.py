"""Restarts under load: each process drains, and hands over to the next without anybody being refused."""

import socket
from collections.abc import Iterator

import pytest

from deploy.services import SERVICES
from tests.support.steady_load import under_load

pytestmark = pytest.mark.faults
FEW = 0.05


def restart(process) -> None:
    process.terminate()
    process.await_end()
    process.start()
    process.await_ready()


@pytest.mark.parametrize("name", ["clients", "billing", "gateway"])
def test_two_replicas_are_replaced_one_after_another_and_no_request_fails(system, name):
    twin = system.processes[name].twin()
    twin.start()
    try:
        twin.await_ready()
        with under_load(system) as load:
            restart(system.processes[name])
            load.await_more()
            restart(twin)
            load.await_more()
            twin.terminate()
            twin.await_end()
    finally:
        twin.terminate()
        twin.await_end()
    assert load.failed() == [] and load.late <= FEW


@pytest.fixture
def lasting_socket(system) -> Iterator[None]:
    """The gateway's port is listened on by somebody who stays, as the supervisor of ./dev does."""
    gateway = system.processes["gateway"]
    gateway.terminate()
    gateway.await_end()
    port = int(gateway.environment["COMMERCE_HTTP_PORT"])
    with socket.create_server(("127.0.0.1", port), backlog=128) as listening:
        gateway.environment["COMMERCE_HTTP_FD"], gateway.inherits = str(listening.fileno()), (listening.fileno(),)
        gateway.start()
        gateway.await_ready()
        yield
        gateway.terminate()
        gateway.await_end()
    del gateway.environment["COMMERCE_HTTP_FD"]
    gateway.inherits = ()
    gateway.start()
    gateway.await_ready()


def test_whoever_comes_while_the_only_gateway_starts_again_waits_and_is_answered(system, lasting_socket):
    with under_load(system) as load:
        restart(system.processes["gateway"])
    assert load.failed() == [] and load.late <= FEW


def test_while_the_only_process_of_a_service_starts_again_what_fails_says_when_to_come_back_and_is_logged(
    system, lasting_socket
):
    with under_load(system) as load:
        for name in SERVICES:
            restart(system.processes[name])
    assert load.failed() == []
    late = [answer for answer in load.answers if not answer.ok]
    assert late and {answer.status_code for answer in late} <= {503, 504}
    log = system.processes["gateway"].log()
    assert all(answer.headers["X-Request-Id"] in log for answer in late)
