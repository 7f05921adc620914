"""Marks of what a search found."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from gateway.ui.marks import marked


@pytest.mark.parametrize(
    "text, typed, shown",
    [
        ("Conan O’Brien", "o'brien con", "[Con]an [O’Brien]"),
        ("Conan O’Brien", "obrien", "Conan [O’Brien]"),
        ("Gonçalves <b>", "GONCA", "[Gonça]lves &lt;b&gt;"),
        ("Straße 1", "strasse", "[Straße] 1"),
        ("Zoe\u0308 Ne", "zoë", "[Zoe\u0308] Ne"),
        ("王小明", "小明", "王[小明]"),
        ("+49 711 284-2222", "0711 2842222", "+49 [711 284-2222]"),
        ("INV-00042", "inv-00042", "[INV-00042]"),
        ("DE 123.456.789", "de123456789", "[DE 123.456.789]"),
        ("Brien & Sons", "brien, conan", "[Brien] &amp; Sons"),
        ("<mark>", "mark", "&lt;[mark]&gt;"),
        ("abcabc", "bc abc", "[abcabc]"),
        ("Nothing", "zzz", "Nothing"),
        ("Nothing", "", "Nothing"),
        ("", "abc", ""),
    ],
)
def test_what_was_typed_is_marked_where_it_stands(text, typed, shown):
    assert marked(text, typed) == shown.replace("[", "<mark>").replace("]", "</mark>")


@given(st.text(max_size=40), st.text(max_size=20))
def test_marks_change_nothing_of_the_text(text, typed):
    assert re.sub("</?mark>", "", marked(text, typed)) == escape(text)
