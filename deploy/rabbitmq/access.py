"""Access to the broker: who may do what, so that the broker itself refuses the rest.

Exchanges and queues of ours, with the bindings of calls, are there before anybody connects. A service declares nothing
but the queue of its answers, `rpc.reply-<service>-…`, and this only if it calls others; the gateway beside it the queue
of its live pages, `gateway.live-…`; a subscriber, as webhooks is one, what is called after it. Nobody may write to an
exchange that carries what is not his own: whoever may write to one can bind an exchange to it, or name it as the
dead-letter or alternate exchange of his own, and the broker then looks at no key.

    calls     gateway   ──nameko-rpc──────────→ rpc-<service>     by key <service>.<RPC method>
              <caller>  ──rpc-calls-<caller>──→ rpc-<service>     by the RPC methods of CALLED_BY, and no others
    answers   <service> ──rpc-answers[-<caller>]──→ rpc.reply-<caller>-<uuid>     by that uuid
    events    <service> ──<service>.events──→ queues of its listeners
                                          ──→ gateway.live-<uuid>     of each process of the gateway
    colleagues  gateway   ──gateway.presence──→ gateway.live-<uuid>     who has which record open

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

LISTENERS = {
    "audit.activity": PUBLISHERS,
    "billing.accounts": ("clients",),
    "clients.mail": ("billing", "webhooks"),
    "clients.totals": ("billing",),
}
"""The queue of each listener, `<service>.<what>`, and the services whose events it receives."""
SUBSCRIBING = {"webhooks": "deliveries"}
"""The services that hear of all events as subscribers do, by the package for these, and what each calls its queue."""
CALLED_BY = {
    "billing": (
        "clients.clients_for_billing",
        "clients.external_ids_for_billing",
        "clients.import_for_billing",
        "clients.totals_published_for_billing",
    ),
    "clients": ("billing.change_services_for_clients", "billing.dry_run_services_for_clients"),
}
"""The RPC methods that a service may call, each named for it; the gateway calls every RPC method."""


def calls(caller: str) -> str:
    """The exchange by which `caller` calls. A direct one has no key but those that are bound to it."""
    return "nameko-rpc" if caller == GATEWAY else f"rpc-calls-{caller}"


def answers(caller: str) -> str:
    """The exchange by which `caller` is answered."""
    return "rpc-answers" if caller == GATEWAY else f"rpc-answers-{caller}"


PRESENCE = "gateway.presence"
CALLERS = (GATEWAY, *CALLED_BY)
SHARED = {
    calls(GATEWAY): "topic",
    **{calls(caller): "direct" for caller in CALLED_BY},
    **{answers(caller): "direct" for caller in CALLERS},
    **{f"{service}.events": "topic" for service in PUBLISHERS},
    **{f"{queue.partition('.')[0]}.parking": "direct" for queue in LISTENERS},
    PRESENCE: "fanout",
}
"""The exchanges that are there before anybody connects, by name with their type."""

CALL_QUEUE = {"x-max-length": 10_000, "x-overflow": "reject-publish"}
PARKING_QUEUE = {"x-queue-type": "quorum"}
LISTENER_QUEUE = {**PARKING_QUEUE, "x-single-active-consumer": True}
QUEUES = {
    **{f"rpc-{service}": CALL_QUEUE for service in SERVICES},
    **dict.fromkeys(LISTENERS, LISTENER_QUEUE),
    **{f"{queue}.parked": PARKING_QUEUE for queue in LISTENERS},
}
"""The queues that are there before anybody connects, by name with their arguments."""
KEPT = {
    "name": "kept-until-acknowledged",
    "pattern": ".*",
    "apply-to": "queues",
    "definition": {"delivery-limit": 2_000_000_000},
    "priority": 0,
}
"""The policy by which a queue keeps what is delivered again and again: RabbitMQ 4 drops it after twenty times otherwise, and
a listener that ends twenty times in a row would have lost an event."""
BINDINGS = (
    *((calls(GATEWAY), f"rpc-{service}", f"{service}.*") for service in SERVICES),
    *(
        (calls(caller), f"rpc-{method.partition('.')[0]}", method)
        for caller, methods in CALLED_BY.items()
        for method in methods
    ),
    *((f"{queue.partition('.')[0]}.parking", f"{queue}.parked", f"{queue}.parked") for queue in LISTENERS),
)
"""(exchange, queue, key) of what is bound before anybody connects; a listener binds its queue to events by itself."""

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
    if user != GATEWAY and user not in SERVICES:
        own = [rf"evt-.+--{user}\..+", rf"{user}\..+"]
        return {"configure": _any(own), "write": _any(own), "read": _any(own + _events(PUBLISHERS))}
    declared, write, read = [], [], []
    if user in SERVICES:
        write += [rf"{user}\..+", *(answers(caller) for caller in CALLERS if _calls(caller, user))]
        read += [rf"{user}\..+", f"rpc-{user}", *_events(_listens_to(user))]
    if user in SUBSCRIBING:
        declared += [rf"{user}\.parking", rf"{user}\.{SUBSCRIBING[user]}.*"]
        read += _events(PUBLISHERS)
    if user in CALLERS:
        declared = [rf"rpc\.reply-{user}-.+"]
        write += [*declared, calls(user)]
        read += [*declared, answers(user)]
    if user == GATEWAY:
        declared.append(r"gateway\.live-.+")
        write += [declared[-1], re.escape(PRESENCE)]
        read += [declared[-1], re.escape(PRESENCE), *_events(PUBLISHERS)]
    return {"configure": _any(declared), "write": _any(write), "read": _any(read)}


def topics(user: str) -> dict[str, str]:
    """The patterns of keys under which `user` may publish to the gateway's exchange of calls ("write") and bind to it
    ("read")."""
    if user == ADMIN:
        return {"write": EVERYTHING, "read": EVERYTHING}
    rpc_methods = [rf"{service}\.[a-z0-9_]+" for service in SERVICES] if user == GATEWAY else []
    return {"write": _any(rpc_methods), "read": NOTHING}


def definitions(vhost: str, passwords: dict[str, str]) -> dict:
    """A virtual host with its exchanges, queues and bindings, and these users, as RabbitMQ imports them; importing them
    again is fine."""
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
        "topic_permissions": [
            {"user": user, "vhost": vhost, "exchange": calls(GATEWAY), **topics(user)} for user in passwords
        ],
        "policies": [{"vhost": vhost, **KEPT}],
        **topology(vhost),
    }


def topology(vhost: str) -> dict:
    """The exchanges, queues and bindings of a virtual host, as RabbitMQ imports them."""
    lasting = {"vhost": vhost, "durable": True, "auto_delete": False}
    return {
        "exchanges": [
            {"name": name, "type": kind, "internal": False, "arguments": {}, **lasting} for name, kind in SHARED.items()
        ],
        "queues": [{"name": name, "arguments": arguments, **lasting} for name, arguments in QUEUES.items()],
        "bindings": [
            {
                "vhost": vhost,
                "source": exchange,
                "destination": queue,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
            for exchange, queue, key in BINDINGS
        ],
    }


def _calls(caller: str, service: str) -> bool:
    return caller == GATEWAY or any(method.startswith(f"{service}.") for method in CALLED_BY[caller])


def _listens_to(service: str) -> tuple[str, ...]:
    return tuple(
        source for queue, sources in LISTENERS.items() if queue.startswith(f"{service}.") for source in sources
    )


def _events(services: tuple[str, ...]) -> list[str]:
    return [rf"{service}\.events" for service in services]


def _any(patterns: list[str]) -> str:
    return f"^({'|'.join(patterns)})$" if patterns else NOTHING


def _hashed(password: str) -> str:
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
