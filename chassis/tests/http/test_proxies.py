"""What a proxy says of who asks is believed of a configured one, and of its own hop alone."""

from ipaddress import ip_network

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from chassis.http.proxies import behind

PROXIES = (ip_network("10.1.0.0/16"), ip_network("192.0.2.7/32"), ip_network("2001:db8::/32"))
FORWARDED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "admin.example.com"}


@Request.application
def echo(request):
    left = [name for name in dict(request.headers) if name.startswith(("X-Forwarded", "Forwarded", "X-Real"))]
    return Response(f"{request.remote_addr} {request.scheme} {request.host} {','.join(sorted(left))}")


def seen(peer: str, proxies=PROXIES, **headers: str) -> list[str]:
    """Address, scheme, host and what is left of proxies' headers, as the application sees a request from `peer`."""
    client = Client(behind(proxies, echo))
    return client.get("/", headers=headers, environ_overrides={"REMOTE_ADDR": peer}, base_url="http://here").text.split(
        " "
    )


@pytest.mark.parametrize("peer", ["10.1.2.3", "192.0.2.7", "2001:db8::1"])
def test_a_configured_proxy_is_believed(peer):
    assert seen(peer, **FORWARDED)[:3] == ["203.0.113.9", "https", "admin.example.com"]


@pytest.mark.parametrize("peer", ["10.2.0.1", "192.0.2.8", "127.0.0.1", "2001:db9::1"])
def test_anybody_else_is_not_and_nothing_of_it_goes_on(peer):
    headers = {
        **FORWARDED,
        "Forwarded": "for=203.0.113.9",
        "X-Real-IP": "203.0.113.9",
        "X-Forwarded-Prefix": "/x",
        "X-Forwarded-Port": "1",
    }
    assert seen(peer, **headers) == [peer, "http", "here", ""]


def test_nobody_is_believed_where_no_proxy_is_configured():
    assert seen("127.0.0.1", proxies=(), **FORWARDED)[:3] == ["127.0.0.1", "http", "here"]


def test_the_last_hop_counts_not_what_the_browser_put_before_it():
    assert seen("10.1.2.3", **{"X-Forwarded-For": "127.0.0.1, 10.1.9.9, 203.0.113.9"})[0] == "203.0.113.9"


@pytest.mark.parametrize("headers", ["", "unknown", "203.0.113.9:80", "203.0.113.9, nonsense", "<script>"])
def test_what_is_no_address_is_not_taken_for_one(headers):
    assert seen("10.1.2.3", **{"X-Forwarded-For": headers})[0] == "10.1.2.3"
