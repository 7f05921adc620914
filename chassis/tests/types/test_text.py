"""Text: what shows nothing, what identifiers cannot hold, and how texts are compared."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.types.text import fold, is_blank, is_identifier, seen

UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u200e\u2028\u202e\u2060\u2064\u206f\u2800\u3000\u3164\ufe0f\ufeff"
    "\uffa0\ufff9\ufffe\x00\x85\x9f\U0001d159\U0001d173\U000e0041\U000e01ef"
)


@pytest.mark.parametrize("character", [*UNSEEN, "", " ", "\u200b \u2800", UNSEEN], ids=ascii)
def test_text_of_which_nothing_can_be_seen_is_blank(character):
    assert is_blank(character)


@pytest.mark.parametrize(
    "text", ["a", "\u200bA", "می\u200cخواهم", "👩\u200d👧", "王", "\u0301", "\ue000", "-", "﷽"], ids=ascii
)
def test_text_of_which_anything_can_be_seen_is_not_blank(text):
    assert not is_blank(text)


@pytest.mark.parametrize("character", [*UNSEEN, "\ue000", "\U000f0000", "\u0378", "\u00a0", "\u2003"], ids=ascii)
def test_no_identifier_holds_what_cannot_be_seen_or_has_no_settled_meaning(character):
    assert not is_identifier(f"a{character}b")


@pytest.mark.parametrize("text", ["DE 123/456", "C-0001", "straße", "王小明", "नमस्ते", "ann+tag@example.com"])
def test_an_identifier_is_of_any_script(text):
    assert is_identifier(text)


def test_joiners_stand_in_an_identifier_only_where_another_rule_judges_them():
    assert is_identifier("نامه\u200cای", joiners=True) and not is_identifier("نامه\u200cای")
    assert not is_identifier("a\u200bb", joiners=True)


@pytest.mark.parametrize(
    "other", ["V\u200bIP", "VI\u00adP", "\ufeffVIP", "VIP\u2800", "VIP\U000e0041", "VIP\ufe0f"], ids=ascii
)
def test_what_looks_the_same_is_seen_and_compared_as_the_same(other):
    assert seen(other) == seen("VIP") and fold(other) == fold("VIP")


@pytest.mark.parametrize(
    "one, two",
    [("O\u2019Brien", "O'Brien"), ("O´Brien", "OʼBRIEN"), ("net\u201130", "net-30"), ("A \u2013 B", "a - b")],
)
def test_apostrophes_and_dashes_are_one_each_when_texts_are_compared(one, two):
    assert fold(one) == fold(two)


@pytest.mark.parametrize(
    "text, folded",
    [
        ("Gonçalves", "goncalves"),
        ("ÉMILE", "emile"),
        ("Straße", "strasse"),
        ("Bjørn Łukasz", "bjorn lukasz"),
        ("Æther", "aether"),
        ("  a \t b\u00a0c ", "a b c"),
        ("ﬁnance", "finance"),
        ("ＡＢＣ", "abc"),
        ("İstanbul ılık", "istanbul ilik"),
        ("", ""),
        ("हिन्दी", "हिन्दी"),
        ("ガギ", "ガギ"),
        ("한국", "한국"),
        ("100% o_o", "100% o_o"),
    ],
)
def test_fold_takes_case_and_accents_away_and_leaves_other_scripts_whole(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_folding_each_character_twice_is_folding_it_once():
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs"):
            once = fold(f"a{chr(code)}b")
            assert fold(once) == once, hex(code)


@given(st.text(), st.text())
def test_a_folded_part_is_found_in_the_folded_whole_word_by_word(one, two):
    assert fold(one) in fold(f"{one} {two}")
