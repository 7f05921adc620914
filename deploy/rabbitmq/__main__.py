"""The broker's users, exchanges and queues, for a broker that `./dev` does not run.

python -m deploy.rabbitmq definitions   prints them for `load_definitions` or `rabbitmqctl import_definitions`; each
                                        RABBITMQ_<USER>_PASSWORD of the environment, or the file that
                                        RABBITMQ_<USER>_PASSWORD_FILE names, is a user, one of another name than
                                        ours is a subscriber
python -m deploy.rabbitmq declare       declares our exchanges and queues at COMMERCE_AMQP_URI, whose account may do that
"""

import json
import os
import re
import sys
from pathlib import Path

from chassis.bus.address import connect
from deploy.rabbitmq import access
from deploy.services import SERVICES

PASSWORD = re.compile(r"RABBITMQ_([A-Z0-9_]+)_PASSWORD(_FILE)?")


def passwords(environment: dict[str, str]) -> dict[str, str]:
    """{user: password} of the environment; all users of ours are among them, else a SystemExit names those that are
    missing."""
    found = {
        match[1].lower(): Path(value).read_text(encoding="utf-8").strip() if match[2] else value
        for name, value in environment.items()
        if (match := PASSWORD.fullmatch(name))
    }
    ours = (*SERVICES, access.GATEWAY, access.ADMIN)
    faults = [f"RABBITMQ_{user.upper()}_PASSWORD is not set." for user in ours if not found.get(user)]
    faults += [
        f"A subscriber cannot be called {user}."
        for user in found
        if user not in ours and not access.may_subscribe(user)
    ]
    if faults:
        raise SystemExit(" ".join(faults))
    return found


def declare(uri: str) -> None:
    """Declare our exchanges and queues, and bind them; what is there stays."""
    with connect(uri, connect_timeout=5) as connection:
        channel = connection.channel()
        for name, kind in access.SHARED.items():
            channel.exchange_declare(name, kind, durable=True, auto_delete=False)
        for name, arguments in access.QUEUES.items():
            channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
        for exchange, queue, key in access.BINDINGS:
            channel.queue_bind(queue, exchange, key)


def main(arguments: list[str]) -> int:
    """One command; answers the exit code, 2 for one that is not understood."""
    match arguments:
        case ["definitions"]:
            print(json.dumps(access.definitions(access.VHOST, passwords(dict(os.environ))), indent=1))
        case ["declare"]:
            declare(os.environ["COMMERCE_AMQP_URI"])
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
