"""Documents name files, tests, links and commands that exist."""

import re
import subprocess

import pytest

from tools.dev.cli import COMMANDS
from tools.docs.documents import ROOT

TRACKED = subprocess.run(
    ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split()
PAGES = [name for name in TRACKED if "/vendor/" not in name]
TOP = "chassis|services|gateway|tools|deploy|tests|docs"
PATH = re.compile(rf"`(?:\./dev test )?((?:{TOP})/[\w./*-]*)(?:::(\w+))?`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
COMMAND = re.compile(r"`\./dev (\w+)")


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_each_file_and_test_that_is_named_exists(name):
    missing = []
    for path, test in PATH.findall(page(name)):
        found = list(ROOT.glob(path))
        if not found or (test and not re.search(rf"^def {test}\(", found[0].read_text(encoding="utf-8"), re.M)):
            missing.append(f"{path}::{test}" if test else path)
    assert missing == []


@pytest.mark.parametrize("name", PAGES)
def test_each_link_leads_to_a_file(name):
    assert [link for link in LINK.findall(page(name)) if not (ROOT / name).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("name", PAGES)
def test_each_command_is_one_of_dev(name):
    assert set(COMMAND.findall(page(name))) - set(COMMANDS) == set()


def test_each_row_of_the_security_page_names_its_test():
    rows = [line for line in page("docs/security.md").splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.startswith(("| asked", "| sent"))]
    assert [row for row in rows if "::" not in row] == [] and len(rows) > 30
