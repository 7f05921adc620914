"""The list of dependencies, its lock, its reasons and the imports agree."""

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tools.dev.paths import CHECKOUT

OURS = {
    "chassis",
    "services",
    "gateway",
    "tools",
    "deploy",
    "tests",
    "fake_process",
    "commerce_events",
    "commerce_client",
}
# Each of these has a lock and a virtual environment of its own.
APART = [CHECKOUT / "tools/bench/django_admin", CHECKOUT / "tests/support/generated_clients"]
LOCK = (CHECKOUT / "requirements.lock").read_text()
LOCKS = [LOCK, *((folder / "requirements.lock").read_text() for folder in APART)]


def listed() -> set[str]:
    """The packages of requirements.in."""
    lines = (CHECKOUT / "requirements.in").read_text().splitlines()
    return {re.split(r"[=<]", line)[0] for line in lines if line and not line.startswith("#")}


def imported(*folders: str) -> set[str]:
    """Top-level modules that the Python files below the folders import."""
    found = set()
    for folder in folders:
        for path in (CHECKOUT / folder).rglob("*.py"):
            if any(path.is_relative_to(apart) for apart in APART):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=["ours", *(folder.name for folder in APART)])
def test_a_lock_names_no_registry(lock):
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links", lock)


@pytest.mark.parametrize("lock", LOCKS, ids=["ours", *(folder.name for folder in APART)])
def test_every_locked_package_has_hashes(lock):
    for block in re.split(r"\n(?=\S)", lock):
        if "==" in block.partition("\n")[0] and not block.startswith("#"):
            assert "--hash=sha256:" in block, block


def test_every_listed_package_is_locked_and_has_its_reason():
    reasons = (CHECKOUT / "docs/decisions/0002-dependencies.md").read_text()
    for name in listed():
        assert re.search(rf"^{re.escape(name)}==", LOCK, re.MULTILINE), f"{name} is not in the lock: make lock"
        assert f"| {name} | " in reasons, f"{name} has no reason in decision 0002"


def test_what_is_imported_is_listed():
    homes = packages_distributions()
    foreign = imported("chassis", "services", "gateway", "tools", "deploy", "tests") - OURS - sys.stdlib_module_names
    for module in foreign:
        names = {name.lower().replace("_", "-") for name in homes.get(module, [module])}
        assert names & listed(), f"{module} is imported and not in requirements.in"


def test_dev_stands_on_the_standard_library_alone():
    assert imported("tools/dev") - sys.stdlib_module_names == {"deploy", "tools"}
    for package in ("deploy", "tools"):
        tree = ast.parse((CHECKOUT / package / "__init__.py").read_text())
        assert len(tree.body) <= 1, f"{package}/__init__.py holds more than its docstring"
