"""Addresses that a request may go to: public ones. What a URL names is checked as it is written when an endpoint is
made, and as it is resolved each time a connection is opened; the connection is to the address that was checked."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from chassis.types.domain_names import DomainNameError, to_ascii

PORTS = (443, 8443)

_CLOSED_4 = [
    ip_network(one)
    for one in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
"""IANA's special-purpose addresses of IPv4, with multicast."""
_OPEN_6 = ip_network("2000::/3")
_CLOSED_6 = [ip_network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48")]
"""IPv6 is open in 2000::/3 alone, but for what carries an address of IPv4 (Teredo, 6to4) or is not routed. IPv4-mapped
and translated addresses (::ffff:0:0/96, 64:ff9b::/96) lie outside."""


class Refused(ValueError):
    """A URL or an address that no request goes to; its text is a sentence for people."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is anybody's on the Internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_4)
    return address in _OPEN_6 and not any(address in network for network in _CLOSED_6)


def checked_addresses(addresses: list[str], *, loopback: bool) -> list[str]:
    """`addresses` that a name resolved to, if each of them is public; with `loopback` this machine's own ones too."""
    if not addresses:
        raise Refused("The name has no address.")
    for text in addresses:
        address = ip_address(text)
        if not is_public(address) and not (loopback and _is_loopback(address)):
            raise Refused(f"{text} is not a public address.")
    return addresses


def checked_url(url: str, *, loopback: bool) -> str:
    """The one spelling of an endpoint's URL: `https://host[:port]/path?query`, on one of PORTS, by a name.

    With `loopback` a URL of this machine may have http, and any port. Raises Refused.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise Refused("Not a URL.") from error
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise Refused("A URL with a user or a password is not allowed.")
    if parts.fragment or not f"{parts.path}{parts.query}".isascii() or _has_blanks(url):
        raise Refused("Not a URL such as https://example.com/webhooks.")
    local = loopback and host in ("localhost", "127.0.0.1")
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise Refused("The URL has to begin with https://.")
    if port not in (None, *PORTS) and not local:
        raise Refused(f"The port has to be {' or '.join(map(str, PORTS))}.")
    name = host if local else _name(host)
    where = name if port is None else f"{name}:{port}"
    return parts._replace(netloc=where, path=parts.path or "/").geturl()


def _name(host: str) -> str:
    try:
        return to_ascii(host)
    except DomainNameError as error:
        raise Refused("The host has to be a public name such as example.com.") from error


def _has_blanks(url: str) -> bool:
    return any(character.isspace() or not character.isprintable() for character in url)


def _is_loopback(address: IPv4Address | IPv6Address) -> bool:
    return address in ip_network("127.0.0.0/8") or address == IPv6Address("::1")
