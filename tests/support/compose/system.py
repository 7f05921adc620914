"""The system in containers, as tests speak to it: by HTTPS through nginx, and by `docker compose`."""

import secrets
import socket
import subprocess
from pathlib import Path

import requests

from tests.support.browser.system import wait_until
from tools.dev.compose.project import Project

PROJECT = "commerce-test"


class System:
    """A compose project for one run, on a port and a network of its own."""

    def __init__(self, project: Project, folder: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.origin, self.authority, self.token = f"https://127.0.0.1:{port}", folder / "ca.pem", ""
        self.project = Project(
            project.checkout,
            {
                **project.variables,
                "COMPOSE_PROJECT_NAME": PROJECT,
                "COMPOSE_FILE": "docker-compose.yml:tests/support/compose/one_factor.yml",
                "FRONT_BIND": f"127.0.0.1:{port}",
                "FRONT_NETWORK": "172.31.59",
                "ADMIN_ORIGIN": self.origin,
                "PORTAL_ORIGIN": f"https://localhost:{port}",
            },
        )

    def up(self) -> None:
        """Build the image, start everything, wait until it is healthy, and have a token for its API."""
        subprocess.run(["deploy/docker/make-secrets"], cwd=self.project.checkout, check=True, capture_output=True)
        self.project.run("build", "gateway")
        self.project.up()
        self.authority.write_text(self.run_in("gateway", "cat", "/tls/public/ca.pem"))
        self.token = self.run_in("clients", "python", "-W", "ignore", "-m", "services.clients", "token").strip()

    def down(self) -> None:
        """End everything and forget its data."""
        self.project.run("--profile", "tools", "down", "--volumes", "--timeout", "5")

    def run_in(self, service: str, *argv: str) -> str:
        """Run something in a service's container; its output."""
        return self.project.run("exec", "-T", service, *argv)

    def answer(self, status: int, method: str, path: str, **options) -> dict:
        """What the API answers with this status, asked again by the same key while a busy machine has none; TLS is verified."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": secrets.token_hex(16)}
        url = f"{self.origin}/api/v1{path}"

        def asked() -> requests.Response | None:
            answer = requests.request(method, url, headers=headers, verify=self.authority, timeout=60, **options)
            assert answer.status_code in (status, 502, 503, 504), answer.text
            return answer if answer.status_code == status else None

        return wait_until(asked, f"{status} of {method} {path}", seconds=120).json()
