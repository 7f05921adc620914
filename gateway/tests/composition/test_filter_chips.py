"""Chips of a filter: what a page draws of its text, and the text that the page makes of them again."""

import pytest
from hypothesis import given

from chassis.errors import ServiceProblem
from chassis.filters.faults import fault, too_slow
from chassis.filters.parser import parse
from chassis.filters.unparser import text_of
from chassis.testing.filter_trees import RESTRICTIONS, trees
from gateway.composition.filter_chips import faulty, filter_state, is_of_filter


def text_of_chips(groups: list[list[dict]]) -> str:
    """What filters.js writes."""
    parts = (" OR ".join(chip["text"] for chip in group) for group in groups)
    return " AND ".join(f"({part})" if len(group) > 1 else part for part, group in zip(parts, groups, strict=True))


@given(trees(RESTRICTIONS))
def test_the_text_of_the_chips_is_the_filter_again(tree):
    state = filter_state(text_of(tree))
    assert state["fault"] is None and parse(text_of_chips(state["chips"])) == tree
    assert state["text"] == text_of(tree)


def test_a_chip_has_the_parts_of_a_condition_and_what_is_nested_deeper_its_text_alone():
    state = filter_state('a > 100 EUR (NOT b:"x y" OR (c = null d = 1))')
    assert state["text"] == 'a > 100 EUR AND (NOT b:"x y" OR (c = null AND d = 1))'
    amount = {"text": "a > 100 EUR", "field": "a", "operator": ">", "value": "100", "currency": "EUR"}
    opposite = {"text": 'NOT b:"x y"', "field": "b", "operator": ":", "value": "x y", "currency": None}
    assert state["chips"] == [
        [{**amount, "negated": False, "special": False}],
        [{**opposite, "negated": True, "special": False}, {"text": "(c = null AND d = 1)"}],
    ]
    assert filter_state("") == {"text": "", "chips": [], "fault": None}


@pytest.mark.parametrize(
    ("nearest", "mended"), [("last_login", "a = 1 AND last_login < today"), (None, None)], ids=["near", "far"]
)
def test_a_faulty_filter_is_kept_and_mended_where_something_is_near(nearest, mended):
    text = "a = 1 AND last_logn < today"
    state = faulty(text, fault("There is no field last_logn.", 11, 9, nearest))
    assert (state["text"], state["chips"], state["fault"]["mended"]) == (text, [], mended)


def test_a_text_that_cannot_be_read_is_faulty_and_other_refusals_are_not_of_the_filter():
    assert filter_state("a = ")["fault"]["position"] == 5
    assert is_of_filter(fault("No.", 1)) and not is_of_filter(ServiceProblem("forbidden", "No."))


def test_a_filter_that_reads_too_much_is_a_422_and_said_where_the_filter_stands():
    text = "outstanding > 100 EUR OR tag:vip OR field.Route = mail"
    state = faulty(text, too_slow())
    assert too_slow().status == 422 and is_of_filter(too_slow())
    assert state["text"] == text and state["fault"]["mended"] is None
    assert state["fault"]["message"].startswith("This takes too long to look up.")
