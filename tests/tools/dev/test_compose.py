"""docker-compose.yml, read as YAML: no Docker engine runs where these tests do."""

import json
import os
import re
import subprocess
import sys
from dataclasses import fields
from ipaddress import ip_address, ip_network

import pytest
import yaml

from chassis.http import protocol
from chassis.settings import Settings, read_settings
from deploy import services
from deploy.rabbitmq import access
from gateway.http.routing import ROUTES
from gateway.server.application import Application
from tools.dev import postgres
from tools.dev.paths import CHECKOUT, Paths

COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
JOBS = {name for name, service in SERVICES.items() if service["restart"] == "no"}
KNOWN = {f"COMMERCE_{field.name.upper()}" for field in fields(Settings)}
SECRET = re.compile(r"(PASSWORD|_PASS|_URL|_URI|SECRET|TOKEN)$")


def test_the_four_services_the_gateway_and_their_stores_run_for_ever():
    assert set(SERVICES) - JOBS == {
        "postgres",
        "rabbitmq",
        "clients",
        "billing",
        "support",
        "audit",
        "gateway",
        "nginx",
    }


def test_each_service_has_a_migration_job_and_waits_for_it():
    for name in services.SERVICES:
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
    required = set(re.findall(r"\$\{(\w+):\?", (CHECKOUT / "docker-compose.yml").read_text()))
    script = (CHECKOUT / "deploy/docker/make-env").read_text()
    made = {"POSTGRES_PASSWORD", "STAFF_PASSWORD"}
    assert all(name in script for name in made)
    made |= {
        f"{service}_{role}_PASSWORD"
        for service in ("CLIENTS", "BILLING", "SUPPORT", "AUDIT")
        for role in ("OWNER", "APP")
    }
    made |= {f"RABBITMQ_{user}_PASSWORD" for user in ("ADMIN", "GATEWAY", "CLIENTS", "BILLING", "SUPPORT", "AUDIT")}
    assert "{CLIENTS,BILLING,SUPPORT,AUDIT}_{OWNER,APP}_PASSWORD" in script
    assert "RABBITMQ_{ADMIN,GATEWAY,CLIENTS,BILLING,SUPPORT,AUDIT}_PASSWORD" in script
    assert required == made


def test_passwords_are_made_once_and_those_that_are_new_are_added(tmp_path):
    script = tmp_path / "deploy" / "docker" / "make-env"
    script.parent.mkdir(parents=True)
    script.write_text((CHECKOUT / "deploy/docker/make-env").read_text())
    (tmp_path / ".env").write_text("POSTGRES_PASSWORD=kept\n")
    for _ in range(2):
        subprocess.run(["bash", str(script)], check=True, capture_output=True)
    made = dict(line.split("=") for line in (tmp_path / ".env").read_text().splitlines())
    assert made["POSTGRES_PASSWORD"] == "kept"
    assert len(made) == 16 and len(set(made.values())) == 16
    assert len((tmp_path / ".env").read_text().splitlines()) == 16


def test_each_process_signs_in_to_the_broker_as_itself_and_the_broker_knows_it():
    for user in (*access.SERVICES, access.GATEWAY):
        address = SERVICES[user]["environment"]["COMMERCE_AMQP_URI"]
        assert address == f"amqp://{user}:${{RABBITMQ_{user.upper()}_PASSWORD:?}}@rabbitmq/{access.VHOST}"
    job = SERVICES["broker-users"]
    given = {name: "word" for name in job["environment"]}
    made = subprocess.run(
        [sys.executable, "-m", "deploy.rabbitmq", "definitions"],
        env={"PATH": os.environ["PATH"], **given},
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert {user["name"] for user in json.loads(made)["users"]} == {*access.SERVICES, access.GATEWAY, access.ADMIN}
    assert "word" not in made.replace("password_hash", "")
    assert "load_definitions = /commerce/users.json" in (CHECKOUT / "deploy/rabbitmq/compose.conf").read_text()
    assert "> /commerce/users.json" in job["command"][-1]


def test_only_nginx_is_reached_from_outside_and_only_nginx_is_believed():
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {"nginx"}
    address = SERVICES["nginx"]["networks"]["front"]["ipv4_address"]
    trusted = read_settings(
        {"COMMERCE_TRUSTED_PROXIES": SERVICES["gateway"]["environment"]["COMMERCE_TRUSTED_PROXIES"]}
    )
    assert trusted.trusted_proxies == (ip_network(address),)
    (subnet,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    assert ip_address(address) in ip_network(subnet["subnet"])
    assert {name for name, service in SERVICES.items() if "front" in service.get("networks", ())} == {
        "nginx",
        "gateway",
    }


def nginx(name: str) -> str:
    """A file of nginx' without its comments; every block that it opens is closed."""
    text = re.sub(r"(?m)^\s*#.*$", "", (CHECKOUT / "deploy/nginx" / name).read_text())
    assert text.count("{") == text.count("}")
    assert all(re.search(r"[;{}]$", line) for line in text.splitlines() if line.strip()), "a directive has no end"
    return text


def size(text: str, directive: str) -> int:
    number, unit = re.search(rf"{directive}(?: \d+)? (\d+)([km])", text).groups()
    return int(number) * {"k": 1024, "m": 1024**2}[unit]


def test_nginx_takes_what_the_gateway_takes_and_not_much_more():
    Application(Settings(development=True))
    text, largest = nginx("gateway.conf"), max(route.max_body for route in ROUTES)
    assert largest <= size(text, "client_max_body_size") <= largest + 2 * 1024**2
    assert size(text, "large_client_header_buffers") == protocol.MAX_URL
    for wait in ("client_header_timeout", "client_body_timeout"):
        assert f"{wait} {protocol.HEAD_SECONDS}s;" in text
    assert "server_tokens off;" in text and "proxy_next_upstream off;" in text


def test_nginx_writes_what_the_gateway_believes_itself_and_passes_nothing_of_it_on():
    text = nginx("gateway.conf")
    for name, value in {
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "$scheme",
        "X-Forwarded-Host": "$http_host",
        "Host": "$http_host",
        "Forwarded": '""',
        "X-Forwarded-Port": '""',
        "X-Forwarded-Prefix": '""',
    }.items():
        assert f"proxy_set_header {name} {value};" in text
    assert "$proxy_add_x_forwarded_for" not in text


@pytest.mark.parametrize("name", ["plain.conf", "tls.conf"])
def test_each_front_serves_everything_on_the_published_port(name):
    text = nginx(name)
    assert re.search(r"listen 8000( ssl)? default_server;\s", text) and ("ssl" in text) is (name == "tls.conf")
    assert "include /etc/nginx/commerce/gateway.conf;" in text
    assert not re.search(r"SSLv|TLSv1(\.1)?[ ;]", text)


def test_answers_of_nginx_itself_have_the_security_headers():
    nginx("error_headers.conf")
    assert nginx("gateway.conf").count("include /etc/nginx/commerce/error_headers.conf;") == 2


def test_what_the_image_copies_exists():
    dockerfile = (CHECKOUT / "deploy/docker/Dockerfile").read_text()
    copied = re.findall(r"^COPY (?!--from)(\S+)", dockerfile, re.MULTILINE)
    assert copied == ["requirements.lock", "chassis", "services", "gateway", "tools", "deploy"]
    assert all((CHECKOUT / name).exists() for name in copied)
    assert len(re.findall(r"^FROM ", dockerfile, re.MULTILINE)) == 2


def test_a_statement_that_fails_leaves_nothing_that_was_typed_in_the_databases_log(tmp_path):
    ours = postgres.process(Paths.of(tmp_path), 5432).argv
    for argv in (ours, SERVICES["postgres"]["command"]):
        assert set(postgres.SILENT) <= set(argv)
    assert {one.partition("=")[0] for one in postgres.SILENT} == {
        "log_error_verbosity",
        "log_min_error_statement",
        "log_parameter_max_length_on_error",
    }
