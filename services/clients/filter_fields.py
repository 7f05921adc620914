"""The fields that the client list can be filtered by: one table, from which filters, the API's document, the help and the
chips are made. What each is in SQL stands in `services/clients/queries/client_filters.py`."""

from chassis.filters.fields import Field, Kind, described, help_text
from chassis.types.countries import COUNTRIES
from chassis.types.money import currencies_in_use
from services.clients import rules
from services.clients.profile_fields import PROFILE_FIELDS

CUSTOM = "field"
LISTED = 20  # choices that a document lists
_PROFILE_KINDS = {"country": Kind.CHOICE, "flag": Kind.FLAG}
_LABELS = {
    "address1": "Address line 1",
    "address2": "Address line 2",
    "state": "State or county",
    "tax_id": "Tax ID",
    "credit_balance": "Credit balance",
}


def _field(name: str, kind: Kind, **more) -> Field:
    return Field(name, _LABELS.get(name, name.replace("_", " ").capitalize()), kind, **more)


FIELDS = (
    _field("status", Kind.CHOICE, choices=rules.CLIENT_STATUSES),
    _field("tag", Kind.SET, nullable=True),
    _field("group", Kind.CHOICE, nullable=True),
    _field("outstanding", Kind.MONEY),
    _field("overdue", Kind.MONEY),
    _field("oldest_due", Kind.DAY, nullable=True),
    _field("credit_balance", Kind.MONEY),
    _field("next_due", Kind.DAY, nullable=True),
    _field("currency", Kind.CHOICE, choices=tuple(sorted(currencies_in_use()))),
    _field("active_services", Kind.NUMBER),
    _field("suspended_services", Kind.NUMBER),
    _field("pending_services", Kind.NUMBER),
    _field("joined", Kind.MOMENT),
    _field("last_login", Kind.MOMENT, nullable=True),
    _field("created_by", Kind.CHOICE, nullable=True),
    _field("name", Kind.TEXT),
    *(
        _field(
            field.name,
            _PROFILE_KINDS.get(field.kind, Kind.TEXT),
            nullable=field.kind != "flag" and not field.required,
            choices=COUNTRIES if field.kind == "country" else None,
        )
        for field in PROFILE_FIELDS
    ),
)
"""All but the custom fields. `name` is the company or a contact's first and last name; those of a person look at every
contact of the client."""

_CUSTOM_KINDS = {
    "text": Kind.TEXT,
    "textarea": Kind.TEXT,
    "select": Kind.CHOICE,
    "checkbox": Kind.FLAG,
    "date": Kind.DAY,
}
MEMBERS = {f'`{CUSTOM}."Label"`': "a custom field, as its type is: text, choice, boolean or date"}


def custom_field(definition) -> Field:
    """The field of a custom field's definition."""
    choices = tuple(definition.options) if definition.type == "select" else None
    label, kind = definition.label, _CUSTOM_KINDS[definition.type]
    return Field(CUSTOM, label, kind, True, choices, member=label, key=definition.id)


def filter_help() -> str:
    """What a filter of the client list can say, in Markdown."""
    return help_text(FIELDS, MEMBERS)


def filter_metadata() -> dict:
    """What the API's document says of a filter of the client list. Long lists of choices, and those that are looked up, are
    at `/clients/filter-fields` alone."""
    fields = [described(field) for field in FIELDS]
    for field in fields:
        if len(field["choices"] or ()) > LISTED:
            field["choices"] = None
    return {"description": filter_help(), "x-fields": fields}
