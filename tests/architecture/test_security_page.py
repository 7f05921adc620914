"""docs/security.md names tests that exist."""

import re

import pytest

from tools.docs.documents import ROOT

PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_each_test_that_is_named_exists(path, name):
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.M)


def test_each_row_names_its_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| asked", "| sent"))]
    assert [row for row in rows if "::" not in row] == [] and len(rows) > 30
