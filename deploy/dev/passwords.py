"""The random passwords of a system: made once, kept 0600 in `.local/passwords.json`."""

from __future__ import annotations

import json
import secrets

from deploy.dev import rabbitmq
from deploy.dev.layout import Layout, read_json, write_private
from deploy.dev.postgres import SERVICES

NAMES = ("postgres", *(f"{service}_{kind}" for service in SERVICES for kind in ("owner", "app")),
         *(rabbitmq.word(user) for user in rabbitmq.USERS))


def passwords(layout: Layout, *more: str) -> dict[str, str]:
    """All passwords by name; those that are missing, of `more` too, are made now."""
    known = read_json(layout.local / "passwords.json", {})
    missing = [name for name in (*NAMES, *more) if name not in known]
    if missing:
        known.update({name: secrets.token_urlsafe(24) for name in missing})
        _write(layout, known)
    return known


def forget(layout: Layout, name: str) -> bool:
    """Forget one password; answers whether it was there."""
    known = passwords(layout)
    found = known.pop(name, None)
    _write(layout, known)
    return found is not None


def _write(layout: Layout, known: dict[str, str]) -> None:
    write_private(layout.local / "passwords.json", json.dumps(known, indent=1))
