"""What the language of a client changes."""

import pytest

from gateway.ui import render
from tests.support.pages.drawing import draw, one_line
from tests.support.pages.portal_pages import CLIENT, PORTAL_PAGES, portal_frame
from tests.support.pages.samples import frame

GERMAN = portal_frame(portal={"client": {**CLIENT, "language": "de"}, "impersonation": None})


def test_a_page_of_the_portal_writes_dates_and_amounts_as_the_clients_language_does():
    html = render.page("portal/invoice.html", GERMAN, **PORTAL_PAGES["portal/invoice.html"])
    assert "312,40\u00a0£" in html and "10.10.2026" in html and "£312.40" not in html
    assert '<html lang="en"' in html


def test_the_admin_and_a_portal_before_a_client_is_chosen_stay_english():
    assert frame().language == "" and portal_frame(portal={"client": None, "impersonation": None}).language == ""


@pytest.mark.parametrize("page", ["clients/edit.html", "portal/profile.html"])
def test_the_field_says_what_it_changes(page):
    drawn = (
        draw(page)
        if page in ("clients/edit.html",)
        else one_line(render.page(page, portal_frame(), **PORTAL_PAGES[page]))
    )
    assert "Texts are English; dates, numbers and amounts" in drawn and 'aria-describedby="f-language-h"' in drawn
