"""The broker's users on a virtual host of the tests: everybody works there with the rights that they have in earnest.

Unpatched and without the application, so that the browser tests may use it too.
"""

import os
from urllib.parse import urlsplit, urlunsplit

import requests

from deploy.rabbitmq import access
from deploy.services import SERVICES

PASSWORD = "test"
USERS = (*SERVICES, access.GATEWAY)


def import_users(uri: str, *subscribers: str) -> None:
    """Import all users of ours and these subscribers, with their rights on the virtual host of `uri`."""
    known = access.definitions(urlsplit(uri).path[1:], {user: PASSWORD for user in (*USERS, *subscribers)})
    requests.post(
        f"{os.environ['COMMERCE_TEST_RABBIT_API']}/api/definitions", json=known, timeout=10
    ).raise_for_status()


def as_user(uri: str, user: str) -> str:
    """The address of the virtual host, or of a gate before it, as `user` reaches it."""
    parts = urlsplit(uri)
    return urlunsplit(parts._replace(netloc=f"{user}:{PASSWORD}@{parts.hostname}:{parts.port}"))
