"""The broker's address: an AMQP URI, with the parameters of its TLS as RabbitMQ's own URIs have them.

    amqps://billing:…@broker.example/commerce?cacertfile=/etc/commerce/ca.pem

`cacertfile` holds the authorities that may vouch for the broker (without it those of the machine), `certfile` and
`keyfile` a certificate of this client's own. The broker is verified always, by name too: nothing switches that off.
"""

import ssl
from urllib.parse import parse_qs, urlsplit

from kombu import Connection


def connect(uri: str, **options) -> Connection:
    """A connection to the broker at `uri`, as kombu makes it: opened when it is first used."""
    return Connection(plain(uri), ssl=tls_of(uri), **options)


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
