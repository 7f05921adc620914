"""Ports of two systems never meet."""

import fcntl
import os
import socket

import pytest

from tools.dev.paths import Paths
from tools.dev.ports import Ports, is_free


@pytest.fixture
def layouts(tmp_path):
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made.append(Paths(tmp_path, tmp_path / name))
    return made


def test_a_port_that_somebody_listens_on_is_not_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


def test_a_port_shared_by_reuseport_is_not_free_either():
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as server:
        assert not is_free(server.getsockname()[1])


def test_two_systems_that_start_together_take_different_ports(layouts):
    first, second = Ports(layouts[0]), Ports(layouts[1])
    wanted = first.take("http", preferred=28311)
    assert wanted == 28311
    assert second.take("http", preferred=28311) != wanted
    first.release()
    second.release()


def test_a_system_keeps_its_ports_from_start_to_start(layouts):
    ports = Ports(layouts[0])
    before = {name: ports.take(name) for name in ("http", "amqp", "postgres")}
    assert len(set(before.values())) == 3
    ports.release()
    again = Ports(layouts[0])
    assert {name: again.take(name) for name in ("postgres", "amqp", "http")} == before
    again.release()


def test_a_port_taken_by_a_stranger_meanwhile_is_left_to_him(layouts):
    ports = Ports(layouts[0])
    before = ports.take("http")
    ports.release()
    with socket.create_server(("127.0.0.1", before)):
        again = Ports(layouts[0])
        assert again.take("http") != before
        again.release()


def test_whoever_inherits_the_locks_keeps_the_ports(layouts):
    first = Ports(layouts[0])
    port = first.take("http")
    inherited = [os.dup(descriptor) for descriptor in first.locks]
    first.release()
    second = Ports(layouts[1])
    assert second.take("http", preferred=port) != port
    for descriptor in inherited:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)
    second.release()
