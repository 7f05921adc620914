"""What may be looked for, and the numbers that people write."""

import pytest
from marshmallow import ValidationError

from chassis.types.search import SearchArguments, number_in


@pytest.mark.parametrize("q", ["abc", "7", "#7", "007", "王小明", " ab c ", "王明", "김철", "かな", "＃７"])
def test_three_characters_two_without_spaces_or_a_whole_number_are_looked_for(q):
    assert SearchArguments().load({"q": q}) == {"q": q.strip(), "kinds": None, "limit": 25}


@pytest.mark.parametrize(
    "given, field",
    [
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": "ab"}, "q"),
        ({"q": " "}, "q"),
        ({"q": "王"}, "q"),
        ({"q": "王a"}, "q"),
        ({"q": "a\u200b\u200bb"}, "q"),
        ({"q": "\u200b\u200b\u200b"}, "q"),
        ({"q": "a\x00bc"}, "q"),
        ({"q": "x" * 101}, "q"),
        ({"q": "-1"}, "q"),
        ({"q": "abc", "limit": 0}, "limit"),
        ({"q": "abc", "limit": 101}, "limit"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_by_its_name(given, field):
    with pytest.raises(ValidationError) as refused:
        SearchArguments().load(given)
    assert set(refused.value.messages) == {field}


@pytest.mark.parametrize(
    "typed, number, prefix",
    [
        ("42", 42, ""),
        ("#42", 42, ""),
        ("INV-00042", 42, "INV"),
        ("inv 42", 42, "INV"),
        ("ord42", 42, "ORD"),
        ("0", 0, ""),
        ("INV–00042", 42, "INV"),
        ("ＩＮＶ－００４２", 42, "INV"),
        ("Invoice 42", 42, "INV"),
        ("invoice no. 0042", 42, "INV"),
        ("Invoice № 42", 42, "INV"),
        ("Invoice: INV-42", 42, "INV"),
        ("RE INV 02919 MERIDIAN", 2919, "INV"),
        ("SEPA INV.02919 thanks", 2919, "INV"),
        ("Rechnung INV: 02919", 2919, "INV"),
        ("Order #1187", 1187, "ORD"),
        ("service SVC-01234", 1234, "SVC"),
        ("Ticket 584", 584, "#"),
        ("ticket #584", 584, "#"),
        ("Re: [#584] Site is slow", 584, "#"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed, number, prefix):
    assert (number_in(typed).number, number_in(typed).prefix) == (number, prefix)


@pytest.mark.parametrize(
    "typed", ["", "abc", "4 2", "42a", "4.2", "9" * 19, "INVOICE-42", "٤٢", "win 98 inv", "room#4b"]
)
def test_what_is_no_number_is_none(typed):
    assert number_in(typed) is None
