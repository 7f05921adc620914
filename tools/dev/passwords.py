"""The random passwords of a system: made once, kept 0600 in `.local/passwords.json`."""

from __future__ import annotations

import json
import secrets

from deploy.services import SERVICES
from tools.dev import rabbitmq
from tools.dev.paths import Paths, read_json, write_private

NAMES = (
    "postgres",
    *(f"{service}_{kind}" for service in SERVICES for kind in ("owner", "app")),
    *(rabbitmq.password_name(user) for user in rabbitmq.USERS),
)


def load_passwords(paths: Paths, *more: str) -> dict[str, str]:
    """All passwords by name; those that are missing, of `more` too, are made now."""
    known = read_json(paths.local / "passwords.json", {})
    missing = [name for name in (*NAMES, *more) if name not in known]
    if missing:
        known.update({name: secrets.token_urlsafe(24) for name in missing})
        _write(paths, known)
    return known


def subscribers(paths: Paths) -> dict[str, str]:
    """The passwords of subscribers outside, by name."""
    return {name: password for name, password in load_passwords(paths).items() if name not in NAMES}


def keep(paths: Paths, more: dict[str, str]) -> None:
    """Keep passwords that were made elsewhere; one that is known here stays."""
    _write(paths, more | read_json(paths.local / "passwords.json", {}))


def renew(paths: Paths, role: str) -> None:
    """Make the passwords anew by which one service, or the gateway, signs in to its database and to the broker."""
    own = {f"{role}_owner", f"{role}_app", rabbitmq.password_name(role)}
    _write(paths, load_passwords(paths) | {name: secrets.token_urlsafe(24) for name in NAMES if name in own})


def forget(paths: Paths, name: str) -> bool:
    """Forget one password; answers whether it was there."""
    known = load_passwords(paths)
    found = known.pop(name, None)
    _write(paths, known)
    return found is not None


def _write(paths: Paths, known: dict[str, str]) -> None:
    write_private(paths.local / "passwords.json", json.dumps(known, indent=1))
