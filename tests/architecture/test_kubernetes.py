"""deploy/k8s, resolved as Kustomize does and compared with Kubernetes' schemas and with the code: no cluster runs here."""

import json
import re
import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from chassis.process.connection_budget import SPARE, connections_of
from chassis.process.runtime import DRAIN_SECONDS
from chassis.secret_files import SECRETS
from chassis.settings import Settings, read_settings
from deploy.rabbitmq.access import GATEWAY, QUEUES, VHOST, may_subscribe
from deploy.services import PUBLISHERS, SERVICES
from tests.support import custom_resources
from tests.support.kustomize import built, containers, pod_of
from tools.dev import postgres
from tools.dev.paths import CHECKOUT
from tools.docs.service_classes import service_class

FOLDER = CHECKOUT / "deploy" / "k8s"
RUNNING, JOBS, EXAMPLES = (built(FOLDER / name) for name in (".", "jobs", "examples"))
EVERYTHING = RUNNING + JOBS + EXAMPLES
COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
PROCESSES = (*SERVICES, GATEWAY)
VENDORED = json.loads((CHECKOUT / "tests/architecture/vendor/kubernetes-1.37.json").read_text())["$defs"]
KNOWN = {f"COMMERCE_{field.name.upper()}" for field in fields(Settings)}
KNOWN |= {f"COMMERCE_{name.upper()}_FILE" for name in SECRETS}
MEBIBYTE = 2**20
RESERVED_BY_POSTGRESQL = 3  # superuser_reserved_connections, as it comes


def named(kind: str, name: str) -> dict:
    (found,) = [one for one in EVERYTHING if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    return found


@cache
def schema_of(kind: str):
    schema = {"$defs": VENDORED, "$ref": f"#/$defs/{kind}"} if kind in VENDORED else custom_resources.SCHEMAS[kind]
    return jsonschema_rs.validator_for(schema)


def process(name: str) -> dict:
    (found,) = containers(named("Deployment", name))
    return found


def environment(name: str) -> dict[str, str]:
    """The variables of a process, those that all have included."""
    ours = {one["name"]: one["value"] for one in process(name)["env"]}
    assert process(name)["envFrom"] == [{"configMapRef": {"name": "settings"}}]
    return named("ConfigMap", "settings")["data"] | ours


@pytest.mark.parametrize("resource", EVERYTHING, ids=lambda one: f"{one['kind']}-{one['metadata']['name']}")
def test_a_resource_is_what_the_schema_of_its_kind_says(resource):
    schema_of(resource["kind"]).validate(resource)
    named(resource["kind"], resource["metadata"]["name"])


def test_each_process_of_the_code_is_a_deployment_and_each_database_is_migrated_before():
    deployed = {one["metadata"]["name"]: one for one in RUNNING if one["kind"] == "Deployment"}
    assert set(deployed) == set(PROCESSES)
    for name, one in deployed.items():
        assert process(name)["command"] == COMPOSE[name]["command"]
        labels = {"app.kubernetes.io/name": name}
        assert one["spec"]["selector"]["matchLabels"] == labels
        assert named("PodDisruptionBudget", name)["spec"]["selector"]["matchLabels"] == labels
        assert labels.items() <= one["spec"]["template"]["metadata"]["labels"].items()
    jobs = {(one["metadata"]["name"], one["metadata"]["labels"]["step"]): one for one in JOBS}
    assert set(jobs) == {*((f"migrate-{name}", "before") for name in SERVICES), ("client-totals", "after")}
    for (name, _), one in jobs.items():
        (container,) = containers(one)
        of_compose = COMPOSE[name]
        assert container["command"] == of_compose["command"]
        assert {one["name"] for one in container["env"]} == set(of_compose["environment"])


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_starts_by_these_settings_and_has_those_that_it_has_in_compose(name, tmp_path):
    given = environment(name)
    of_compose = {one for one in COMPOSE[name]["environment"] if one.startswith("COMMERCE_")}
    everybodys = {"COMMERCE_PORTAL_ORIGIN"}
    for_an_overlay = {"COMMERCE_DEVELOPMENT", "COMMERCE_RATE_LIMITS", "COMMERCE_OTLP_ENDPOINT", "COMMERCE_OTLP_RATIO"}
    assert set(given) | for_an_overlay == of_compose | everybodys
    (tmp_path / "word").write_text("word\n")
    (tmp_path / "smtp_url").write_text("smtps://commerce:word@mail.example.com\n")
    for key, value in given.items():
        value = value.replace("/secrets/smtp_url", f"{tmp_path}/smtp_url").replace("/checkpoints/", f"{tmp_path}/")
        value = re.sub(r"(?<![\w/])/(secrets|tls|seller)/[\w.]+", f"{tmp_path}/word", value)
        given[key] = str(tmp_path) if value == "/keys" else value
    settings = read_settings(given)
    assert not settings.development and settings.ops_host == "0.0.0.0"
    assert settings.amqp_uri == f"amqps://{name}:word@rabbitmq/{VHOST}?cacertfile={tmp_path}/word"
    if name != GATEWAY:
        assert settings.database_url.startswith(f"postgresql://{name}_app:word@postgres-rw/{name}?sslmode=verify-full&")


@pytest.mark.parametrize(
    "resource", [one for one in EVERYTHING if pod_of(one)], ids=lambda one: one["metadata"]["name"]
)
def test_a_pod_is_nobody_and_writes_to_what_is_mounted_for_it_alone(resource):
    pod = pod_of(resource)
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False and pod["enableServiceLinks"] is False
    volumes = {one["name"] for one in pod["volumes"]}
    for container in containers(resource):
        closed = container["securityContext"]
        assert closed["readOnlyRootFilesystem"] and not closed["allowPrivilegeEscalation"]
        assert closed["capabilities"] == {"drop": ["ALL"]}
        mounts = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
        assert set(mounts.values()) <= volumes
        given = " ".join(one.get("value", "") for one in container.get("env", ()))
        for path in re.findall(r"(?<![\w/])(/[a-z]+)/[\w.]+", re.sub(r"://[^?\s]+", "", given)):
            assert path in mounts, path
    assert "useradd --system --uid 10001" in (CHECKOUT / "deploy/docker/Dockerfile").read_text()


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_is_asked_where_it_answers_and_ends_when_it_has_drained(name):
    container, settings = process(name), environment(name)
    ports = {one["name"]: one["containerPort"] for one in container["ports"]}
    assert ports.pop("ops") == int(settings["COMMERCE_OPS_PORT"])
    assert ports == ({"http": int(settings["COMMERCE_HTTP_PORT"])} if name == GATEWAY else {})
    asked = {kind: container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")}
    health = (CHECKOUT / "chassis/process/health.py").read_text()
    assert {kind: one["path"] for kind, one in asked.items()} == {
        "startup": "/healthz",
        "liveness": "/healthz",
        "readiness": "/readyz",
    }
    assert all(f'"{one["path"]}"' in health and one["port"] == "ops" for one in asked.values())
    waits = container.get("lifecycle", {"preStop": {"sleep": {"seconds": 0}}})["preStop"]["sleep"]["seconds"]
    assert (waits > 0) is (name == GATEWAY)
    assert (
        named("Deployment", name)["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > waits + DRAIN_SECONDS
    )


def most(name: str) -> int:
    """How many pods of a service there may be, the one of an upgrade included."""
    spec = named("Deployment", name)["spec"]
    scaled = spec["replicas"] if "replicas" in spec else named("ScaledObject", name)["spec"]["maxReplicaCount"]
    return scaled + spec["strategy"]["rollingUpdate"]["maxSurge"]


def test_all_pods_together_have_their_connections():
    server = named("Cluster", "postgres")["spec"]["postgresql"]["parameters"]
    wanted = sum(most(name) * connections_of(service_class(name), Settings()) for name in SERVICES)
    assert wanted <= int(server["max_connections"]) - RESERVED_BY_POSTGRESQL - SPARE
    assert all(server[key] == value for key, _, value in (one.partition("=") for one in postgres.DISCREET))


def test_services_follow_the_calls_that_wait_and_the_gateway_its_processor():
    for name in PUBLISHERS:
        spec = named("ScaledObject", name)["spec"]
        (trigger,) = spec["triggers"]
        assert spec["scaleTargetRef"]["name"] == name and spec["minReplicaCount"] >= 2
        assert trigger["metadata"]["queueName"] == f"rpc-{name}" and f"rpc-{name}" in QUEUES
        assert int(trigger["metadata"]["value"]) == Settings().max_workers
        assert trigger["authenticationRef"]["name"] == named("TriggerAuthentication", "rabbitmq")["metadata"]["name"]
    spec = named("HorizontalPodAutoscaler", GATEWAY)["spec"]
    assert spec["scaleTargetRef"]["name"] == GATEWAY and spec["minReplicas"] >= 2
    assert may_subscribe("keda")


def test_memory_is_what_was_measured():
    measured = re.findall(r"each process held: (.+)\.", (CHECKOUT / "docs/performance.md").read_text())
    largest = max(int(number) for line in measured for number in re.findall(r"(\d+) MB", line)) * 10**6
    for name in PROCESSES:
        resources = process(name)["resources"]
        asked, limit = (int(resources[kind]["memory"].removesuffix("Mi")) * MEBIBYTE for kind in ("requests", "limits"))
        assert largest < asked and 2 * largest < limit


def test_a_policy_speaks_of_pods_and_ports_that_there_are():
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in EVERYTHING if pod_of(one)]
    policies = {one["metadata"]["name"]: one["spec"] for one in RUNNING if one["kind"] == "NetworkPolicy"}
    for spec in policies.values():
        wanted = spec["podSelector"]["matchLabels"]
        assert any(wanted.items() <= some.items() for some in labels)
    everybody = policies["processes"]
    assert all(everybody["podSelector"]["matchLabels"].items() <= some.items() for some in labels)
    assert set(everybody["policyTypes"]) == {"Ingress", "Egress"}
    (front,) = policies[GATEWAY]["ingress"]
    assert front["ports"] == [{"port": int(environment(GATEWAY)["COMMERCE_HTTP_PORT"])}]
    (scraping,) = everybody["ingress"]
    assert scraping["ports"] == [{"port": int(environment(GATEWAY)["COMMERCE_OPS_PORT"])}]
    with_database = {some["app.kubernetes.io/name"] for some in labels if "commerce/database" in some}
    assert with_database == {some["app.kubernetes.io/name"] for some in labels} - {GATEWAY}
    assert policies["databases"]["egress"][0]["to"][0]["podSelector"]["matchLabels"] == {"cnpg.io/cluster": "postgres"}


def test_the_image_is_the_version_of_the_code_everywhere():
    version = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"]
    ours = {one["image"] for resource in EVERYTHING for one in containers(resource)} - {"postgres:17-bookworm"}
    assert ours == {f"registry.example.com/commerce:{version}"}


def test_the_page_names_each_secret_and_each_key_that_a_pod_reads():
    page = (FOLDER / "README.md").read_text()
    rows = {name: row for name, row in re.findall(r"^\| `([\w-]+)` \| (.+)$", page, re.MULTILINE)}
    for name in PROCESSES:
        for path in environment(name).values():
            if path.startswith("/secrets/"):
                assert f"`{Path(path).name}`" in rows[name]
    for one in JOBS:
        for given in containers(one)[0]["env"]:
            if given["value"].startswith("/secrets/"):
                assert f"`{Path(given['value']).name}`" in rows["owners"]
    for one in named("TriggerAuthentication", "rabbitmq")["spec"]["secretTargetRef"]:
        assert f"`{one['key']}`" in rows[one["name"]]
    mounted = {
        volume[kind][key]
        for resource in RUNNING + JOBS
        for volume in (pod_of(resource) or {}).get("volumes", ())
        for kind, key in (("secret", "secretName"), ("configMap", "name"))
        if kind in volume
    }
    assert mounted <= set(rows)


def test_each_process_is_scraped_with_the_labels_of_the_rules():
    (endpoint,) = named("PodMonitor", "commerce")["spec"]["podMetricsEndpoints"]
    assert endpoint["port"] in {one["name"] for one in process(GATEWAY)["ports"]}
    (chosen,) = named("PodMonitor", "commerce")["spec"]["selector"]["matchExpressions"]
    assert set(chosen["values"]) == set(PROCESSES)
    assert {one["targetLabel"] for one in endpoint["relabelings"]} == {"service", "job"}
