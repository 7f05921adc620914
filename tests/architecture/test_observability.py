"""What Prometheus and Grafana are given: every metric exists, and every alert says what to do."""

import importlib
import json
import pkgutil
import re
import subprocess

import pytest
import yaml
from prometheus_client import REGISTRY

import chassis
from chassis.process.metrics import ProcessState
from chassis.settings import Settings
from tools.dev.paths import CHECKOUT

FOLDER = CHECKOUT / "deploy" / "observability"
RULES = [rule for group in yaml.safe_load((FOLDER / "rules.yml").read_text())["groups"] for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text())
RECORDED = {rule["record"] for rule in RULES if "record" in rule}
OF_PROMETHEUS = {"up", "process_resident_memory_bytes"}
SUFFIXES = re.compile(r"_(bucket|count|sum|total)$")


def expressions() -> list[str]:
    """Every PromQL expression of rules and dashboard."""
    shown = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [rule["expr"] for rule in RULES] + shown


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The metrics that a process of Commerce has, without the suffixes of their kinds."""
    for module in pkgutil.walk_packages(chassis.__path__, "chassis."):
        if ".tests" not in module.name:
            importlib.import_module(module.name)
    looked_up = ProcessState(Settings(), None, lambda: None).collect()
    source = (CHECKOUT / "chassis/process/metrics.py").read_text()
    return {
        *(family.name for family in REGISTRY.collect()),
        *(family.name for family in looked_up),
        *re.findall(r'(?:_gauge|_labelled)\(\s*"(commerce_\w+)"', source),
    }


@pytest.mark.parametrize("expression", expressions())
def test_a_rule_or_panel_asks_for_metrics_that_there_are(expression, known):
    bare = re.sub(r'"[^"]*"|\b(by|without|ignoring|on) \([^)]*\)', "", expression)
    recorded = set(re.findall(r"commerce:[\w:]+", bare))
    asked = set(re.findall(r"\b(?:commerce|process)_\w+|\bup\b", re.sub(r"commerce:[\w:]+", "", bare)))
    assert recorded <= RECORDED and asked | recorded
    assert {SUFFIXES.sub("", name) for name in asked} - known - OF_PROMETHEUS == set()


@pytest.mark.parametrize(
    "command",
    [
        ("check", "rules", "rules.yml"),
        ("test", "rules", "rules_test.yml"),
        ("test", "rules", "rules_days_test.yml"),
    ],
)
def test_prometheus_own_tool_accepts_the_rules_and_alerts_speak_when_they_should(command):
    done = subprocess.run(["promtool", *command], cwd=FOLDER, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_how_bad_it_is_and_leads_to_what_to_do(name):
    rule = ALERTS[name]
    assert rule["labels"]["severity"] in ("page", "ticket") and rule["for"] and rule["annotations"]["summary"]
    page, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    assert anchor == name.lower()
    section = re.search(rf"^## {name}\n\n(.+?)(?=^## |\Z)", (CHECKOUT / page).read_text(), re.DOTALL | re.MULTILINE)
    assert section, f"{page} has no section {name}"
    assert all(f"**{part}**" in section[1] for part in ("Means", "Look", "Mend"))


def test_what_is_scraped_is_every_process_of_compose():
    (job,) = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"]
    (found,) = job["dns_sd_configs"]
    services = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
    listening = {name for name, one in services.items() if "COMMERCE_OPS_PORT" in one.get("environment", {})}
    assert set(found["names"]) == {name for name in listening if services[name]["restart"] != "no"}
    assert {services[name]["environment"]["COMMERCE_OPS_PORT"] for name in found["names"]} == {str(found["port"])}
