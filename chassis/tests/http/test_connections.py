"""Connections are bounded: idle ones make room, those at work stay, and a proxy may have many."""

import socket
from contextlib import ExitStack
from ipaddress import ip_network

import pytest
from werkzeug.wrappers import Response

from chassis.http import connections
from chassis.http.connections import Connections
from chassis.http.site import serve
from chassis.testing.plugin import wait_until
from chassis.tests.http.test_protocol import LAST, answers, status


class Crowd(ExitStack):
    """Connections of a server with room for four, three of one address."""

    def __init__(self):
        super().__init__()
        self.server = Connections([ip_network("10.0.0.1")], most=4, each=3)

    def come(self, address: str = "192.0.2.1", *, works: bool = False):
        """One more connection: it, or None, and its peer's end."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            self.enter_context(end)
        connection = self.enter_context(self.server.admit(ours, address))
        if connection is not None:
            connection.idles = not works
        return connection, theirs


@pytest.fixture
def crowd():
    with Crowd() as one:
        yield one


def is_ended(peer: socket.socket) -> bool:
    peer.setblocking(False)
    try:
        return peer.recv(1) == b""
    except BlockingIOError:
        return False


def test_the_address_s_own_connection_that_idles_longest_makes_room_for_its_next(crowd):
    others, _ = crowd.come("192.0.2.2")
    (first, first_peer), (second, second_peer), (_, third_peer) = (crowd.come() for _ in range(3))
    crowd.server.rest(first)
    assert crowd.come()[0] is not None
    assert [is_ended(peer) for peer in (first_peer, second_peer, third_peer)] == [False, True, False]
    assert others.idles and first.idles and second.idles


def test_those_at_work_are_never_ended_and_the_next_is_turned_away(crowd):
    peers = [crowd.come(works=True)[1] for _ in range(3)]
    assert crowd.come()[0] is None
    assert crowd.come("192.0.2.2", works=True)[0] is not None
    assert crowd.come("192.0.2.3")[0] is None
    assert not any(map(is_ended, peers))


def test_a_trusted_proxy_has_as_many_as_there_are(crowd):
    peers = [crowd.come("10.0.0.1")[1] for _ in range(4)]
    assert not any(map(is_ended, peers))
    assert crowd.come("10.0.0.1")[0] is not None and is_ended(peers[0])


class Front:
    """Answers at once."""

    name = "front"

    @serve
    def site(self, request):
        return Response("here")


def test_whoever_comes_after_a_thousand_idle_ones_is_answered(run_service, monkeypatch):
    monkeypatch.setattr(connections, "EACH", 20)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run_service(Front, issuer="gateway", http_host="127.0.0.1", http_port=port)
    with ExitStack() as opened:
        idle = [opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)) for _ in range(100)]
        for each in idle[:50]:
            each.sendall(b"GET / HT")
        assert status(answers(port, LAST)) == 200
        wait_until(lambda: sum(map(is_ended, idle)) >= 80, "the oldest to be ended")
        assert not is_ended(idle[-1])
