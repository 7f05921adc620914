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


def anchors(page_name: str) -> set[str]:
    """What a link into a page may name, as GitHub makes it of the headings."""
    headings = re.findall(r"^#+ (.+)$", page(page_name), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith(("docs/operations/", "deploy/"))])
def test_each_link_of_a_runbook_leads_to_a_heading(name):
    here = (ROOT / name).parent
    for file, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", page(name)):
        target = (here / file).resolve().relative_to(ROOT) if file else name
        assert anchor in anchors(str(target)), f"{file}#{anchor}"


@pytest.mark.parametrize("name", PAGES)
def test_each_command_is_one_of_dev(name):
    assert set(COMMAND.findall(page(name))) - set(COMMANDS) == set()


def test_each_row_of_the_security_page_names_its_test():
    requests = page("docs/security.md").partition("## Who may")[2]
    rows = [line for line in requests.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if not row.startswith(("| asked", "| sent"))]
    assert [row for row in rows if "::" not in row] == [] and len(rows) > 30


REQUIREMENT = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| \S.* \| (\S.*) \|$", re.M)
LEVEL_2 = 253  # requirements of the levels 1 and 2 of ASVS 5.0


def test_each_requirement_of_the_asvs_has_one_line_with_a_test_a_document_or_a_reason():
    rows = REQUIREMENT.findall(page("docs/asvs.md"))
    ids = [tuple(map(int, row[:3])) for row in rows]
    assert len(ids) == len(set(ids)) == LEVEL_2 and ids == sorted(ids)
    reasons = [row[3].removeprefix(mark) for row in rows for mark in ("n/a: ", "not met: ") if row[3].startswith(mark)]
    assert [reason for reason in reasons if len(reason) < 5] == []
