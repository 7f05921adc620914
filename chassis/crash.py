"""Named crash points: where a process can be told to die, so that a test sees what a kill at that point costs."""

import os
import signal

CRASH_POINTS = (
    "write.before_commit",
    "write.after_commit",
    "relay.before_publish",
    "relay.after_publish",
    "relay.after_mark",
    "listen.before_commit",
    "listen.after_commit",
    "listen.after_ack",
)


def crash_point(name: str) -> None:
    """Kill this process at once (SIGKILL: no handler, no clean-up) when `COMMERCE_CRASH_AT` names this point."""
    if os.environ.get("COMMERCE_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
