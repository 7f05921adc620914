"""Waiting in a page: by locators, never by `wait_for_function`, whose polling the pages' CSP refuses (no `eval`) as
soon as the first look is too early."""

from pathlib import Path

BROWSER = Path(__file__).parents[1] / "browser"


def test_no_browser_test_waits_by_evaluating_text_in_the_page():
    assert [path.name for path in sorted(BROWSER.rglob("*.py")) if "wait_for_function" in path.read_text("utf-8")] == []
