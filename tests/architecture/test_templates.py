"""Templates are readable: the formatter breaks lines at 120 columns where it can, and nobody passes 200."""

from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "gateway" / "templates"
LONGEST = 200


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_line_of_a_template_is_longer_than_200_characters(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > LONGEST] == []
