"""The half session between a good password and the second factor: it is no session, and opens nothing but the next step."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pyotp
from sqlalchemy import func

from chassis.context import Caller
from services.clients import rules
from services.clients.commands.attempts import forget_attempt
from services.clients.models import SignInStep

LIFETIME = timedelta(minutes=5)


def begin_step(write: Callable, caller: Caller, found, buckets: dict) -> dict:
    """Begin one for the account `found`: `{"step"}`. Who has to set the factor up first gets a secret to do that with."""
    token = secrets.token_urlsafe(32)
    with write(caller=caller) as work:
        forget_attempt(work.session, buckets)
        work.session.add(SignInStep(token_hash=rules.sha256_hex(token), staff_id=found.id, expires_at=func.now() + LIFETIME,
                                    secret=None if found.secret else pyotp.random_base32()))
    return {"step": token}
