"""Numbers as people type them."""

import pytest

from chassis.errors import ServiceProblem
from gateway.http.typed_numbers import number
from tests.support.typed_numbers import AMBIGUOUS, READ, UNREADABLE


@pytest.mark.parametrize(("text", "places", "plain"), READ)
def test_a_number_is_read_as_people_write_it(text, places, plain):
    assert number(text, "amount", places) == plain


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_number_is_left_for_its_service_to_refuse(text):
    assert number(text, "amount", 2) == text


@pytest.mark.parametrize(("text", "places", "readings"), AMBIGUOUS)
def test_what_can_be_read_in_two_ways_is_refused_with_both(text, places, readings):
    with pytest.raises(ServiceProblem) as refused:
        number(text, "line-0-quantity", places)
    assert refused.value.errors == [
        {
            "pointer": "/line-0-quantity",
            "code": "validation",
            "message": f"This can be read as {readings[0]} and as {readings[1]}. Write one of them.",
        }
    ]
