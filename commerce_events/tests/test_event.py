"""Events as dataclasses: every type's example is read, what is new is passed over, and what is no event is refused."""

import copy
import json
from decimal import Decimal
from pathlib import Path

import pytest

from commerce_events import Event, Money, NotAnEvent, catalogue, read_event
from commerce_events.event import CLASSES

DOCUMENT = json.loads((Path(__file__).parents[2] / "gateway/asyncapi.json").read_text(encoding="utf-8"))
EXAMPLES = {type: one["schema"]["examples"][0] for type, one in DOCUMENT["components"]["schemas"].items()}


def test_there_is_a_class_for_each_type_under_its_service():
    assert set(CLASSES) == set(EXAMPLES)
    for kind in CLASSES.values():
        assert getattr(catalogue, kind.__name__) is kind
        assert EXAMPLES[kind.TYPE]["source"] == f"services/{kind.SERVICE}"


@pytest.mark.parametrize("type", sorted(EXAMPLES))
def test_the_example_of_each_type_is_read_with_all_its_facts(type):
    example = EXAMPLES[type]
    event = read_event(json.dumps(example))
    assert isinstance(event, CLASSES[type])
    assert (event.id, event.stream, event.sequence) == (example["id"], example["stream"], example["sequence"])
    for name, value in example["data"]["facts"].items():
        if name in ("entity", "commitments", "shortened"):
            continue
        read = getattr(event.facts, name)
        assert read is not None or value is None
        if isinstance(value, str | int | bool):
            assert read == value


def test_money_lines_people_and_changes_are_values_of_their_own():
    invoice = read_event(EXAMPLES["invoice.published.v1"])
    assert invoice.facts.total == Money(Decimal("24.00"), "EUR")
    assert invoice.facts.lines[0].unit_price.amount == Decimal("24.00")
    assert invoice.facts.totals.counts.domains == 2
    client = read_event(EXAMPLES["client.updated.v1"])
    assert client.personal["email"] == "ada@example.com" and client.actor.kind == "staff"
    (change,) = client.changes
    assert change.personal and change.old is None and change.new == client.personal[change.field]


def test_what_a_later_version_adds_is_passed_over():
    later = copy.deepcopy(EXAMPLES["client.created.v1"])
    later["data"]["facts"]["segment"] = {"name": "gold"}
    later["data"]["mood"], later["epoch"] = "good", "2"
    assert read_event(later).facts == read_event(EXAMPLES["client.created.v1"]).facts
    unknown = read_event({**later, "type": "client.merged.v1"})
    assert type(unknown) is Event and unknown.facts["segment"] == {"name": "gold"}


def test_the_parts_that_stood_beside_data_before_are_not_needed_and_not_read():
    example = EXAMPLES["client.created.v1"]
    assert read_event({**example, "facts": {"currency": "XXX"}}).facts.currency == "EUR"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"\xff", b'{"data": 1}', b'{"type": "client.created.v1", "data": {}}', b"[" * 100_000],
)
def test_what_is_no_event_is_refused(body):
    with pytest.raises(NotAnEvent):
        read_event(body)


@pytest.mark.parametrize(
    "change",
    [
        lambda message: message.pop("sequence"),
        lambda message: message["data"]["facts"].pop("currency"),
        lambda message: message["data"]["facts"].update(currency=5),
        lambda message: message["data"]["facts"].update(tags="a"),
        lambda message: message["data"]["facts"].update(tax_exempt=1),
        lambda message: message.update(time="yesterday"),
    ],
)
def test_an_event_that_lacks_something_or_has_another_kind_of_value_is_refused(change):
    message = copy.deepcopy(EXAMPLES["client.created.v1"])
    change(message)
    with pytest.raises(NotAnEvent):
        read_event(message)
