"""The broker's users and exchanges, for a broker that `./dev` does not run.

python -m deploy.rabbitmq definitions   prints them for `load_definitions` or `rabbitmqctl import_definitions`; each
                                        RABBITMQ_<USER>_PASSWORD of the environment is a user, one of another
                                        name than ours is a subscriber
python -m deploy.rabbitmq declare       declares the shared exchanges at COMMERCE_AMQP_URI, whose account may do that
"""

import json
import os
import re
import sys
from urllib.parse import unquote, urlsplit

from deploy.rabbitmq import access
from deploy.services import SERVICES

PASSWORD = re.compile(r"RABBITMQ_([A-Z0-9_]+)_PASSWORD")


def passwords(environment: dict[str, str]) -> dict[str, str]:
    """{user: password} of the environment; all users of ours are among them, else a SystemExit names those that are
    missing."""
    found = {
        match[1].lower(): password for name, password in environment.items() if (match := PASSWORD.fullmatch(name))
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
    """Declare the shared exchanges; those that are there stay."""
    import amqp

    address = urlsplit(uri)
    with amqp.Connection(
        f"{address.hostname}:{address.port or 5672}",
        userid=unquote(address.username or ""),
        password=unquote(address.password or ""),
        virtual_host=unquote(address.path[1:]) or "/",
        ssl=address.scheme == "amqps",
        connect_timeout=5,
    ) as connection:
        for name, kind in access.SHARED.items():
            connection.channel().exchange_declare(name, kind, durable=True, auto_delete=False)


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
