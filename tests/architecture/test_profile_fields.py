"""Each field of a client's profile stands everywhere, or is named here as an exception: who adds one and forgets a place
reads which."""

import re

import pytest

from gateway.admin import edit_client, new_client
from gateway.api.schemas.clients import PROFILE
from gateway.composition.csv_files.columns import FIELDS
from gateway.portal import profile as portal_profile
from gateway.ui.profile_fields import PROFILE_FIELDS as SCREEN_FIELDS
from services.clients.events import ClientCreated, ClientImported, ClientUpdated
from services.clients.import_rows import COLUMNS, FULL_NAME, REQUIRED
from services.clients.import_rows import FIELDS as IMPORT_FIELDS
from services.clients.models import Client, Contact
from services.clients.profile_fields import FIRST_RELEASE, PROFILE_FIELDS, names
from tests.support.pages.drawing import draw
from tests.support.pages.portal_people_samples import COMPANY, PERSON
from tests.support.pages.samples import client
from tools.docs.documents import ROOT

each_field = pytest.mark.parametrize("field", PROFILE_FIELDS, ids=lambda field: field.name)

# What a field is for the service and for the screens alike.
SHARED = ("name", "kind", "length", "of", "portal", "importable", "required")
# Columns of a client and of a contact that are no fields of the profile.
BESIDE = {
    "client": "id status joined_at last_login_at group_id version sort_name search_text currency created_by source external_id"
    " imported_hash",
    "contact": "id client_id is_primary email_key phone_e164 role status login_id last_login_at created_at removed_at"
    " confirmation_asked_at staff_change staff_change_by staff_change_at",
}
TABLES = {"client": Client.__table__, "contact": Contact.__table__}
RELEASED = (
    "first_name last_name email company phone address1 address2 city state postcode country tax_id tax_exempt language"
)
# Columns of clients.csv that are no fields of the profile.
BESIDE_IN_IMPORT = {"external_id", "currency_code", "status"}
# A contact's email is changed by a mailed link; the page names it beside the password.
SHOWN_BY_ITSELF = {"email"}


def sample(field) -> str | bool:
    """A value of the field that stands on a page for nothing else."""
    return {"flag": True, "country": "IS", "language": "da"}.get(field.kind, f"the {field.name} of Ann")


def in_words(field) -> str:
    """The sample as a page says it."""
    return {"flag": "Yes", "country": "Iceland", "language": "Danish"}.get(field.kind, sample(field))


def inputs(html: str) -> set[str]:
    """The names of what can be filled in on a page."""
    return set(re.findall(r'<(?:input|select)[^>]* name="([^"]+)"', html))


@pytest.mark.parametrize("of", TABLES)
def test_a_column_is_a_field_of_the_profile_or_named_beside_it(of):
    assert set(TABLES[of].columns.keys()) - set(BESIDE[of].split()) == set(names(of=of))


def test_what_the_first_release_had_stays_its_own():
    """Its fields are required in events, and in the hash of every imported row; any other belongs to LATER."""
    assert [field.name for field in FIRST_RELEASE] == RELEASED.split()


@each_field
def test_the_screens_know_a_field_as_the_service_does(field):
    known = {row.name: row for row in SCREEN_FIELDS}
    assert field.name in known, f"{field.name} has no row in gateway/ui/profile_fields.py"
    assert [getattr(known[field.name], key) for key in SHARED] == [getattr(field, key) for key in SHARED]


def test_the_screens_know_no_other_field():
    assert [row.name for row in SCREEN_FIELDS] == [field.name for field in PROFILE_FIELDS]


@each_field
def test_an_event_has_a_field_as_a_fact_or_as_a_personal_value(field):
    for event in (ClientCreated, ClientImported):
        facts = event.facts_schema().fields
        assert (field.name in facts, field.name in event.personal_names) == (not field.personal, field.personal)
    assert (field.name in ClientUpdated.personal_names) == field.personal


@each_field
def test_a_field_is_a_column_of_the_import_or_not_importable(field):
    assert (field.name in COLUMNS, field.name in REQUIRED) == (field.importable, field.importable and field.required)
    assert (field.name in FIELDS["clients"]) == field.importable, "the mapping page"
    listed = re.search(r'<p class="mono cols-note">(.*?)</p>', draw("import/upload.html"), re.S)[1]
    assert (field.name in re.findall(r"\w+", listed)) == field.importable, "the upload page"


def test_service_and_gateway_read_the_same_columns_and_ask_for_the_same():
    assert set(COLUMNS) == {*names(importable=True), *BESIDE_IN_IMPORT}
    assert set(IMPORT_FIELDS) == {*COLUMNS, FULL_NAME} and tuple(FIELDS["clients"]) == IMPORT_FIELDS
    assert {name for name, (_, required) in FIELDS["clients"].items() if required} == set(REQUIRED)


def test_the_readme_lists_the_columns_of_the_import():
    page = (ROOT / "services/clients/README.md").read_text(encoding="utf-8")
    listed = page.split("Columns in any order:")[1].split("\n\n")[0]
    named = {column: bool(bold) for bold, column in re.findall(r"(\*\*)?`(\w+)`", listed)}
    assert named == {column: column in REQUIRED for column in IMPORT_FIELDS}


@each_field
def test_the_api_describes_a_field(field):
    assert PROFILE["properties"].get(field.name) == {"type": "boolean" if field.kind == "flag" else "string"}
    assert field.name in PROFILE["required"]


@each_field
def test_the_record_shows_a_field(field):
    shown = client()
    shown["profile"][field.name] = sample(field)
    assert in_words(field) in draw("clients/overview.html", client=shown)


@each_field
@pytest.mark.parametrize("form", ["clients/new.html", "clients/edit.html"])
def test_a_form_of_staff_has_a_field_and_keeps_what_was_typed(form, field):
    html = draw(form, values={**client()["profile"], "version": 1, field.name: sample(field)})
    assert field.name in inputs(html)
    blank = draw(form, values={**client()["profile"], "version": 1, field.name: field.blank})
    assert html != blank


@each_field
def test_what_staff_send_is_read(field):
    texts, flags = (field.name in some for some in (new_client.INPUTS, new_client.SWITCHES))
    assert (texts, flags) == (field.kind != "flag", field.kind == "flag")
    assert (field.name in edit_client.TEXTS, field.name in edit_client.FLAGS) == (texts, flags)


@each_field
def test_the_portal_shows_a_field_and_lets_it_be_changed_as_the_table_says(field):
    of_client = field.of == "client"
    shown = {**(COMPANY["profile"] if of_client else PERSON), field.name: sample(field)}
    given = {"company": {**COMPANY, "profile": shown}} if of_client else {"person": shown, "account": None}
    html = draw("portal/profile.html", values={**PERSON, **COMPANY["profile"], field.name: sample(field)}, **given)
    assert (field.name in inputs(html)) == (field.portal == "editable")
    assert (field.name in portal_profile.COMPANY + portal_profile.PERSON) == (field.portal == "editable")
    if field.portal == "shown" and field.name not in SHOWN_BY_ITSELF:
        assert f'id="f-{field.name}"' in html
    if field.portal != "hidden" and field.kind != "flag":
        assert in_words(field) in html
