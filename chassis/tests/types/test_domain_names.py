"""Domain names by IDNA 2008."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.types.domain_names import DomainNameError, respelt, to_ascii, to_unicode


@pytest.mark.parametrize(
    ("written", "stored", "shown"),
    [
        ("Example.COM", "example.com", "example.com"),
        ("bücher.example.", "xn--bcher-kva.example", "bücher.example"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example", "bücher.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah", "例え.テスト"),
        ("faß.example", "xn--fa-hia.example", "faß.example"),
        ("GROẞ.example", "xn--gro-7ka.example", "groß.example"),
        ("نامه\u200cای.example", "xn--mgba3gch31f060k.example", "نامه\u200cای.example"),
        ("  a-1.co.uk ", "a-1.co.uk", "a-1.co.uk"),
    ],
)
def test_a_name_has_one_stored_spelling_and_is_shown_as_people_write_it(written, stored, shown):
    assert to_ascii(written) == stored and to_unicode(stored) == shown


@pytest.mark.parametrize(
    "name",
    [
        "",
        "example",
        "-a.example",
        "a-.example",
        "a..example",
        "a b.example",
        "a_b.example",
        "http://a.example",
        "a.example/x",
        f"{'a' * 64}.example",
        f"{'a.' * 130}example",
        "10.0.0.1",
        "a\x00.example",
        "\ud800.example",
        "<b>.example",
        "\u202egro.example",
        "😀.example",
        "a\u200db.example",
        "exam\u00adple.example",
        "a\u200b.example",
        "a\ufe0f.example",
        "a.example\u2060",
    ],
)
def test_what_is_no_domain_name_is_refused(name):
    with pytest.raises(DomainNameError):
        to_ascii(name)


@pytest.mark.parametrize(
    "typed, other",
    [
        ("Bücher.Example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "bücher.example"),
        ("shop.xn--bcher-kva", "shop.bücher"),
        ("straße.example", "xn--strae-oqa.example"),
        ("plain.example", "plain.example"),
        ("xn--", "xn--"),
        ("-ü.example", "-ü.example"),
        ("", ""),
    ],
)
def test_a_name_or_a_part_of_one_is_spelt_the_other_way(typed, other):
    assert respelt(typed) == other


@given(st.text(max_size=300))
def test_any_text_is_refused_or_gets_a_spelling_that_stays(text):
    try:
        stored = to_ascii(text)
    except DomainNameError:
        return
    assert stored.isascii() and len(stored) <= 253 and to_ascii(stored) == stored
