"""What of a form is saved: what differs from what it was drawn with, unless somebody else changed that too."""

from types import SimpleNamespace

import pytest
from werkzeug.datastructures import MultiDict

from chassis.errors import ServiceProblem
from gateway.http.forms import as_texts, changed, drawn_with

ITEM = {"name": "Gold", "about": None, "hosts": ["a", "b"], "renews": True, "rate": 0}
NOW = as_texts(ITEM, *ITEM)


def sent(**fields) -> SimpleNamespace:
    """A request with a form of `fields`, drawn when the item was as it is now unless they say otherwise (`was_…`)."""
    was = {f"was-{name}": fields.pop(f"was_{name}", text) for name, text in NOW.items()}
    return SimpleNamespace(request=SimpleNamespace(form=MultiDict({**was, **fields})))


def test_an_items_fields_are_texts_of_a_form():
    assert NOW == {"name": "Gold", "about": "", "hosts": "a\nb", "renews": "true", "rate": ""}


def test_a_form_that_nobody_touched_changes_nothing_whatever_its_line_ends():
    untouched = {**NOW, "hosts": "a\r\nb"}
    assert changed(sent(**untouched, was_hosts="a\r\nb"), NOW) == {}


def test_only_what_was_touched_is_saved_and_a_cleared_switch_is_touched():
    ctx = sent(name="Silver", was_about="as it was drawn", about="as it was drawn")
    assert changed(ctx, NOW) == {"name": "Silver", "renews": ""}


def test_a_field_that_the_form_does_not_show_stays():
    assert changed(sent(renews="true"), NOW) == {}


def test_what_somebody_else_saved_since_is_refused_with_what_it_holds_and_the_next_form_knows_it():
    ctx = sent(name="Silver", was_name="Bronze", hosts="c", renews="true", was_rate="5", rate="6")
    with pytest.raises(ServiceProblem) as refusal:
        changed(ctx, NOW, shown={"rate": "none at all"})
    errors = refusal.value.errors
    assert (refusal.value.status, [(error["pointer"], error["code"]) for error in errors]) == (
        409,
        [("/name", "stale"), ("/rate", "stale")],
    )
    assert "“Gold” meanwhile" in errors[0]["message"] and "“none at all” meanwhile" in errors[1]["message"]
    assert drawn_with(ctx, NOW, errors) == NOW
    assert drawn_with(ctx, NOW) == {**NOW, "name": "Bronze", "rate": "5"}


def test_what_both_made_of_it_is_no_conflict():
    assert changed(sent(name="Gold", was_name="Bronze", renews="true"), NOW) == {"name": "Gold"}
