"""Filters: text to tree and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import ServiceProblem
from chassis.filters.parser import MOST_CHARACTERS, MOST_DEPTH, MOST_TERMS, parse
from chassis.filters.tree import And, Not, Or, Restriction, Value
from chassis.filters.unparser import text_of
from chassis.testing.filter_trees import RESTRICTIONS, trees

MANY = settings(max_examples=5 * settings.default.max_examples)
A, B, C = (Restriction((name,), "=", Value("1")) for name in "abc")


@MANY
@given(trees(RESTRICTIONS))
def test_a_tree_is_the_tree_of_its_text_and_its_text_stays(tree):
    text = text_of(tree)
    assert parse(text) == tree
    assert text_of(parse(text)) == text


@MANY
@given(st.text(max_size=40) | st.text(alphabet="ab.:=<>!()\"' -ANDORT\\1€", max_size=40))
def test_any_other_text_is_refused_at_a_position_of_its_own(text):
    try:
        tree = parse(text)
    except ServiceProblem as problem:
        assert problem.status == 422 and problem.errors[0]["pointer"] == "/filter"
        assert 1 <= problem.extra["position"] <= len(text) + 1
    else:
        assert parse(text_of(tree)) == tree


@pytest.mark.parametrize(
    ("text", "tree", "canonical"),
    [
        ("", None, ""),
        ("  ", None, ""),
        ("a=1", A, "a = 1"),
        ("a=1 b=1", And((A, B)), "a = 1 AND b = 1"),
        ("a = 1 AND b = 1 OR c = 1", And((A, Or((B, C)))), "a = 1 AND (b = 1 OR c = 1)"),
        ("a = 1 OR b = 1 c = 1", And((Or((A, B)), C)), "(a = 1 OR b = 1) AND c = 1"),
        ("(a = 1 AND b = 1) OR c = 1", Or((And((A, B)), C)), "(a = 1 AND b = 1) OR c = 1"),
        ("a = 1 AND (b = 1 AND c = 1)", And((A, B, C)), "a = 1 AND b = 1 AND c = 1"),
        ("((a = 1))", A, "a = 1"),
        ("-a = 1", Not(A), "NOT a = 1"),
        ("NOT(a = 1 OR b = 1)", Not(Or((A, B))), "NOT (a = 1 OR b = 1)"),
        ("NOT NOT a = 1", Not(Not(A)), "NOT (NOT a = 1)"),
        ("x > 100 EUR", Restriction(("x",), ">", Value("100", "EUR")), "x > 100 EUR"),
        ("x > 100 eur", Restriction(("x",), ">", Value("100", "EUR")), "x > 100 EUR"),
        ("x:vip", Restriction(("x",), ":", Value("vip")), "x:vip"),
        ("x < -30d", Restriction(("x",), "<", Value("-30d")), "x < -30d"),
        ("x = O'Brien", Restriction(("x",), "=", Value("O'Brien")), "x = O'Brien"),
        ("x = 'it is'", Restriction(("x",), "=", Value("it is")), 'x = "it is"'),
        (r'x = "a\"b\\"', Restriction(("x",), "=", Value('a"b\\')), r'x = "a\"b\\"'),
        ("x = null", Restriction(("x",), "=", Value("null", special=True)), "x = null"),
        ('x = "null"', Restriction(("x",), "=", Value("null")), 'x = "null"'),
        ('field."VAT checked" = true', Restriction(("field", "VAT checked"), "=", Value("true")), None),
        ("field.AND = 1", Restriction(("field", "AND"), "=", Value("1")), "field.AND = 1"),
        (
            "x = 100 tag:vip",
            And((Restriction(("x",), "=", Value("100")), Restriction(("tag",), ":", Value("vip")))),
            "x = 100 AND tag:vip",
        ),
    ],
)
def test_what_a_text_means_and_how_it_is_written(text, tree, canonical):
    assert parse(text) == tree
    assert text_of(tree) == (text if canonical is None else canonical)


@pytest.mark.parametrize(
    ("text", "position", "nearest"),
    [
        ("a", 2, None),
        ("a =", 4, None),
        ("a = AND", 5, None),
        ("a = 1 AND", 10, None),
        ("a = 1 and b = 2", 7, "AND"),
        ("OR a = 1", 1, None),
        ("(a = 1", 1, None),
        ("a = 1)", 6, None),
        ("()", 2, None),
        ('a = "x', 5, None),
        ("a. = 1", 3, None),
        ('"a" = 1', 1, None),
        ("a = 1; DROP TABLE clients", 13, None),
        ("%' OR 1=1 --", 1, None),
        ("a == 1", 4, None),
        ("a\0 = 1", 1, None),
        ("a = \ud800", 1, None),
    ],
)
def test_a_fault_says_where_it_is(text, position, nearest):
    with pytest.raises(ServiceProblem) as refused:
        parse(text)
    assert (refused.value.extra["position"], refused.value.extra["nearest"]) == (position, nearest)
    assert refused.value.status == 422


def nested(depth: int) -> str:
    return "(" * depth + "a = 1" + ")" * depth


def test_length_depth_and_number_of_conditions_end_somewhere():
    longest = f'a = "{"x" * (MOST_CHARACTERS - 6)}"'
    assert len(longest) == MOST_CHARACTERS and parse(longest)
    assert parse(nested(MOST_DEPTH)) == A
    assert len(parse(" OR ".join(["a = 1"] * MOST_TERMS)).parts) == MOST_TERMS
    too_many = ("a:1 " * (MOST_TERMS + 1), " OR ".join(["a = 1"] * 500))
    for text in (longest + " ", nested(MOST_DEPTH + 1), "NOT " * (MOST_DEPTH + 1) + "a = 1", *too_many):
        with pytest.raises(ServiceProblem, match="at most"):
            parse(text)
