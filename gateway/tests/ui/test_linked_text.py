"""Links in what people wrote, and code in what we wrote."""

import pytest

from gateway.ui.linked_text import coded, linked, spoken
from tests.support.pages.drawing import draw
from tests.support.pages.samples import answer, client, note

REL = 'target="_blank" rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://a.example/x?y=1&z=2.", ("see ", "https://a.example/x?y=1&amp;z=2", ".")),
        ("(http://a.example/b_(c))", ("(", "http://a.example/b_(c)", ")")),
        ('"HTTPS://A.example"', ("&#34;", "HTTPS://A.example", "&#34;")),
        ("https://a.example/\u202egnp.exe", ("", "https://a.example/", "\u202egnp.exe")),
        ("https://a.example/<script>", ("", "https://a.example/", "&lt;script&gt;")),
    ],
)
def test_an_address_is_a_link_up_to_where_the_sentence_goes_on(text, shown):
    before, address, after = shown
    assert linked(text) == f'<bdi>{before}<a href="{address}" {REL}>{address}</a>{after}</bdi>'


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "//a.example", "a.example", "https:// a", "<b>"],
)
def test_nothing_but_http_and_https_is_a_link(text):
    assert "<a" not in linked(text) and "<b>" not in linked(text)


@pytest.mark.parametrize("page", ["clients/overview.html", "clients/services.html", "clients/suspend_all.html"])
def test_a_sticky_note_has_its_links_wherever_it_stands(page):
    stuck = client(sticky_notes=[note(body="Contract: https://docs.example/c")])
    assert f'<a href="https://docs.example/c" {REL}>' in draw(page, client=stuck)


def test_a_note_has_its_links():
    assert f'<a href="https://docs.example/c" {REL}>' in draw(
        "clients/notes.html", items=answer(note(body="Contract: https://docs.example/c"))
    )


def test_what_stands_between_back_quotes_is_code_and_all_is_escaped():
    assert coded("`a < b` and <i>, `alone") == "<code>a &lt; b</code> and &lt;i&gt;, `alone"


def test_a_state_of_two_words_is_read_as_words_and_nothing_else_is_touched():
    assert spoken("Ann_Lee · in_progress · my_file.txt · a_b@c.example") == (
        "Ann_Lee · in progress · my_file.txt · a_b@c.example"
    )
