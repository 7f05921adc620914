"""docker-compose.yml started in earnest: what it promises to whoever operates it."""

import json
import uuid

import pytest
from playwright.sync_api import expect, sync_playwright

from deploy.services import SERVICES
from tests.support.browser.system import wait_until
from tools.dev.system import GATEWAY

CHROMIUM = "/usr/bin/chromium-headless-shell"
OURS = (*SERVICES, GATEWAY)


@pytest.mark.parametrize("service", OURS)
def test_a_process_is_nobody_in_particular_and_writes_nothing_of_its_image(system, service):
    assert system.run_in(service, "id", "-u").strip() == "10001"
    assert system.run_in(service, "sh", "-c", "touch /app/x 2>/dev/null || echo refused").strip() == "refused"
    (container,) = system.project.containers(service)
    limits = json.loads(system.project.docker("inspect", "--format", "{{json .HostConfig}}", container))
    assert limits["Memory"] == 512 * 2**20 and limits["NanoCpus"] == 10**9 and limits["CapDrop"] == ["ALL"]


@pytest.mark.parametrize("service", OURS)
def test_the_operations_port_answers_from_another_container(system, service):
    asked = (
        f"import urllib.request as web; print(web.urlopen('http://{service}:9000/metrics', timeout=5).read().decode())"
    )
    asker = next(one for one in OURS if one != service)
    assert "process_start_time_seconds" in system.run_in(asker, "python", "-c", asked)


def test_a_change_through_the_api_arrives_in_the_log(system):
    body = {"first_name": "Ada", "last_name": "Lovelace", "email": f"{uuid.uuid4().hex}@example.com", "currency": "EUR"}
    client = system.answer(201, "POST", "/clients", json=body)
    assert system.answer(200, "GET", f"/clients/{client['id']}")["profile"]["email"] == body["email"]
    entries = lambda: system.answer(200, "GET", f"/clients/{client['id']}/activity")["data"]  # noqa: E731
    wait_until(entries, "the entry of the client's first event", seconds=60)


def test_somebody_signs_in_by_a_browser(system):
    password = (system.project.checkout / "deploy/docker/secrets/staff_password").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(base_url=system.origin, ignore_https_errors=True).new_page()
        page.goto("/admin/login")
        page.get_by_label("Email").fill("admin@example.com")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/admin")
        wait_until(lambda: page.goto("/admin/clients").status == 200, "the list of clients", seconds=60)
        expect(page.get_by_role("heading", name="Clients", level=1)).to_be_visible()
        browser.close()
