"""The words of `./dev` and what each of them does."""

from __future__ import annotations

import time

from deploy.dev import testrun

BEGUN = time.monotonic()


def say(text: str) -> None:
    """One line of progress, with the seconds since the command began."""
    print(f"{time.monotonic() - BEGUN:6.1f} s  {text}", flush=True)


def main(arguments: list[str]) -> int:
    """Run one command; answers the exit code."""
    if arguments[:1] == ["test"]:
        return testrun.run(arguments[1:], say)
    return 2
