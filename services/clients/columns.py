"""Columns of the client list: the seven that everybody has, and what else a person may choose.

A custom field is a column by its id, `field:<id>`, so that it stays one under another label.
"""

from uuid import UUID

from chassis.types.ids import parse_id
from services.clients.profile_fields import PROFILE_FIELDS

STANDARD = ("name", "email", "group", "services", "outstanding", "last_login", "status")
OF_ROW = (*STANDARD, "overdue", "credit_balance", "next_due", "suspended_services", "tags", "joined", "company")
"""The columns whose values each row of the list has anyhow."""
OF_PROFILE = tuple(field.name for field in PROFILE_FIELDS if field.name not in OF_ROW)
OF_CLIENT = (*OF_PROFILE, "created_by")
KNOWN = (*OF_ROW, *OF_CLIENT)
FIELD = "field:"
MOST = 30


def field_id(column: str) -> UUID | None:
    """The custom field that a column is of; None for any other column."""
    return parse_id(column.removeprefix(FIELD)) if column.startswith(FIELD) else None


def is_column(text: str) -> bool:
    """Whether this can be a column: one of KNOWN, or that of a custom field, whether or not there is such a field."""
    return text in KNOWN or field_id(text) is not None


def is_sort(text: str) -> bool:
    """Whether the list can be sorted by this: a column, with a minus before it the other way round."""
    return is_column(text.removeprefix("-"))


def shown(columns: list[str], there: set[str]) -> list[str]:
    """What of `columns` is shown, where custom fields are `there`: the name is always among them, and first unless it
    is put elsewhere. None chosen are STANDARD."""
    known = [column for column in columns or STANDARD if column in KNOWN or column in there]
    return known if "name" in known else ["name", *known]
