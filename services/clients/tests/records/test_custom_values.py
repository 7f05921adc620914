"""What a custom field can hold, for any value that JSON can carry."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from chassis.types.text import is_storable
from services.clients.custom_values import read_value
from services.clients.rules import FIELD_TYPES

OPTIONS = ["Gold", "Silver", "née"]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(OPTIONS)
    | st.dates().map(date.isoformat),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(FIELD_TYPES), ANYTHING)
def test_a_value_is_refused_or_kept_in_a_form_that_its_type_allows_and_that_stays(kind, value):
    try:
        kept = read_value(kind, OPTIONS, value)
    except ValidationError:
        return
    assert read_value(kind, OPTIONS, kept) == kept
    if kept is None:
        assert value is None or not value.strip()
    elif kind == "checkbox":
        assert kept is value
    else:
        assert isinstance(kept, str) and is_storable(kept) and json.loads(json.dumps(kept)) == kept
        assert kind != "select" or kept in OPTIONS
        assert kind != "date" or date.fromisoformat(kept).isoformat() == kept
        assert kind == "textarea" or "\n" not in kept


@given(st.dates())
def test_each_day_of_the_calendar_is_a_date(day):
    assert read_value("date", [], day.isoformat()) == day.isoformat()


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=50))
def test_one_line_of_letters_figures_and_signs_is_a_text(text):
    assert read_value("text", [], text)


@pytest.mark.parametrize(
    "text", ["👩‍🚀 emoji", "x\u0304 q\u0304", "\u202eabc\u202c", "<script>alert(1)</script>", "مرحبا"]
)
def test_marks_emoji_controls_of_direction_and_markup_are_kept_as_given(text):
    assert read_value("text", [], text) == text
    assert read_value("textarea", [], text) == text


@pytest.mark.parametrize("kind", ["text", "textarea", "select"])
def test_text_of_which_nothing_can_be_seen_is_none(kind):
    assert read_value(kind, ["a"], "\u200b\u2800 \ufe0f") is None


def test_half_a_character_is_no_text():
    with pytest.raises(ValidationError):
        read_value("text", [], "\ud800")
