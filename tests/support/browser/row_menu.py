"""The menu of a row: what can be done to it."""

from playwright.sync_api import Locator


def act_on(row: Locator, act: str) -> None:
    """Open the row's menu and choose the act with this name."""
    row.locator("summary[aria-label^='Actions:']").click()
    row.get_by_role("link", name=act).click()
