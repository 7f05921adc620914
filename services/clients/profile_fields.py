"""The profile of a client: one table of its fields, from which request schemas, events, the import's columns, the record
and the portal's part of it are made. How people see a field stands in the gateway (gateway/ui/profile_fields.py)."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Field:
    """A field. Where nothing is given it is `blank`.

    `kind` says what it takes, a text at most `length` characters, an identifier such as all can see. `of` is whose row
    it is a column of: the client's, or its primary contact's. `portal` is what the client's own people may do with it.
    A `personal` value says who somebody is, and stands in the personal part of an event alone; any other is a fact. An
    `importable` one is a column of clients.csv.
    """

    name: str
    kind: Literal["text", "identifier", "email", "country", "language", "flag"]
    length: int
    of: Literal["client", "contact"]
    portal: Literal["hidden", "shown", "editable"]
    personal: bool
    importable: bool
    required: bool = False

    @property
    def blank(self) -> str | bool:
        """What it holds where nothing is given."""
        return False if self.kind == "flag" else ""

    @property
    def in_portal(self) -> bool:
        """Whether the client's own people see it."""
        return self.portal != "hidden"


FIRST_RELEASE = (
    Field("first_name", "text", 100, of="contact", portal="editable", personal=True, importable=True, required=True),
    Field("last_name", "text", 100, of="contact", portal="editable", personal=True, importable=True, required=True),
    Field("email", "email", 254, of="contact", portal="shown", personal=True, importable=True, required=True),
    Field("company", "text", 200, of="client", portal="editable", personal=True, importable=True),
    Field("phone", "text", 100, of="contact", portal="editable", personal=True, importable=True),
    Field("address1", "text", 200, of="client", portal="editable", personal=True, importable=True),
    Field("address2", "text", 200, of="client", portal="editable", personal=True, importable=True),
    Field("city", "text", 100, of="client", portal="editable", personal=True, importable=True),
    Field("state", "text", 100, of="client", portal="editable", personal=True, importable=True),
    Field("postcode", "text", 20, of="client", portal="editable", personal=True, importable=True),
    Field("country", "country", 2, of="client", portal="editable", personal=True, importable=True),
    Field("tax_id", "identifier", 50, of="client", portal="shown", personal=True, importable=False),
    Field("tax_exempt", "flag", 0, of="client", portal="hidden", personal=False, importable=False),
    Field("language", "language", 6, of="client", portal="editable", personal=False, importable=False),
)
LATER: tuple[Field, ...] = ()
"""The fields since then: optional in an event, whose version has optional additions only; and where an imported row
leaves one blank, its hash is that of the same row before there was the field."""

PROFILE_FIELDS = (*FIRST_RELEASE, *LATER)
BY_NAME = {field.name: field for field in PROFILE_FIELDS}


def names(**wanted) -> tuple[str, ...]:
    """The fields that are as `wanted`, by name: `names(of="client", portal="editable")`."""
    return tuple(
        field.name for field in PROFILE_FIELDS if all(getattr(field, key) == value for key, value in wanted.items())
    )


PERSON, COMPANY = names(of="contact"), names(of="client")
