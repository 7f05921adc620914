"""Services as child processes, with settings of their own, to be killed and started again."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import requests

from chassis.testing.plugin import ServiceDatabase, wait_until
from tests.support.broker import as_user, import_users

ROOT = Path(__file__).resolve().parents[2]


class ServiceProcess:
    """`python -m services.<name>` on a database and a virtual host, as its own user there; `start` and `kill` as often
    as wanted."""

    def __init__(self, database: ServiceDatabase, amqp_uri: str, keys_dir: Path, log_file: Path, **settings: str):
        self.name, self._log, self._failpoint_file = database.service, log_file, log_file.with_suffix(".failpoint")
        import_users(amqp_uri)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COMMERCE_")},
            "COMMERCE_AMQP_URI": as_user(amqp_uri, self.name),
            "COMMERCE_DATABASE_URL": database.app_url,
            "COMMERCE_OPS_PORT": str(self.port),
            "COMMERCE_SIGNING_KEY_FILE": str(keys_dir / f"{self.name}.key"),
            "COMMERCE_TRUSTED_KEYS_DIR": str(keys_dir),
            "COMMERCE_ENCRYPTION_KEYS_FILE": str(keys_dir / "encryption.keys"),
            "COMMERCE_FAILPOINT_FILE": str(self._failpoint_file),
            **{f"COMMERCE_{name.upper()}": value for name, value in settings.items()},
        }
        self.process: subprocess.Popen | None = None

    def start(self, *, crash_at: str | None = None, wait: bool = True) -> None:
        """Start it, to crash at the failpoint `crash_at`; waits until it is ready, or is dead already."""
        if crash_at:
            self._failpoint_file.write_text(crash_at)
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", f"services.{self.name}"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if wait:
            wait_until(lambda: self.dead or self.ready(), f"{self.name} to be ready (see {self._log})", seconds=30)

    @property
    def dead(self) -> bool:
        """Whether its process has ended, by itself or not."""
        return self.process.poll() is not None

    def ready(self) -> bool:
        """What its /readyz says."""
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def await_death(self) -> int:
        """Wait until it has ended; minus the number of the signal that ended it."""
        return wait_until(lambda: self.dead and self.process.returncode, f"{self.name} to die", seconds=15)

    def freeze(self) -> None:
        """It answers nothing from now on, as if its machine hung."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self.process.send_signal(signal.SIGCONT)

    def stop(self, *, kill: bool = False) -> None:
        """End it with SIGTERM, or SIGKILL, and wait."""
        if self.process is None or self.dead:
            return
        self.process.kill() if kill else self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
