"""Access to the broker: who may do what, so that the broker itself refuses the rest.

What is called `clients.…`, `rpc-clients` or `rpc.reply-clients-…` belongs to the user `clients`: it alone declares it,
writes to it and reads it. Everything else that a user may do stands in the tables below. Nobody but the administrator
writes to the default exchange, which reaches every queue, or declares an exchange of `SHARED` that is not its own.

    calls     gateway, billing ──nameko-rpc──→ rpc-<service>           by key <service>.<RPC method>
    answers   <service> ──rpc-answers──→ rpc.reply-<caller>-<uuid>     by that uuid
    events    <service> ──<service>.events──→ queues of its listeners

The standard library alone: `./dev` reads this before anything is installed.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re

from deploy.services import PUBLISHERS, SERVICES

GATEWAY = "gateway"
ADMIN = "admin"
VHOST = "commerce"

LISTENS_TO = {"clients": ("billing",), "billing": ("clients",), "audit": PUBLISHERS}
"""The services whose events a service listens to."""
MAY_CALL = {"billing": ("clients",)}
"""The services that a service may call, and there only RPC methods whose name ends with `_for_<caller>`; the gateway
calls every RPC method."""

CALLS, ANSWERS = "nameko-rpc", "rpc-answers"
SHARED = {CALLS: "topic", ANSWERS: "direct", **{f"{service}.events": "topic" for service in PUBLISHERS}}
"""The exchanges that are there before anybody connects, by name with their type."""

SUBSCRIBER = re.compile(r"[a-z][a-z0-9_]{1,30}")
RESERVED = {*SERVICES, GATEWAY, ADMIN, VHOST, "guest", "rpc", "amq", "evt", "nameko"}
NOTHING, EVERYTHING = "^$", ".*"


def may_subscribe(name: str) -> bool:
    """Whether a subscriber may be called so: what begins with its name and a dot becomes its own."""
    return bool(SUBSCRIBER.fullmatch(name)) and name not in RESERVED


def rights(user: str) -> dict[str, str]:
    """The patterns of names that `user` may configure, write and read; a user of another name is a subscriber."""
    if user == ADMIN:
        return {"configure": EVERYTHING, "write": EVERYTHING, "read": EVERYTHING}
    own = [rf"rpc-{user}", rf"rpc\.reply-{user}-.+", rf"{user}\..+"]
    if user == GATEWAY:
        write, read = [CALLS], [ANSWERS]
    elif user in SERVICES:
        write = [ANSWERS, *([CALLS] if user in MAY_CALL else [])]
        read = [CALLS, *([ANSWERS] if user in MAY_CALL else []), *_events(LISTENS_TO.get(user, ()))]
    else:
        own = [rf"evt-.+--{user}\..+", rf"{user}\..+"]
        write, read = [], _events(PUBLISHERS)
    return {"configure": _any(own), "write": _any(own + write), "read": _any(own + read)}


def topics(user: str) -> dict[str, str]:
    """The patterns of keys under which `user` may publish calls ("write") and take them ("read")."""
    if user == ADMIN:
        return {"write": EVERYTHING, "read": EVERYTHING}
    rpc_methods = [rf"{service}\.[a-z0-9_]+_for_{user}" for service in MAY_CALL.get(user, ())]
    if user == GATEWAY:
        rpc_methods = [rf"{service}\.[a-z0-9_]+" for service in SERVICES]
    return {"write": _any(rpc_methods), "read": _any([rf"{user}\.\*"] if user in SERVICES else [])}


def definitions(vhost: str, passwords: dict[str, str]) -> dict:
    """A virtual host with its shared exchanges and these users, as RabbitMQ imports them; importing them again is
    fine."""
    users = [
        {
            "name": user,
            "password_hash": _hashed(password),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": ["administrator"] if user == ADMIN else [],
        }
        for user, password in passwords.items()
    ]
    return {
        "vhosts": [{"name": vhost}],
        "users": users,
        "permissions": [{"user": user, "vhost": vhost, **rights(user)} for user in passwords],
        "topic_permissions": [{"user": user, "vhost": vhost, "exchange": CALLS, **topics(user)} for user in passwords],
        "exchanges": [
            {
                "name": name,
                "vhost": vhost,
                "type": kind,
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
            for name, kind in SHARED.items()
        ],
    }


def _events(services: tuple[str, ...]) -> list[str]:
    return [rf"{service}\.events" for service in services]


def _any(patterns: list[str]) -> str:
    return f"^({'|'.join(patterns)})$" if patterns else NOTHING


def _hashed(password: str) -> str:
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
