"""Reading a client's log in the browser: it is written a moment after the change, and an open page shows what was
then."""

from playwright.sync_api import Locator, Page

from tests.support.browser.system import wait_until


def in_log(page: Page, client: dict, *sentences: str, category: str = "") -> Locator:
    """The panel of the client's log, drawn anew until it has each of `sentences`; fails naming what it does not
    have."""
    path = f"/admin/clients/{client['id']}/activity{category and f'?category={category}'}"

    def panel_text() -> str:
        page.goto(path)
        return _normalised(page.locator("#panel").text_content())

    wait_until(
        lambda: (shown := panel_text()) and all(_normalised(one) in shown for one in sentences),
        f"{sentences} in {path}",
    )
    return page.locator("#panel")


def _normalised(text: str) -> str:
    return " ".join(text.split())
