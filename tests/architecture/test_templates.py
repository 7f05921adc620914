"""Templates: no line is too long to be read, and their README names the context that each is given."""

import re
from pathlib import Path

import pytest

from tests.support.pages import drawing

TEMPLATES = Path(__file__).parents[2] / "gateway" / "templates"
LONGEST = 200


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_line_of_a_template_is_longer_than_200_characters(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > LONGEST] == []


# A row of a table in the README: template, address, context.
ROW = re.compile(r"\| `([\w/]+\.html)` \|(.+?)(?<!\\)\|(.*)\|")
ROWS = {
    found[1]: found[3]
    for found in map(ROW.fullmatch, (TEMPLATES / "README.md").read_text("utf-8").splitlines())
    if found
}
DRAWN = sorted(drawing.PAGES)


def test_the_readme_has_a_row_for_each_page():
    assert sorted(ROWS) == DRAWN


@pytest.mark.parametrize("name", DRAWN)
def test_the_readme_names_the_context_of_a_page(name):
    words = ROWS[name]
    described = {found[1]: bool(found[2]) for found in re.finditer(r"`(\w+)(\?)?(?=[:(\\`])", words)}
    shared = (set(drawing.FORM) if "dialog" in words else set()) | (set(drawing.HEAD) if "record;" in words else set())
    needed = {variable for variable, optional in described.items() if not optional}
    assert needed - shared == set(drawing.PAGES[name]) - shared - (described.keys() - needed)
