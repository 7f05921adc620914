"""The broker's address: an AMQP URI, with the parameters of its TLS as RabbitMQ's own URIs have them.

    amqps://billing:…@broker.example/commerce?cacertfile=/etc/commerce/ca.pem

`cacertfile` holds the authorities that may vouch for the broker (without it those of the machine), `certfile` and
`keyfile` a certificate of this client's own. The broker is verified always, by name too: nothing switches that off.
"""

import ssl
from urllib.parse import parse_qs, urlsplit

from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import KombuError

BROKER_ERRORS = (AMQPError, KombuError, OSError)
"""What is raised while the broker is away, by the protocol, by kombu that stands on it, and by the socket."""


def connect(uri: str, *, transport_options: dict | None = None, **options) -> Connection:
    """A connection to the broker at `uri`, as kombu makes it: opened when its channel is first asked for, at the first
    try or not at all. Whoever wants it decides when the next try is due."""
    return Connection(
        plain(uri), ssl=tls_of(uri), transport_options={"max_retries": 0, **(transport_options or {})}, **options
    )


def plain(uri: str) -> str:
    """`uri` without the parameters of its TLS."""
    return urlsplit(uri)._replace(query="").geturl()


def tls_of(uri: str) -> dict | bool:
    """How TLS is spoken with the broker at `uri`; False where it is not."""
    parts = urlsplit(uri)
    if parts.scheme != "amqps":
        return False
    files = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "cert_reqs": ssl.CERT_REQUIRED,
        "server_hostname": parts.hostname,
        "tls_minimum_version": ssl.TLSVersion.TLSv1_2,
        "ca_certs": files.get("cacertfile"),
        "certfile": files.get("certfile"),
        "keyfile": files.get("keyfile"),
    }
