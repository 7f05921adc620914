"""The client list as tests read it: what stands in its rows, and the ways to wait for them."""

from collections.abc import Iterator

from playwright.sync_api import Locator, Page, expect

ROWS = "#rows tbody tr[data-href]"


def rows(page: Page) -> Locator:
    """The rows of the list."""
    return page.locator(ROWS)


def shown_ids(page: Page) -> list[str]:
    """The ids of the clients that stand in the list, in their order."""
    return [href.rsplit("/", 1)[1] for href in rows(page).evaluate_all("all => all.map(row => row.dataset.href)")]


def expect_only(page: Page, *names: str) -> None:
    """Wait until exactly these clients stand in the list."""
    expect(page.locator(f"{ROWS} a.nm")).to_have_text(list(names))


def column(page: Page, number: int) -> list[str]:
    """The texts of a column, the first being 1; the boxes of the selection are none."""
    return page.locator(f"{ROWS} td:nth-child({number} of :not(.c))").all_inner_texts()


def choose(page: Page, filter_name: str, option: str) -> None:
    """Pick an option of the filter Group, Status or Sort."""
    page.get_by_role("combobox", name=filter_name).select_option(label=option)


def turn_pages(page: Page, name: str) -> Iterator[None]:
    """Follow the link `name` (Next, Older, …) as often as there is one; each step stops on the page it led to."""
    link = page.get_by_role("link", name=name, disabled=False)
    while link.count():
        before = page.url
        link.click()
        expect(page).not_to_have_url(before)
        yield
