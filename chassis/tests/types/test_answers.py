"""Response schemas hold an answer to its fields, all of them and no others."""

import pytest
from marshmallow import ValidationError, fields

from chassis.types.answers import Answer, AnyOf, list_of, page_of


class Dog(Answer):
    name = fields.String()
    breed = fields.String(load_default=None)


class Boat(Answer):
    name = fields.String(allow_none=True)
    length = fields.Integer()


class Harbour(Answer):
    found = AnyOf(Dog, Boat)


PAGE = {"next": None, "prev": None, "total": None, "exact": True}


@pytest.mark.parametrize("answer", [{"name": "Rex"}, {"name": "Rex", "breed": "pug"}])
def test_a_field_with_a_load_default_alone_may_be_left_out(answer):
    assert Dog().validate(answer) == {}


@pytest.mark.parametrize(
    ("answer", "faulty"), [({}, {"name"}), ({"name": None}, {"name"}), ({"name": "Rex", "age": 3}, {"age"})]
)
def test_what_is_missing_null_or_one_too_many_is_named(answer, faulty):
    assert set(Dog().validate(answer)) == faulty


@pytest.mark.parametrize("found", [{"name": "Rex"}, {"name": None, "length": 9}])
def test_one_of_several_forms_is_enough(found):
    assert Harbour().validate({"found": found}) == {}


@pytest.mark.parametrize("found", [{"length": 9}, {"name": "Rex", "length": "long"}, "Rex"])
def test_none_of_the_forms_is_refused(found):
    with pytest.raises(ValidationError, match="none of Dog, Boat"):
        Harbour().load({"found": found})


def test_a_list_has_its_rows_and_what_stands_beside_them():
    assert list_of(Dog)().validate({"data": [{"name": "Rex"}]}) == {}
    page = page_of(Dog, unread=fields.Integer())()
    assert page.validate({"data": [], "page": PAGE, "unread": 0}) == {}
    assert set(page.validate({"data": [{}], "page": PAGE})) == {"data", "unread"}
