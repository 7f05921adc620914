"""Pages that are told of what colleagues change."""

from playwright.sync_api import Page, expect


def opened(page: Page, path: str) -> Page:
    """`page` at `path`, once it is told of changes."""
    page.goto(path)
    expect(page.locator("#live-state")).to_have_text("Live")
    return page
