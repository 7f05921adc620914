"""The fields of a client's profile as people see them: one table, from which the forms of admin and portal, the record's
panel, the import's mapping and the API's schema are made. The clients service's own table has the same fields in the
same order (services/clients/profile_fields.py); a test holds both to each other."""

from dataclasses import dataclass
from typing import Literal

from gateway.ui import formatting


@dataclass(frozen=True)
class Field:
    """A field. `length`, `kind`, `of`, `portal`, `importable` and `required` are the clients service's.

    `section` is where it stands in a form and on the record, `width` the class of its box, `input` the type of its
    input, `auto` what a browser may fill in for people who type their own. `column` names it in the import, where that
    is not `label`.
    """

    name: str
    label: str
    section: Literal["names", "company", "contact", "address", "tax", "preferences"]
    kind: Literal["text", "identifier", "email", "country", "language", "flag"]
    length: int
    of: Literal["client", "contact"] = "client"
    portal: Literal["hidden", "shown", "editable"] = "editable"
    importable: bool = True
    required: bool = False
    width: str = ""
    input: str = "text"
    auto: str = "off"
    hint: str = ""
    column: str = ""


PROFILE_FIELDS = (
    Field("first_name", "First name", "names", "text", 100, of="contact", required=True, auto="given-name"),
    Field("last_name", "Last name", "names", "text", 100, of="contact", required=True, auto="family-name"),
    Field("email", "Email", "contact", "email", 254, of="contact", portal="shown", required=True, input="email"),
    Field("company", "Company", "company", "text", 200, width="w", auto="organization"),
    Field("phone", "Phone", "contact", "text", 100, of="contact", input="tel", auto="tel"),
    Field("address1", "Address line 1", "address", "text", 200, width="w", auto="address-line1", column="Address 1"),
    Field("address2", "Address line 2", "address", "text", 200, width="w", auto="address-line2", column="Address 2"),
    Field("city", "City", "address", "text", 100, width="t2"),
    Field("state", "State or county", "address", "text", 100, width="t2", column="State"),
    Field("postcode", "Postcode", "address", "text", 20, width="t2", auto="postal-code"),
    Field("country", "Country", "address", "country", 2),
    Field("tax_id", "Tax ID", "tax", "identifier", 50, portal="shown", importable=False),
    Field(
        "tax_exempt",
        "Tax exempt",
        "tax",
        "flag",
        0,
        portal="hidden",
        importable=False,
        hint="New invoices carry 0% tax.",
    ),
    Field(
        "language",
        "Language",
        "preferences",
        "language",
        6,
        importable=False,
        hint="Texts are English; dates, numbers and amounts in the portal and in mails follow. PDFs stay as issued.",
    ),
)
LABELS = {field.name: field.label for field in PROFILE_FIELDS}
FLAGS = tuple(field.name for field in PROFILE_FIELDS if field.kind == "flag")
TEXTS = tuple(field.name for field in PROFILE_FIELDS if field.kind != "flag")


def fields(*sections: str, **wanted) -> list[Field]:
    """The fields of `sections` in that order, or of all, that are as `wanted`: `fields("tax", portal="shown")`."""
    found = [field for field in PROFILE_FIELDS if all(getattr(field, key) == value for key, value in wanted.items())]
    return [field for section in sections for field in found if field.section == section] if sections else found


def names(**wanted) -> tuple[str, ...]:
    """The fields that are as `wanted`, by name."""
    return tuple(field.name for field in fields(**wanted))


def in_words(field: Field, value: str | bool) -> str:
    """A value of the field as it is read: a country and a language by name, a flag as Yes or No."""
    if field.kind == "flag":
        return "Yes" if value else "No"
    name_of = {"country": formatting.country_name, "language": formatting.language_name}.get(field.kind)
    return name_of(value) if name_of and value else value
