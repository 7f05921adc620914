"""Note: the pages that show notes, and what the database refuses to them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from chassis.types.ids import new_id
from services.clients.models import Note
from services.clients.queries import clients, notes

PAGE = {"limit": 25, "after": None, "before": None}
DAY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def client_id(make_client):
    return make_client("Ann", "Lee")


@pytest.fixture
def add_note(session, client_id):
    def add(body, day=0, **fields):
        note = Note(
            client_id=client_id,
            body=body,
            author_id=new_id(),
            author_name="Ada",
            created_at=DAY + timedelta(days=day),
            **fields,
        )
        session.add(note)
        session.commit()
        return note

    return add


def bodies(page) -> list[str]:
    return [row["body"] for row in page["data"]]


def test_notes_stand_newest_first_with_the_sticky_ones_on_top(session, client_id, add_note):
    add_note("old and sticky", 0, sticky=True)
    first = add_note("first", 1)
    add_note("unpinned", 2, sticky=True, unpinned_at=DAY + timedelta(days=9))
    correction = add_note("corrected", 3, supersedes=first.id)
    page = notes.note_page(session, client_id, **PAGE)
    assert bodies(page) == ["old and sticky", "corrected", "unpinned", "first"]
    assert page["page"]["total"] == 4
    assert page["data"][1]["supersedes"] == page["data"][3]["id"] == str(first.id)
    assert page["data"][3]["superseded_by"] == str(correction.id)
    assert page["data"][2]["unpinned_at"] == "2026-01-10T00:00:00.000Z"
    sticky = clients.client_record(session, client_id, with_notes=True)["sticky_notes"]
    assert [note["body"] for note in sticky] == ["old and sticky"]


def test_notes_page_by_page_are_each_met_once(session, client_id, add_note):
    for number in range(5):
        add_note(f"note {number}", number % 2, sticky=number == 3)
    met, cursor = [], None
    while True:
        page = notes.note_page(session, client_id, limit=2, after=cursor, before=None)
        met += bodies(page)
        cursor = page["page"]["next"]
        if cursor is None:
            break
    assert met[0] == "note 3" and sorted(met) == [f"note {number}" for number in range(5)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE notes SET body = 'x'",
        "UPDATE notes SET created_at = now()",
        "DELETE FROM notes",
        "TRUNCATE notes",
        "UPDATE notes SET author_name = NULL",
    ],
)
def test_the_database_refuses_to_change_or_remove_a_note(session, add_note, statement):
    add_note("as written")
    with pytest.raises(DBAPIError) as refusal:
        session.execute(text(statement))
    assert refusal.value.orig.pgcode == "42501"


def test_a_note_can_be_unpinned_and_stays(session, client_id, add_note):
    add_note("sticky", sticky=True)
    session.execute(update(Note).values(unpinned_at=DAY))
    session.commit()
    assert clients.client_record(session, client_id, with_notes=True)["sticky_notes"] == []
    assert bodies(notes.note_page(session, client_id, **PAGE)) == ["sticky"]
