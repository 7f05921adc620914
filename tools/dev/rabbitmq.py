"""A private RabbitMQ node with its own epmd, on loopback alone."""

from __future__ import annotations

import json
import os
import shutil
import urllib.request
from base64 import b64encode
from pathlib import Path

from deploy.rabbitmq import access
from deploy.rabbitmq.access import ADMIN, VHOST
from deploy.services import SERVICES
from tools.dev.paths import Failure, Paths, write_private
from tools.dev.process_table import ENGINE, Process

# The wrapper in /usr/sbin changes to the user rabbitmq; this one runs as whoever calls it.
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
TEMPLATE = Path(__file__).resolve().parents[2] / "deploy" / "rabbitmq" / "rabbitmq.conf"
USERS = (ADMIN, access.GATEWAY, *SERVICES)
_PREFIX = "rabbitmq_"  # what the name of a password of the broker begins with


def password_name(user: str) -> str:
    """The name of a user's password among those of the system."""
    return _PREFIX + user


def broker_passwords(passwords: dict[str, str]) -> dict[str, str]:
    """{user: password} of the broker, subscribers included, out of all passwords of the system."""
    return {name.removeprefix(_PREFIX): password for name, password in passwords.items() if name.startswith(_PREFIX)}


def uri(port: int, user: str, password: str) -> str:
    """Where `user` reaches the private node."""
    return f"amqp://{user}:{password}@127.0.0.1:{port}/{VHOST}"


def configure(paths: Paths, ports: dict[str, int], admin_password: str, vhost: str) -> None:
    """Write the node's folder. The administrator and the virtual host are made at the node's first start."""
    home = paths.rabbitmq
    for folder in (home / "home", home / "data"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    values = {
        "amqp_port": ports["amqp"],
        "management_port": ports["management"],
        "admin": ADMIN,
        "admin_password": admin_password,
        "vhost": vhost,
        "logs": paths.logs,
    }
    write_private(home / "rabbitmq.conf", TEMPLATE.read_text(encoding="utf-8").format(**values))
    write_private(home / "enabled_plugins", "[rabbitmq_management].\n")


def processes(paths: Paths, ports: dict[str, int]) -> list[Process]:
    """epmd and the broker. epmd is a process of its own here, else the broker would leave one behind."""
    if not SERVER.exists():
        raise Failure("RabbitMQ is not installed: apt-get install --no-install-recommends rabbitmq-server")
    epmd = shutil.which("epmd") or "/usr/bin/epmd"
    return [
        Process(
            "epmd",
            [epmd, "-port", str(ports["epmd"])],
            _environment(paths, ports),
            ports["epmd"],
            f"tcp:{ports['epmd']}",
            kind=ENGINE,
            grace=3.0,
            listed=False,
        ),
        Process(
            "rabbitmq",
            [str(SERVER)],
            _environment(paths, ports),
            ports["amqp"],
            f"amqp:{ports['amqp']}",
            kind=ENGINE,
            grace=30.0,
        ),
    ]


def _environment(paths: Paths, ports: dict[str, int]) -> dict[str, str]:
    home = paths.rabbitmq
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "HOME": str(home / "home"),  # holds the Erlang cookie
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"commerce-{paths.mark}@localhost",
        "RABBITMQ_NODE_PORT": str(ports["amqp"]),
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_DIST_PORT": str(ports["dist"]),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "RABBITMQ_MNESIA_BASE": str(home / "data"),
        "RABBITMQ_LOG_BASE": str(paths.logs),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none"),  # the machine's own /etc/rabbitmq does not count here
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        # The start script then becomes the broker instead of waiting beside it: its pid is the broker's.
        "RUNNING_UNDER_SYSTEMD": "true",
    }


class Management:
    """The management API: a call costs 0.04 s, where `rabbitmqctl` costs a second."""

    def __init__(self, port: int, password: str) -> None:
        self.base = f"http://127.0.0.1:{port}/api"
        self._credentials = b64encode(f"{ADMIN}:{password}".encode()).decode()
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method: str, path: str, body: dict | None = None):
        """Send one request; answers the decoded JSON or None."""
        request = urllib.request.Request(self.base + path, method=method)
        request.add_header("Authorization", f"Basic {self._credentials}")
        request.add_header("Content-Type", "application/json")
        data = json.dumps(body).encode() if body is not None else None
        with self._opener.open(request, data=data, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def ready(self) -> bool:
        """Whether the administrator can sign in."""
        try:
            return self.call("GET", "/whoami")["name"] == ADMIN
        except (OSError, ValueError):
            return False

    def empty_our_queues(self) -> bool:
        """Empty the queues of our services but those of what is parked, and none of a subscriber's; answers whether that
        worked."""
        try:
            for queue in access.QUEUES:
                if not queue.endswith(".parked"):
                    self.call("DELETE", f"/queues/{VHOST}/{queue}/contents")
        except OSError:
            return False
        return True

    def prepare(self, passwords: dict[str, str]) -> None:
        """The virtual host, its shared exchanges and the users of `passwords`, each with its rights; any other user
        goes."""
        self.call("POST", "/definitions", access.definitions(VHOST, passwords))
        for user in self.call("GET", "/users?columns=name"):
            if user["name"] not in passwords:
                self.call("DELETE", f"/users/{user['name']}")
