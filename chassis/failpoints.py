"""Failpoints: named points where a process can be made to crash, so that a test sees what a kill there costs."""

import os
import signal
from pathlib import Path

FAILPOINTS = (
    "call.after_answer",
    "write.after_claim",
    "write.before_commit",
    "write.after_commit",
    "answer.after_send",
    "relay.before_publish",
    "relay.after_publish",
    "relay.after_mark",
    "listen.before_commit",
    "listen.after_commit",
    "listen.after_ack",
    "listen.after_park",
    "webhook.after_send",
)


def failpoint(name: str) -> None:
    """Kill this process at once (SIGKILL: no handler, no clean-up) when the file `COMMERCE_FAILPOINT_FILE` names this
    point.

    The file is removed first: each time it is written costs one process.
    """
    path = os.environ.get("COMMERCE_FAILPOINT_FILE")
    if path and _is_armed(Path(path), name):
        os.kill(os.getpid(), signal.SIGKILL)


def _is_armed(path: Path, name: str) -> bool:
    try:
        if path.read_text(encoding="utf-8") != name:
            return False
        path.unlink()
        return True
    except FileNotFoundError:
        return False
