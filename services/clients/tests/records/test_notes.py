"""Notes: append-only, corrected by new ones, pinned and unpinned by events of their own."""

import pytest
from sqlalchemy import select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.types.ids import new_id
from services.clients.models import Note

INERT = "<script>alert(1)</script> \u202egnp.exe \U0001f468‍\U0001f469‍\U0001f467 e\u0301\nsecond line"


@pytest.fixture
def client_id(make_client):
    return str(make_client())


def events(session) -> list:
    session.rollback()
    return session.execute(select(outbox.c.type, outbox.c.body, outbox.c.personal).order_by(outbox.c.id)).all()


def sticky_bodies(ask) -> list[str]:
    return [note["body"] for note in ask("get_client")["sticky_notes"]]


def test_a_note_is_answered_as_the_list_shows_it_with_its_author_from_the_context(ask, session):
    made = ask("add_note", body="  Pays late.  ", sticky=True, caller={"name": "Ines Carvalho"})
    assert (made["body"], made["sticky"], made["supersedes"], made["unpinned_at"]) == ("Pays late.", True, None, None)
    assert made["author"] == {"id": "0192f0c1-2345-7abc-8def-0123456789ab", "name": "Ines Carvalho"}
    assert ask("list_notes")["data"] == [made] == [ask("get_note", note_id=made["id"])]
    assert sticky_bodies(ask) == ["Pays late."]
    (event,) = events(session)
    assert (event.type, event.body["facts"]["entity"]) == ("note.added.v1", {"type": "note", "id": made["id"]})
    assert event.personal["body"]["value"] == "Pays late." and "Pays" not in str(event.body)


def test_markup_bidi_controls_emoji_and_marks_are_stored_as_given(ask):
    assert ask("add_note", body=INERT)["body"] == INERT


def test_a_correction_supersedes_once_and_unpins_what_it_corrects_in_one_event(ask, refusal, session):
    first = ask("add_note", body="Pays in June.", sticky=True)
    second = ask("add_note", body="Pays in July.", supersedes=first["id"])
    old = ask("get_note", note_id=first["id"])
    assert old["body"] == "Pays in June." and old["unpinned_at"] and old["superseded_by"] == second["id"]
    assert second["supersedes"] == first["id"] and sticky_bodies(ask) == []
    _, event = events(session)
    assert (event.type, event.body["facts"]["supersedes"]) == ("note.added.v1", first["id"])
    assert event.personal["changes.body"]["value"] == {"old": "Pays in June.", "new": "Pays in July."}
    assert event.body["changes"][1] == {"field": "sticky", "old": True, "new": False}
    again = refusal("add_note", body="Pays in August.", supersedes=first["id"])
    assert (again.code, again.detail) == (
        "invalid-state",
        "This note was corrected already; its correction stands in its place.",
    )
    assert ask("list_notes")["page"]["total"] == 2


def test_of_ten_corrections_at_once_one_is_made(ask, calls, make_caller, client_id):
    first = ask("add_note", body="Pays in June.")
    pending = [
        calls.start(
            make_caller(),
            "clients.add_note",
            seconds=10,
            writes=True,
            client_id=client_id,
            body=str(n),
            supersedes=first["id"],
        )
        for n in range(10)
    ]
    codes = []
    for call in pending:
        try:
            codes.append(bool(call.result()["id"]) and "made")
        except ServiceProblem as problem:
            codes.append(problem.code)
    assert sorted(codes) == ["invalid-state"] * 9 + ["made"]


def test_unpinning_keeps_the_note_and_is_published_once(ask, refusal, session):
    made = ask("add_note", body="Payment plan.", sticky=True)
    unpinned = ask("unpin_note", note_id=made["id"])
    assert unpinned["sticky"] and unpinned["unpinned_at"] and unpinned["body"] == "Payment plan."
    assert sticky_bodies(ask) == []
    assert refusal("unpin_note", note_id=made["id"]).code == "invalid-state"
    plain = ask("add_note", body="Never pinned.")
    assert refusal("unpin_note", note_id=plain["id"]).code == "invalid-state"
    published = events(session)
    assert [event.type for event in published] == ["note.added.v1", "note.unpinned.v1", "note.added.v1"]
    assert published[1].body["changes"] == [{"field": "sticky", "old": True, "new": False}]


def test_a_note_is_pinned_later_and_again_each_time_by_an_event_of_its_own(ask, refusal, session):
    plain = ask("add_note", body="Asks for Mara.")
    pinned = ask("pin_note", note_id=plain["id"])
    assert (pinned["sticky"], pinned["unpinned_at"], sticky_bodies(ask)) == (True, None, ["Asks for Mara."])
    assert refusal("pin_note", note_id=plain["id"]).code == "invalid-state"
    ask("unpin_note", note_id=plain["id"])
    again = ask("pin_note", note_id=plain["id"])
    assert again["unpinned_at"] is None and sticky_bodies(ask) == ["Asks for Mara."]
    published = events(session)
    assert [event.type for event in published[1:]] == ["note.pinned.v1", "note.unpinned.v1", "note.pinned.v1"]
    assert published[1].body["changes"] == [{"field": "sticky", "old": False, "new": True}]


def test_a_note_that_was_corrected_is_not_pinned_again(ask, refusal):
    first = ask("add_note", body="Pays in June.", sticky=True)
    ask("add_note", body="Pays in July.", supersedes=first["id"])
    assert refusal("pin_note", note_id=first["id"]).code == "invalid-state"
    assert sticky_bodies(ask) == []


def test_the_same_key_writes_one_note(ask):
    caller = {"idempotency_key": "key-0123456789abcdef"}
    first, second = (ask("add_note", body="Once.", caller=caller) for _ in range(2))
    assert first == second and ask("list_notes")["page"]["total"] == 1


@pytest.mark.parametrize(
    "given, pointer",
    [
        ({"body": ""}, "/body"),
        ({"body": " \n "}, "/body"),
        ({"body": "x" * 10_001}, "/body"),
        ({"body": "a\x00b"}, "/body"),
        ({"body": "a\x1bb"}, "/body"),
        ({"body": "a" + "\u0301" * 10}, "/body"),
        ({"body": 7}, "/body"),
        ({"body": None}, "/body"),
        ({}, "/body"),
        ({"body": "x", "sticky": "maybe"}, "/sticky"),
        ({"body": "x", "supersedes": "nonsense"}, "/supersedes"),
        ({"body": "x", "supersedes": str(new_id())}, "/supersedes"),
        ({"body": "x", "author": "Ada"}, "/author"),
    ],
)
def test_a_faulty_note_is_refused_by_field_and_nothing_is_written(refusal, session, given, pointer):
    problem = refusal("add_note", **given)
    assert (problem.status, [error["pointer"] for error in problem.errors]) == (422, [pointer])
    assert events(session) == [] and session.scalar(select(Note.id)) is None


def test_a_note_of_another_client_is_like_one_that_does_not_exist(ask, refusal, make_client):
    other = str(make_client())
    foreign = ask("add_note", body="Elsewhere.", sticky=True, client_id=other)
    for wrong in (foreign["id"], str(new_id()), "nonsense"):
        for method in ("pin_note", "unpin_note"):
            assert refusal(method, note_id=wrong).code == "not-found"
        assert refusal("get_note", note_id=wrong).code == "not-found"
    assert refusal("add_note", body="x", supersedes=foreign["id"]).errors[0]["pointer"] == "/supersedes"
    assert refusal("add_note", body="x", client_id=str(new_id())).code == "not-found"


def test_writing_notes_needs_its_permission(ask, refusal):
    made = ask("add_note", body="x", sticky=True)
    reader = {"permissions": ("clients.view", "notes.view")}
    assert refusal("add_note", body="x", caller=reader).code == "forbidden"
    for method in ("pin_note", "unpin_note"):
        assert refusal(method, note_id=made["id"], caller=reader).code == "forbidden"
