"""The size of an event: what a listener would not read is shortened where it is made, or not made at all."""

import hashlib

import pytest
from marshmallow import Schema, fields

from chassis.events import event as events
from chassis.events.event import Event, canonical, commitment, size_of
from chassis.events.event_size import EXCERPT, MAX_BYTES, EventTooLarge, excerpt_of

WIDE = "𝄞"  # four bytes


@pytest.fixture
def written():
    """An event with lines among its facts, a secret and a public field among its changes."""

    class _Line(Schema):
        text = fields.String()

    class Written(Event):
        type = "sized.written.v1"
        personal_names = frozenset({"secret", "body"})

        class facts_schema(Schema):
            lines = fields.List(fields.Nested(_Line))
            labels = fields.List(fields.String())

    yield Written
    del events.CATALOGUE[Written.type]


@pytest.fixture
def row_of(written, make_caller):
    """`row_of(**given)`: the outbox row of such an event."""
    return lambda **given: written(client_id="c", **given).outbox_row("sample", make_caller(), 1, 1)


def changed(field: str, old, new) -> dict:
    return {"field": field, "old": old, "new": new}


def test_the_schema_of_an_events_facts_is_made_once_for_all_of_its_class(row_of, written, monkeypatch):
    made, make = [], written.facts_schema.__init__
    monkeypatch.setattr(written.facts_schema, "__init__", lambda *given, **kw: (made.append(1), make(*given, **kw))[1])
    for _ in range(3):
        row_of(facts={"labels": ["a"]})
    assert len(made) == 1


def test_an_event_that_fits_keeps_every_value_whole(row_of):
    long = WIDE * (MAX_BYTES // 10)
    row = row_of(changes=[changed("public", "a", long), changed("secret", None, long)])
    assert row["body"]["changes"][0]["new"] == long
    assert row["personal"]["changes.secret"]["value"]["new"] == long


def test_the_longest_value_is_shortened_with_its_length_and_hash_and_the_others_stay(row_of):
    long, short = WIDE * MAX_BYTES, "b" * 1000
    row = row_of(changes=[changed("public", short, long), changed("secret", short, None)])
    assert size_of(row) <= MAX_BYTES
    assert row["body"]["changes"][0] == changed(
        "public",
        short,
        {
            "excerpt": WIDE * EXCERPT + "…",
            "length": MAX_BYTES,
            "sha256": hashlib.sha256(canonical(long)).hexdigest(),
        },
    )
    assert row["personal"]["changes.secret"]["value"]["old"] == short


def test_a_personal_value_is_shortened_in_its_own_part_and_bound_as_it_stands_there(row_of):
    row = row_of(changes=[changed("secret", WIDE * MAX_BYTES, "new")])
    part = row["personal"]["changes.secret"]
    assert size_of(row) <= MAX_BYTES and part["value"]["old"]["length"] == MAX_BYTES
    assert row["body"]["facts"]["commitments"]["changes.secret"] == commitment(part["salt"], part["value"])
    assert WIDE not in str(row["body"])


def test_a_list_is_shortened_as_its_lines():
    assert excerpt_of(["one", "two"])["excerpt"] == "one\ntwo…"
    assert excerpt_of([{"a": 1}])["excerpt"] == '[{"a":1}]…'


def test_texts_of_the_facts_stay_texts_and_their_hashes_stand_beside_them(row_of):
    lines = [{"text": f"{number}{WIDE * 1000}"} for number in range(200)]
    row = row_of(facts={"lines": lines}, changes=[changed("lines", [one["text"] for one in lines], ["x"])])
    facts = row["body"]["facts"]
    assert size_of(row) <= MAX_BYTES
    cut = [number for number, line in enumerate(facts["lines"]) if line != lines[number]]
    assert {f"/lines/{number}/text" for number in cut} == set(facts["shortened"]) and cut
    one = facts["shortened"][f"/lines/{cut[0]}/text"]
    text = lines[cut[0]]["text"]
    assert facts["lines"][cut[0]]["text"] == text[:EXCERPT] + "…"
    assert one == {"length": len(text), "sha256": hashlib.sha256(canonical(text)).hexdigest()}


def test_an_event_that_cannot_be_shortened_enough_is_not_made(row_of):
    with pytest.raises(EventTooLarge, match="sized.written.v1"):
        row_of(facts={"labels": ["x" * 10] * MAX_BYTES})
    with pytest.raises(EventTooLarge):
        row_of(personal={"body": "x" * MAX_BYTES})
