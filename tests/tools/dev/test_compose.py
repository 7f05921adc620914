"""docker-compose.yml, read as YAML; tests/compose starts it where an engine answers."""

import json
import os
import re
import subprocess
import sys
from dataclasses import fields
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
import yaml

from chassis.http import protocol
from chassis.secret_files import SECRETS
from chassis.settings import Settings, read_settings
from chassis.testing import virtual_host
from deploy import certificates, services
from deploy.rabbitmq import access
from gateway.http.routing import ROUTES
from gateway.server.application import Application
from tools.dev import postgres
from tools.dev.paths import CHECKOUT, Paths

COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
JOBS = {name for name, service in SERVICES.items() if service["restart"] == "no"}
KNOWN = {f"COMMERCE_{field.name.upper()}" for field in fields(Settings)}
KNOWN |= {f"COMMERCE_{name.upper()}_FILE" for name in SECRETS}


def without_env(text: str) -> str:
    """A value as it is without an .env."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def test_the_five_services_the_gateway_and_their_stores_run_for_ever():
    assert set(SERVICES) - JOBS == {
        "postgres",
        "rabbitmq",
        "clients",
        "billing",
        "support",
        "audit",
        "webhooks",
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
def test_a_container_is_contained(name):
    service = SERVICES[name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    if name not in JOBS:
        assert {"memory", "pids"} <= set(service["deploy"]["resources"]["limits"])
    if "build" in service and "user" not in service:
        assert "cap_add" not in service


def settings_of(name: str) -> dict[str, str]:
    """The COMMERCE_* variables of a container, as they are without an .env."""
    given = SERVICES[name].get("environment", {})
    return {key: without_env(value) for key, value in given.items() if key.startswith("COMMERCE_")}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_uses_known_settings_only(name):
    assert set(settings_of(name)) <= KNOWN


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_container_holds_no_secret_but_in_a_file_that_is_mounted_for_it(name):
    for key, value in SERVICES[name].get("environment", {}).items():
        if value.startswith("/run/secrets/"):
            assert value.removeprefix("/run/secrets/") in SERVICES[name]["secrets"], key
        else:
            assert not re.search(r"(PASSWORD|_PASS|SECRET|TOKEN)$", key), key
            assert not re.search(r"://[^/@]*:[^/@]+@", value), key


@pytest.mark.parametrize("name", (*services.SERVICES, access.GATEWAY))
def test_a_process_starts_by_these_settings_with_tls_and_is_no_development_system(name, tmp_path):
    (tmp_path / "secret").write_text("word\n")
    mounted = {"/keys/own/": "", "/keys/public": str(tmp_path), "/tls/public/ca.pem": str(tmp_path / "secret")}
    mounted["/seller.toml"] = str(CHECKOUT / "deploy" / "seller.example.toml")
    given = {key: value for key, value in settings_of(name).items() if not key.startswith("COMMERCE_CHECKPOINTS")}
    (tmp_path / "smtp_url").write_text("smtps://commerce:word@mail.example.com\n")
    for key, value in given.items():
        value = value.replace("/run/secrets/smtp_url", str(tmp_path / "smtp_url"))
        value = re.sub(r"^/(run/secrets|keys/own)/.+", str(tmp_path / "secret"), value)
        for path, here in mounted.items():
            value = value.replace(path, here)
        given[key] = value
    settings = read_settings(given)
    assert not settings.development
    assert settings.amqp_uri == f"amqps://{name}:word@rabbitmq/{access.VHOST}?cacertfile={tmp_path}/secret"
    if name != access.GATEWAY:
        assert settings.database_url.startswith(f"postgresql://{name}_app:word@postgres/{name}?sslmode=verify-full&")
    assert (settings.smtp_url is not None) == (name == "clients")
    assert settings.ops_host == "0.0.0.0"
    if name in (access.GATEWAY, "clients"):
        assert settings.admin_origin.startswith("https://") and settings.portal_origin.startswith("https://")


def test_each_secret_is_made_once_and_those_that_are_new_are_added(tmp_path):
    script = tmp_path / "deploy" / "docker" / "make-secrets"
    script.parent.mkdir(parents=True)
    script.write_text((CHECKOUT / "deploy/docker/make-secrets").read_text())
    (tmp_path / ".env").write_text("POSTGRES_PASSWORD=kept\n")
    folder = script.parent / "secrets"
    for _ in range(2):
        subprocess.run(["bash", str(script)], check=True, capture_output=True)
        made = {file.name: file.read_text() for file in folder.iterdir()}
        assert made["postgres_password"] == "kept" and len(set(made.values())) == len(made)
        (tmp_path / ".env").unlink(missing_ok=True)
    assert made["smtp_url"] == ""
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {name: one["file"] for name, one in COMPOSE["secrets"].items()} == {
        name: f"deploy/docker/secrets/{name}" for name in made
    }
    used = {name for service in SERVICES.values() for name in service.get("secrets", ())}
    assert used == set(made)
    for file in (".gitignore", ".dockerignore"):
        assert "deploy/docker/secrets" in (CHECKOUT / file).read_text()


def test_each_process_signs_in_to_the_broker_as_itself_and_the_broker_knows_it(tmp_path):
    job, names = SERVICES["broker-users"], {}
    for name, path in job["environment"].items():
        names[name] = str(tmp_path / Path(path).name)
        Path(names[name]).write_text("word\n")
    made = subprocess.run(
        [sys.executable, "-m", "deploy.rabbitmq", "definitions"],
        env={"PATH": os.environ["PATH"], **names},
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert {user["name"] for user in json.loads(made)["users"]} == {*access.SERVICES, access.GATEWAY, access.ADMIN}
    assert "word" not in made.replace("password_hash", "")
    assert "load_definitions = /commerce/users.json" in (CHECKOUT / "deploy/rabbitmq/compose.conf").read_text()
    assert "> /commerce/users.json" in job["command"][-1]


def test_queues_keep_on_rabbitmq_4_what_is_delivered_often_and_take_what_rabbitmq_3_takes():
    made = access.definitions(access.VHOST, {})
    assert made["policies"] == [{"vhost": access.VHOST, **virtual_host.KEPT}]
    for name in ("compose.conf", "rabbitmq.conf"):
        assert "max_message_size = 134217728" in (CHECKOUT / "deploy" / "rabbitmq" / name).read_text()


def test_the_servers_certificates_are_made_before_they_start():
    for name, mounted in {"postgres": "tls-postgres", "rabbitmq": "tls-rabbitmq", "nginx": "tls-nginx"}.items():
        assert SERVICES[name]["depends_on"]["certificates"] == {"condition": "service_completed_successfully"}
        assert any(mounted in volume for volume in SERVICES[name]["volumes"])
        assert f"{mounted}:/tls/{name}" in SERVICES["certificates"]["volumes"] and name in certificates.SERVERS
    assert f"{certificates.__name__}" in (CHECKOUT / "deploy/docker/make-certificates").read_text()


def test_only_nginx_is_reached_from_outside_and_only_nginx_is_believed():
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {"nginx"}
    address = without_env(SERVICES["nginx"]["networks"]["front"]["ipv4_address"])
    trusted = read_settings({"COMMERCE_TRUSTED_PROXIES": settings_of("gateway")["COMMERCE_TRUSTED_PROXIES"]})
    assert trusted.trusted_proxies == (ip_network(address),)
    (subnet,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    assert ip_address(address) in ip_network(without_env(subnet["subnet"]))
    assert ip_address(address) not in ip_network(without_env(subnet["ip_range"])), "a gateway would be given it"
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
    assert "server_tokens off;" in text and "proxy_next_upstream error timeout;" in text
    assert "non_idempotent" not in text


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
    assert copied == ["requirements.lock", "chassis", "commerce_events", "services", "gateway", "tools", "deploy"]
    assert all((CHECKOUT / name).exists() for name in copied)
    assert len(re.findall(r"^FROM ", dockerfile, re.MULTILINE)) == 2


def test_a_statement_that_fails_leaves_nothing_that_was_typed_in_the_databases_log(tmp_path):
    ours = postgres.process(Paths.of(tmp_path), 5432).argv
    for argv in (ours, SERVICES["postgres"]["command"]):
        assert set(postgres.DISCREET) <= {part.removeprefix("-c") for part in argv}
    assert {one.partition("=")[0] for one in postgres.DISCREET} == {
        "log_error_verbosity",
        "log_min_error_statement",
        "log_parameter_max_length",
        "log_parameter_max_length_on_error",
        "log_statement",
        "log_min_duration_statement",
        "log_min_duration_sample",
        "log_transaction_sample_rate",
    }
