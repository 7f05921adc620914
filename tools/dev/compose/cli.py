"""`./dev compose`: the system in containers."""

from __future__ import annotations

import argparse

from tools.dev.compose import engine
from tools.dev.compose.project import Project
from tools.dev.paths import Failure, Paths


def run(paths: Paths, arguments: list[str], report) -> int:
    """One command; answers the exit code."""
    parser = argparse.ArgumentParser(prog="./dev compose", allow_abbrev=False)
    actions = parser.add_subparsers(dest="action", required=True)
    one = actions.add_parser("engine", allow_abbrev=False, help="install and start a Docker engine of its own")
    one.add_argument("--stop", action="store_true", help="end it with its containers")
    if parser.parse_args(arguments).stop:
        print("ended" if engine.stop(paths) else "nothing was running")
        return 0
    engine.start(paths, report)
    print("\n".join(f"export {name}={value}" for name, value in engine.environment(paths).items()))
    return 0


def project(paths: Paths) -> Project:
    """The project of this checkout, on the machine's engine, else on its own. Raises Failure where none answers."""
    if (variables := engine.found(paths)) is None:
        raise Failure(engine.ABSENT)
    return Project(paths.checkout, variables)
