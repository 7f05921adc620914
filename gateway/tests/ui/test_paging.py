"""Paging: a page says which rows of its list it shows, and its links carry that on."""

import re

import pytest

from gateway.ui import render
from gateway.ui.paging import rows_before
from tests.support.pages.drawing import PAGES, one_line
from tests.support.pages.samples import CREDIT, frame

LEDGER = "/admin/clients/c1/credits"


def listed(rows: int, *, prev=None, next=None, total=8412, exact=True) -> dict:
    return {"data": [CREDIT] * rows, "page": {"prev": prev, "next": next, "total": total, "exact": exact}}


@pytest.mark.parametrize(
    ("query", "page", "before"),
    [
        ("", listed(50, next="n"), 0),
        ("?after=c&at=50", listed(50, prev="p", next="n"), 50),
        ("?before=c&at=100", listed(50, prev="p", next="n"), 50),
        ("?before=c&at=40", listed(50, next="n"), 0),
        ("?after=c&at=50", listed(12, prev="p"), 8400),
        ("?after=c&at=50", listed(12, prev="p", exact=False), 50),
        ("?after=c", listed(50, prev="p", next="n"), None),
        ("?after=c&at=-1", listed(50, prev="p", next="n"), None),
        ("?after=c&at=<b>", listed(50, prev="p", next="n"), None),
        ("?after=c&at=5", {**listed(3, prev="p", next="n"), "shown": 9}, 5),
    ],
)
def test_a_page_knows_how_many_rows_stand_before_it(query, page, before):
    assert rows_before(LEDGER + query, page) == before


def foot(query: str, items: dict) -> tuple[str, list[str]]:
    """What stands under the ledger, and where its links lead."""
    html = one_line(
        render.page(
            "clients/credits.html", frame(path=LEDGER + query), **{**PAGES["clients/credits.html"], "items": items}
        )
    ).split('class="foot"')[1]
    return re.search(r'class="tn">([^<]*)<', html)[1].strip(), re.findall(r' href="([^"]+\?[^"]+)"', html)


@pytest.mark.parametrize(
    ("query", "page", "said", "links"),
    [
        ("", listed(3, total=3), "3 entries", []),
        ("", listed(50, next="n"), "1–50 of 8,412 entries", ["after=n&amp;at=50"]),
        (
            "?after=c&at=50",
            listed(50, prev="p", next="n"),
            "51–100 of 8,412 entries",
            ["before=p&amp;at=50", "after=n&amp;at=100"],
        ),
        ("?after=c&at=8400", listed(12, prev="p"), "8,401–8,412 of 8,412 entries", ["before=p&amp;at=8400"]),
        ("", listed(50, next="n", total=1000, exact=False), "1–50 of about 1,000 entries", ["after=n&amp;at=50"]),
        ("?after=c", listed(50, prev="p", next="n"), "50 of 8,412 entries", ["before=p", "after=n"]),
        ("", listed(50, next="n", total=None), "1–50 of many entries", ["after=n&amp;at=50"]),
    ],
)
def test_a_page_says_which_rows_it_shows_and_its_links_carry_that_on(query, page, said, links):
    assert foot(query, page) == (said, [f"{LEDGER}?{link}" for link in links])
