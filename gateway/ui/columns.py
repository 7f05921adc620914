"""Columns of the client list as people see them. What a column holds, the clients service knows
(services/clients/columns.py); a test holds both to each other."""

from dataclasses import dataclass
from typing import Literal

from gateway.ui import formatting
from gateway.ui.profile_fields import PROFILE_FIELDS, in_words

OF_FIELD = 160  # the width of a custom field's column, until somebody widens it
Kind = Literal["text", "money", "number", "day", "moment", "flag", "state", "group", "tags"]


@dataclass(frozen=True)
class Column:
    """A column: its heading, what it holds, its width in CSS pixels until somebody widens it, and what its heading
    sorts by first, where that is not itself upwards. `row` is the field of a row that it shows; without one it is among
    the row's `columns`."""

    key: str
    label: str
    kind: Kind = "text"
    width: int = OF_FIELD
    sort: str = ""
    row: str = ""

    @property
    def first_sort(self) -> str:
        """What its heading sorts by first."""
        return self.sort or self.key

    @property
    def number(self) -> bool:
        """Whether it stands at the right."""
        return self.kind in ("money", "number")

    @property
    def standard(self) -> bool:
        """Whether it is one of STANDARD, which have a look of their own."""
        return self in STANDARD

    def value(self, row: dict):
        """Its value in a row of the list; None for none, and for what is unknown."""
        return row[self.row] if self.row else row.get("columns", {}).get(self.key)


STANDARD = (
    Column("name", "Name", width=270, row="name"),
    Column("email", "Email", width=262, row="email"),
    Column("group", "Group", "group", width=124, row="group"),
    Column("services", "Services", "number", width=92, sort="-services", row="active_services"),
    Column("outstanding", "Outstanding", "money", width=128, sort="-outstanding", row="outstanding"),
    Column("last_login", "Last login", "moment", width=158, sort="-last_login", row="last_login_at"),
    Column("status", "Status", "state", width=118, row="status"),
)
_OF_ROW = (
    Column("overdue", "Overdue", "money", width=128, sort="-overdue", row="overdue"),
    Column("credit_balance", "Credit balance", "money", width=128, sort="-credit_balance", row="credit_balance"),
    Column("next_due", "Next due", "day", width=118, row="next_due_on"),
    Column(
        "suspended_services",
        "Suspended services",
        "number",
        width=140,
        sort="-suspended_services",
        row="suspended_services",
    ),
    Column("tags", "Tags", "tags", width=200, row="tags"),
    Column("joined", "Joined", "moment", width=158, sort="-joined", row="joined_at"),
    Column("company", "Company", width=200, row="company"),
)
_KEYS = {column.key for column in (*STANDARD, *_OF_ROW)}
_OF_PROFILE = tuple(
    Column(field.name, field.label, "flag" if field.kind == "flag" else "text")
    for field in PROFILE_FIELDS
    if field.name not in _KEYS
)
COLUMNS = (*STANDARD, *_OF_ROW, *_OF_PROFILE, Column("created_by", "Created by"))
BY_KEY = {column.key: column for column in COLUMNS}
_PROFILE = {field.name: field for field in PROFILE_FIELDS}
_KINDS: dict[str, Kind] = {"checkbox": "flag", "date": "day"}


def of_fields(fields: list[dict]) -> dict[str, Column]:
    """The columns of custom fields ([{column, label, type}]) by their keys."""
    return {
        field["column"]: Column(field["column"], field["label"], _KINDS.get(field["type"], "text")) for field in fields
    }


def text_of(column: Column, value) -> str:
    """A value of a column of the profile or of a custom field as it is read."""
    if value is None or value == "":
        return ""
    if column.key in _PROFILE:
        return in_words(_PROFILE[column.key], value)
    if column.kind == "flag":
        return "Yes" if value else "No"
    return formatting.day(value) if column.kind == "day" else str(value)
