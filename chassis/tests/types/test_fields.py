"""Text, ids and money as they come in."""

import pytest
from marshmallow import Schema, ValidationError, fields

from chassis.errors import from_validation
from chassis.types.fields import CurrencyField, IdField, MoneyField, Text
from chassis.types.money import Money


class Sample(Schema):
    name = Text(20, name=True)
    key = Text(20, identifier=True)
    note = Text(50, single_line=False)
    id = IdField()
    price = MoneyField()
    currency = CurrencyField()
    inner = fields.Nested(lambda: Sample(only=["name"]))


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\ud800", "a\u202eb", "a\u2066b", "two\nlines", "e" + "\u0301" * 30, "x" * 21, 7]
)
def test_names_refuse_what_cannot_stand_in_a_name(text):
    with pytest.raises(ValidationError):
        Sample().load({"name": text})


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "line\nbreak", "emoji 👩‍👩‍👧", "a\u202eb", "São"])
def test_notes_take_text_as_it_is(text):
    assert Sample().load({"note": text}) == {"note": text}


def test_text_is_kept_as_given_without_outer_space_and_an_identifier_in_one_spelling():
    assert Sample().load({"name": " Cafe\u0301 ", "key": " Cafe\u0301 "}) == {"name": "Cafe\u0301", "key": "Caf\u00e9"}


@pytest.mark.parametrize(
    "value", ["x", "", 7, None, "0192F0C1-2345-7ABC-8DEF", "{0192f0c1-2345-7abc-8def-0123456789ab}"]
)
def test_only_canonical_ids_are_ids(value):
    with pytest.raises(ValidationError):
        Sample().load({"id": value})


def test_money_comes_as_text_and_leaves_as_text():
    wire = {"amount": "12.50", "currency": "EUR"}
    assert Sample().load({"price": wire}) == {"price": Money(1250, "EUR")}
    assert Sample().dump({"price": Money(1250, "EUR")}) == {"price": wire}
    for bad in (
        12.5,
        "12.50",
        {"amount": 12.5, "currency": "EUR"},
        {"amount": "1", "currency": "XXX"},
        {"amount": "1"},
    ):
        with pytest.raises(ValidationError):
            Sample().load({"price": bad})


def test_faults_are_named_by_json_pointer():
    with pytest.raises(ValidationError) as error:
        Sample().load({"inner": {"name": "x" * 99}, "currency": "XXX", "colour": "red"})
    problem = from_validation(error.value)
    assert {entry["pointer"]: entry["code"] for entry in problem.errors} == {
        "/inner/name": "validation",
        "/currency": "validation",
        "/colour": "unknown-field",
    }
    assert problem.code == "validation"
