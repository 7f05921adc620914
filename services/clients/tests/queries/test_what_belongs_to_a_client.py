"""What belongs to a client, and what admins have defined."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from chassis.errors import ServiceProblem
from chassis.types.ids import new_id
from services.clients import rules
from services.clients.models import ClientGroup, Contact, CustomField, CustomFieldValue, Note, Tag
from services.clients.queries import clients, contacts, custom_fields, notes, settings

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
        "UPDATE notes SET sticky = true",
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


def test_contacts_begin_with_the_primary_one(session, client_id):
    for name, day in (("Bob", -5), ("Cid", -9)):
        session.add(
            Contact(
                client_id=client_id,
                first_name=name,
                last_name="X",
                email=f"{name}@x.example",
                role="billing",
                email_key=rules.email_key(f"{name}@x.example"),
                created_at=DAY + timedelta(days=day),
            )
        )
    session.commit()
    page = contacts.contact_page(session, client_id, **PAGE)
    assert [row["first_name"] for row in page["data"]] == ["Ann", "Cid", "Bob"]
    assert [row["primary"] for row in page["data"]] == [True, False, False]
    assert clients.client_record(session, client_id, with_notes=True)["counts"] == {"contacts": 3, "notes": 0}


def test_a_client_has_one_primary_contact_at_most(session, client_id):
    session.add(
        Contact(
            client_id=client_id,
            is_primary=True,
            first_name="B",
            last_name="B",
            email="b@x.example",
            email_key="b@x.example",
        )
    )
    with pytest.raises(DBAPIError) as refusal:
        session.flush()
    assert refusal.value.orig.pgcode == "23505"


def test_every_custom_field_is_shown_in_its_order_with_or_without_a_value(session, client_id):
    manager = CustomField(label="Account manager", type="select", options=["Ada", "Bob"], required=True, position=2)
    window = CustomField(label="Maintenance", type="checkbox", position=1, visibility="client_edit")
    session.add_all([manager, window])
    session.flush()
    session.add(CustomFieldValue(client_id=client_id, field_id=window.id, value=False))
    session.commit()
    assert custom_fields.custom_field_values(session, client_id) == {
        "data": [
            {
                "id": str(window.id),
                "label": "Maintenance",
                "type": "checkbox",
                "value": False,
                "visibility": "client_edit",
                "options": [],
                "required": False,
            },
            {
                "id": str(manager.id),
                "label": "Account manager",
                "type": "select",
                "value": None,
                "visibility": "staff_only",
                "options": ["Ada", "Bob"],
                "required": True,
            },
        ]
    }
    assert [field["order"] for field in settings.custom_fields(session)["data"]] == [1, 2]


def test_groups_and_tags_are_listed_by_name_and_groups_counted_when_asked(session, make_client):
    session.add_all(
        [
            vip := ClientGroup(name="vip", colour="#c99700", description="First", discount_percent="5"),
            ClientGroup(name="Agency", colour="#112233"),
            Tag(name="b", colour="#000000"),
            Tag(name="A", colour="#ffffff"),
        ]
    )
    session.commit()
    make_client(group_id=vip.id)
    agency, vip_row = settings.groups(session, counts=True)["data"]
    assert (agency["name"], agency["clients"], agency["discount_percent"]) == ("Agency", 0, "0.00")
    assert vip_row == {
        "id": str(vip.id),
        "name": "vip",
        "colour": "#c99700",
        "description": "First",
        "discount_percent": "5.00",
        "clients": 1,
    }
    assert "clients" not in settings.groups(session, counts=False)["data"][0]
    assert [tag["name"] for tag in settings.tags(session)["data"]] == ["A", "b"]


def test_the_rpc_methods_refuse_a_client_that_does_not_exist(service, calls, make_caller):
    for rpc in ("list_contacts", "list_notes", "get_custom_field_values"):
        with pytest.raises(ServiceProblem) as refusal:
            calls.call(make_caller(), f"clients.{rpc}", client_id=str(new_id()), seconds=5)
        assert refusal.value.code == "not-found"


def test_groups_are_open_to_whoever_sees_clients_or_settings_and_to_nobody_else(service, calls, make_caller):
    for permissions in (("clients.view",), ("settings.view",)):
        assert calls.call(make_caller(permissions=permissions), "clients.list_groups", seconds=5) == {"data": []}
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(permissions=("tickets.view",)), "clients.list_tags", seconds=5)
    assert refusal.value.code == "forbidden"
