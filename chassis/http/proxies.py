"""Proxy headers: a trusted proxy is believed for the hop before it, nobody else."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address

from werkzeug.middleware.proxy_fix import ProxyFix

_FORWARDED_HEADERS = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
)


def behind(proxies: Iterable[IPv4Network | IPv6Network], application):
    """The WSGI `application`, which learns of one hop before the connection when that comes from one of `proxies`.

    Of X-Forwarded-For, -Proto and -Host the last value counts, the one that this very proxy wrote. What anybody else
    sends of them, and what is no address, is taken out: nobody chooses the address that the log names.
    """
    networks = tuple(proxies)
    proxy_fix = ProxyFix(application, x_for=1, x_proto=1, x_host=1)

    def answer(environ, start_response):
        if is_within(environ.get("REMOTE_ADDR"), networks):
            if _address(environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()) is None:
                environ.pop("HTTP_X_FORWARDED_FOR", None)
            return proxy_fix(environ, start_response)
        for name in _FORWARDED_HEADERS:
            environ.pop(name, None)
        return application(environ, start_response)

    return answer


def is_within(peer: str | None, networks) -> bool:
    """Whether `peer` is an address in one of `networks`."""
    address = _address(peer or "")
    return address is not None and any(address in network for network in networks)


def _address(text: str):
    try:
        return ip_address(text)
    except ValueError:
        return None
