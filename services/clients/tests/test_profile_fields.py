"""The table of the profile's fields, and what is made of it: each field is stored, published, imported and answered."""

import hashlib

import pytest
from marshmallow import ValidationError
from sqlalchemy import select

from chassis.db.tables import outbox
from chassis.events.event import canonical
from services.clients import import_rows
from services.clients.profile_fields import BY_NAME, PROFILE_FIELDS, names
from services.clients.schemas import profile_part

each_field = pytest.mark.parametrize("field", PROFILE_FIELDS, ids=lambda field: field.name)
ANN = {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"}
ROW = {**ANN, "external_id": "1", "company": "Lee & Co", "country": "DE", "currency_code": "EUR", "status": "active"}


def sample(field) -> str | bool:
    """A value that the field takes."""
    by_kind = {"flag": True, "country": "IS", "language": "da", "email": "zoe@example.com"}
    return by_kind.get(field.kind, f"the {field.name}"[: field.length])


SAMPLES = {field.name: sample(field) for field in PROFILE_FIELDS}


def call(calls, caller, method: str, **given):
    return calls.call(caller, f"clients.{method}", **given, seconds=5, writes=True)


def test_each_field_of_a_new_client_is_in_its_record_and_in_its_event(service, calls, make_caller, session):
    record = call(calls, make_caller(), "create_client", currency="EUR", **SAMPLES)
    assert record["profile"] == SAMPLES
    event = session.execute(select(outbox.c.body, outbox.c.personal)).one()
    personal = {name: event.personal[name]["value"] for name in names(personal=True)}
    assert {**personal, **{name: event.body["facts"][name] for name in names(personal=False)}} == SAMPLES


def test_each_field_that_is_changed_is_in_the_record_and_a_change_of_the_event(service, calls, make_caller, session):
    made = call(calls, make_caller(), "create_client", currency="EUR", **ANN)
    record = call(calls, make_caller(), "update_client", client_id=made["id"], version=made["version"], **SAMPLES)
    assert record["profile"] == SAMPLES
    event = session.execute(select(outbox).order_by(outbox.c.sequence.desc()).limit(1)).one()
    changes = {change["field"]: change for change in event.body["changes"]}
    assert {name: change.get("personal", False) for name, change in changes.items()} == {
        field.name: field.personal for field in PROFILE_FIELDS
    }
    for name in names(personal=True):
        changes[name] = event.personal[f"changes.{name}"]["value"]
    assert {name: (change["old"], change["new"]) for name, change in changes.items()} == {
        name: (made["profile"][name], value) for name, value in SAMPLES.items()
    }


@pytest.mark.parametrize(
    "field", [field for field in PROFILE_FIELDS if field.kind in ("text", "identifier")], ids=lambda f: f.name
)
def test_a_text_is_as_long_as_the_table_says_and_no_longer(field):
    schema = profile_part(field.name)()
    assert schema.load({field.name: "x" * field.length}) == {field.name: "x" * field.length}
    with pytest.raises(ValidationError):
        schema.load({field.name: "x" * (field.length + 1)})


@each_field
def test_a_column_of_the_import_fills_its_field_and_no_other_column_fills_one(field):
    cells = {**ROW, field.name: str(sample(field))}
    read = import_rows.read_row(cells, list(cells), {}).profile[field.name]
    assert read == (sample(field) if field.importable else field.blank)


def test_an_imported_row_is_still_the_same_after_fields_were_added():
    """The hash of this row as the first release stored it: a later field that the file lacks does not change it."""
    content = import_rows.read_row(ROW, list(ROW), {}).content
    assert content.hex() == "99db5373dd843ca9154ba1e0f42779886a2af23467b054e56a2cee91e1970ea0"


def test_a_later_field_is_in_the_hash_of_a_row_that_fills_it(monkeypatch):
    monkeypatch.setattr(import_rows, "LATER", (BY_NAME["company"],))
    filled = import_rows.read_row(ROW, list(ROW), {})
    blank = import_rows.read_row({**ROW, "company": ""}, list(ROW), {})
    assert filled.content == hashlib.sha256(canonical([filled.profile, "EUR", "active"])).digest()
    without = {name: value for name, value in blank.profile.items() if name != "company"}
    assert blank.content == hashlib.sha256(canonical([without, "EUR", "active"])).digest()
