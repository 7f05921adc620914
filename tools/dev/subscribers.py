"""Subscribers outside: their users of the broker, and the history that is sent to one of them again."""

from __future__ import annotations

import re

from deploy.rabbitmq import access
from deploy.services import PUBLISHERS
from tools.dev import commands, lifecycle, rabbitmq
from tools.dev.passwords import forget, load_passwords
from tools.dev.paths import Failure, Paths
from tools.dev.system import System

SETTINGS = """\
DECLARE_EVENT_EXCHANGES: false
ACCEPT: [json, cloudevents]
SERIALIZERS:
  cloudevents: {encoder: json.dumps, decoder: json.loads, content_type: application/cloudevents+json, content_encoding: utf-8}"""


def subscriber(paths: Paths, name: str, remove: bool) -> str:
    """A user of the broker for a subscriber outside: it gets all events, on queues of its own, and may do nothing else.

    Answers Nameko's settings with its address; called again, the same. `remove` takes the user away, its connections
    and its queues with all that waits in them.
    """
    system = _own_broker(paths, name)
    entry = rabbitmq.password_name(name)
    if remove and not forget(paths, entry):
        raise Failure(f"there is no subscriber {name}.")
    known = load_passwords(paths, *([] if remove else [entry]))
    api = lifecycle.management(paths, system)
    api.prepare(rabbitmq.broker_passwords(known))
    if remove:
        queues = _queues(api, name)
        for queue in queues:
            api.call("DELETE", f"/queues/{rabbitmq.VHOST}/{queue}")
        return f"{name} is gone, and what it had: {', '.join(queues) or 'no queue'}"
    return f"AMQP_URI: {rabbitmq.uri(system.ports['amqp'], name, known[entry])}\n{SETTINGS}"


def replay(paths: Paths, arguments: list[str]) -> int:
    """Send history to one subscriber (tools/ops/replay.py); answers the exit code.

    Where it has no queue yet that gets what is published from now on, there would be a gap: that is refused, but with
    `--history-only`.
    """
    if "--history-only" in arguments:
        arguments = [one for one in arguments if one != "--history-only"]
    elif arguments and not arguments[0].startswith("-"):
        system = _own_broker(paths, arguments[0])
        if not _is_bound(lifecycle.management(paths, system), arguments[0]):
            raise Failure(
                f"no queue of {arguments[0]} gets events yet, so it would miss what is published from now on: start it "
                "first, or say --history-only."
            )
    settings = {"COMMERCE_REPLAYS_DIR": str(paths.local / "replays")}
    return commands.tool(
        paths, commands.running(paths), ["-W", "ignore", "-m", "tools.ops.replay", *arguments], settings
    )


def _own_broker(paths: Paths, name: str) -> System:
    """The running system, whose broker has to be ours, and `name` one that a subscriber may have."""
    system = commands.running(paths)
    if not access.may_subscribe(name):
        raise Failure(
            f"a subscriber cannot be called {name!r}: small letters, digits and _, and no name that Commerce uses itself."
        )
    if not system.own_rabbitmq:
        raise Failure("the broker of AMQP_URI is not ours; python -m deploy.rabbitmq prints what its users may do.")
    return system


def _queues(api: rabbitmq.Management, name: str) -> list[str]:
    """The queues of a subscriber: those that it may declare."""
    found = api.call("GET", f"/queues/{rabbitmq.VHOST}?columns=name")
    return sorted(one["name"] for one in found if re.fullmatch(access.rights(name)["configure"], one["name"]))


def _is_bound(api: rabbitmq.Management, name: str) -> bool:
    own = re.compile(access.rights(name)["configure"])
    bindings = [
        one
        for service in PUBLISHERS
        for one in api.call("GET", f"/exchanges/{rabbitmq.VHOST}/{service}.events/bindings/source")
    ]
    return any(own.fullmatch(one["destination"]) for one in bindings)
