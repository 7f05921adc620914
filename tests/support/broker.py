"""The users of the house on a virtual host of the tests: everybody works there with the rights that they have in
earnest.

Unpatched and without the application, so that the browser tests may use it too.
"""

import os
from urllib.parse import urlsplit, urlunsplit

import requests

from deploy.rabbitmq import access
from deploy.services import SERVICES

WORD = "test"
HOUSE = (*SERVICES, access.GATEWAY)


def admit(uri: str, *subscribers: str) -> None:
    """Make the virtual host of `uri` one of the house, with all its users and these subscribers."""
    known = access.definitions(urlsplit(uri).path[1:], {user: WORD for user in (*HOUSE, *subscribers)})
    requests.post(
        f"{os.environ['COMMERCE_TEST_RABBIT_API']}/api/definitions", json=known, timeout=10
    ).raise_for_status()


def as_user(uri: str, user: str) -> str:
    """The address of the virtual host, or of a gate before it, as `user` reaches it."""
    parts = urlsplit(uri)
    return urlunsplit(parts._replace(netloc=f"{user}:{WORD}@{parts.hostname}:{parts.port}"))
