"""A compose project as this checkout's docker-compose.yml describes it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tools.dev.paths import Failure
from tools.dev.probes import wait_for

PATIENCE = 300.0


@dataclass(frozen=True)
class Project:
    """`docker compose` in the folder of `checkout`; `variables` are added to the environment."""

    checkout: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables}

    def run(self, *arguments: str, stdin: IO | int = subprocess.DEVNULL, stdout: IO | int = subprocess.PIPE) -> str:
        """One command of `docker compose`; answers its output. Raises Failure with its last words."""
        return self._run(["docker", "compose", *arguments], stdin, stdout)

    def docker(self, *arguments: str) -> str:
        """One command of `docker` on the same engine; answers its output."""
        return self._run(["docker", *arguments], subprocess.DEVNULL, subprocess.PIPE)

    def containers(self, service: str) -> list[str]:
        """The ids of the running containers of a service, the oldest first."""
        ids = self.run("ps", "--quiet", service).split()
        return sorted(ids, key=lambda one: self.docker("inspect", "--format", "{{.Created}}", one))

    def up(self, *arguments: str) -> None:
        """Bring everything up and wait until all that runs for ever is healthy and each job has done its work."""
        self.run("up", "--detach", "--no-build", *arguments)
        self.await_healthy()

    def await_healthy(self, seconds: float = PATIENCE) -> None:
        """Wait until all is as `up` wants it; raises Failure with what is not."""
        try:
            wait_for("the system", lambda: not self.faults(), seconds)
        except Failure as slow:
            raise Failure(f"{slow} {'; '.join(self.faults())}") from None

    def faults(self) -> list[str]:
        """What is not as `up` wants it: a container that is not healthy, a job that failed or runs."""
        known = [json.loads(line) for line in self.run("ps", "--all", "--format", "json").splitlines()]
        return [
            f"{one['Name']}: {one['Status']}"
            for one in known
            if one["Health"] != "healthy" and not (one["State"] == "exited" and one["ExitCode"] == 0)
        ]

    def _run(self, argv: list[str], stdin: IO | int, stdout: IO | int) -> str:
        done = subprocess.run(
            argv, cwd=self.checkout, env=self.environment, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE
        )
        if done.returncode:
            raise Failure(f"{' '.join(argv[:6])} … failed:\n{done.stderr.decode()[-2000:]}")
        return (done.stdout or b"").decode()
