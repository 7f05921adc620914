"""The lines of an invoice's form: what it sends, how its buttons rearrange it, where its faults are named."""

import pytest

from gateway.composition.invoice_lines import (
    as_fields,
    at_fields,
    blank_rows,
    field_names,
    filled,
    rearranged,
    typed_rows,
)


def row(text: str, rate: str = "0") -> dict:
    return {"description": text, "quantity": "1", "unit_price": "2.00", "tax_rate": rate}


THREE = [row("a"), row("b"), row("c", "20")]


def letters(rows: list[dict]) -> str:
    return "".join(one["description"] or "-" for one in rows)


def test_rows_are_read_in_order_and_missing_fields_are_empty():
    form = {"line-10-description": " last ", "line-2-quantity": "2.5", "line-2-unit_price": "1", "line-x-quantity": "1"}
    assert typed_rows(form) == [
        {"description": "", "quantity": "2.5", "unit_price": "1", "tax_rate": ""},
        {"description": "last", "quantity": "", "unit_price": "", "tax_rate": ""},
    ]


def test_what_is_shown_is_read_back_the_same():
    assert typed_rows(as_fields(THREE)) == THREE and as_fields(THREE)["rows"] == 3


def test_a_row_without_description_and_price_is_not_sent():
    assert filled([*blank_rows(2), row("a")]) == [row("a")]
    assert len(filled([{**blank_rows(1)[0], "unit_price": "0"}])) == 1


@pytest.mark.parametrize(
    ("what", "then"),
    [
        ("up-1", "bac"),
        ("up-0", "abc"),
        ("down-0", "bac"),
        ("down-2", "abc"),
        ("remove-1", "ac"),
        ("remove-9", "abc"),
        ("up-x", "abc"),
        ("", "abc"),
        ("up-²", "abc"),
        ("add", "abc---"),
    ],
)
def test_a_button_rearranges_the_rows(what, then):
    assert letters(rearranged(THREE, what)) == then and letters(THREE) == "abc"


def test_the_last_row_that_is_removed_leaves_an_empty_one_and_new_rows_keep_the_rate():
    assert rearranged([row("a")], "remove-0") == blank_rows(1)
    assert rearranged(THREE, "add")[-1] == {**blank_rows(1)[0], "tax_rate": "20"}


def test_a_fault_of_a_line_is_named_at_its_field():
    errors = [{"pointer": "/lines/1/unit_price", "message": "No."}, {"pointer": "/lines", "message": ""}]
    assert [error["pointer"] for error in at_fields(errors)] == ["/line-1-unit_price", "/lines"]
    assert field_names(2)["line-1-unit_price"] == "Line 2, unit price" and field_names(2)["lines"] == "Line items"
