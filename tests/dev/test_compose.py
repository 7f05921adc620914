"""docker-compose.yml, read as YAML: no Docker engine runs where these tests do."""

import re
from dataclasses import fields

import pytest
import yaml

from chassis.settings import Settings
from deploy.dev.layout import CHECKOUT

COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
JOBS = {name for name, service in SERVICES.items() if service["restart"] == "no"}
KNOWN = {f"COMMERCE_{field.name.upper()}" for field in fields(Settings)}
SECRET = re.compile(r"(PASSWORD|_PASS|_URL|_URI|SECRET|TOKEN)$")


def test_the_four_services_the_gateway_and_their_stores_run_for_ever():
    assert set(SERVICES) - JOBS == {"postgres", "rabbitmq", "clients", "billing", "support", "audit", "gateway"}


def test_each_service_has_a_migration_job_and_waits_for_it():
    for name in ("clients", "billing", "support", "audit"):
        assert SERVICES[f"migrate-{name}"]["command"] == ["python", "-m", f"services.{name}", "migrate"]
        assert SERVICES[name]["depends_on"] == {f"migrate-{name}": {"condition": "service_completed_successfully"}}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - JOBS))
def test_a_long_lived_container_has_a_healthcheck(name):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_uses_known_settings_only(name):
    given = {key for key in SERVICES[name].get("environment", {}) if key.startswith("COMMERCE_")}
    assert given <= KNOWN


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_holds_no_secret_in_clear(name):
    for key, value in SERVICES[name].get("environment", {}).items():
        if SECRET.search(key):
            assert re.search(r"\$\{\w+:\?", value), f"{key} is written out"
            assert not re.search(r"://\w+:[^$@]+@", value)


def test_every_password_that_is_asked_for_is_made():
    asked = set(re.findall(r"\$\{(\w+):\?", (CHECKOUT / "docker-compose.yml").read_text()))
    script = (CHECKOUT / "deploy/docker/make-env").read_text()
    made = {"POSTGRES_PASSWORD", "RABBITMQ_PASSWORD", "STAFF_PASSWORD"}
    assert all(name in script for name in made)
    made |= {f"{service}_{role}_PASSWORD" for service in ("CLIENTS", "BILLING", "SUPPORT", "AUDIT")
             for role in ("OWNER", "APP")}
    assert "{CLIENTS,BILLING,SUPPORT,AUDIT}_{OWNER,APP}_PASSWORD" in script
    assert asked == made


def test_what_the_image_copies_exists():
    dockerfile = (CHECKOUT / "deploy/docker/Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE)
    assert copied == ["requirements.lock", "chassis", "services", "gateway", "deploy"]
    assert all((CHECKOUT / name).exists() for name in copied)
    assert len(re.findall(r"^FROM ", dockerfile, re.MULTILINE)) == 2
