"""Import row: what a row of an imported file has to look like, and the client that is read from it. No I/O."""

import hashlib
from dataclasses import dataclass

from marshmallow import EXCLUDE, ValidationError, fields, validate

from chassis.errors import from_validation
from chassis.events.event import canonical
from chassis.types.fields import CurrencyField, Text
from services.clients import rules
from services.clients.import_values import STATUSES, meant, name_parts, recognised
from services.clients.profile_fields import BY_NAME, LATER, names
from services.clients.schemas import Profile

COLUMNS = ("external_id", *names(importable=True), "currency_code", "status")
FULL_NAME, ITS_PARTS = "name", ("first_name", "last_name")
"""What a file may have in place of its two parts."""
FIELDS = ("external_id", FULL_NAME, *COLUMNS[1:])
REQUIRED = (*names(importable=True, required=True), "currency_code", "status")
PHONE_LENGTH = BY_NAME["phone"].length
SURPLUS = "(surplus)"  # the cells of a row beyond the file's last column


class RowFault(Exception):
    """Why a row cannot go in: the column at fault (None for the whole row), a code, and a sentence."""

    def __init__(self, column: str | None, code: str, reason: str):
        super().__init__(reason)
        self.column, self.code, self.reason = column, code, reason


@dataclass(frozen=True)
class ReadClient:
    """A good row. `content` is a hash of its values: two rows are the same when it is. `warnings` refuse nothing."""

    external_id: str | None
    profile: dict
    currency: str
    status: str
    content: bytes
    warnings: list[dict]


class ClientColumns(Profile):
    """The columns of clients."""

    class Meta:
        unknown = EXCLUDE

    external_id = Text(255, identifier=True, load_default="")
    currency_code = CurrencyField(required=True)
    status = fields.String(
        required=True, validate=validate.OneOf(list(STATUSES), error="Use active, suspended, inactive or closed.")
    )


_columns = ClientColumns()


def by_field(values: dict[str, str], mapping: dict[str, str]) -> dict[str, str]:
    """The row's cells by our names: by `mapping` {column: field}, else columns that are named like a field."""
    if not mapping:
        return {column.strip().lower(): cell for column, cell in values.items()}
    return {field: values[column] for column, field in mapping.items() if column in values}


def read_row(values: dict[str, str], columns: list[str], mapping: dict[str, str]) -> ReadClient:
    """Read a row of a file with these `columns`. Raises RowFault: the first fault, with all reasons in its sentence."""
    if SURPLUS in values or any(column not in values for column in columns):
        raise RowFault(
            None, "cells", f"The row does not have the {len(columns)} cells that the file's first line names."
        )
    cells = {field: cell for field, cell in by_field(values, mapping).items() if field in FIELDS}
    if FULL_NAME in cells:
        cells = _with_parts(cells)
    empty = [name for name in REQUIRED if not (cells.get(name) or "").strip()]
    read = recognised({name: cells.get(name) or "" for name in COLUMNS})
    phone, read["phone"] = read["phone"], read["phone"][:PHONE_LENGTH]
    loaded = _load(read, empty)
    external_id, currency = loaded.pop("external_id") or None, loaded.pop("currency_code")
    status = STATUSES[loaded.pop("status")]
    content = hashlib.sha256(canonical([_hashed(loaded), currency, status])).digest()
    return ReadClient(external_id, loaded, currency, status, content, _warnings(loaded, phone))


def _with_parts(cells: dict[str, str]) -> dict[str, str]:
    """The cells with both parts of a name in one column, where they have no column of their own."""
    cells = {**dict(zip(ITS_PARTS, name_parts(cells[FULL_NAME]), strict=True)), **cells}
    if not all(cells[part].strip() for part in ITS_PARTS):
        raise RowFault(FULL_NAME, "required", "A first and a last name are required.")
    return cells


def _hashed(profile: dict) -> dict:
    """The profile without later fields that are blank: rows that were imported before these stay the same."""
    blank = {field.name for field in LATER if profile[field.name] == field.blank}
    return {name: value for name, value in profile.items() if name not in blank}


def _load(cells: dict[str, str], empty: list[str]) -> dict:
    faults = {name: ("required", "Required.") for name in empty}
    try:
        loaded = _columns.load(cells)
    except ValidationError as error:
        for fault in from_validation(error).errors:
            name = fault["pointer"].split("/")[1]
            sentence = f"{fault['message']} {meant(name, cells[name])}".rstrip()
            faults.setdefault(name, (fault["code"], sentence))
    if not faults:
        return loaded
    found = [(name, *faults[name]) for name in COLUMNS if name in faults]
    reason = found[0][2] if len(found) == 1 else " ".join(f"{name}: {message}" for name, _, message in found)
    raise RowFault(found[0][0], found[0][1], reason)


def _warnings(profile: dict, phone: str) -> list[dict]:
    if len(phone) > PHONE_LENGTH:
        return [{"column": "phone", "code": "long-phone", "reason": f"Cut to {PHONE_LENGTH} characters."}]
    if not phone or rules.phone_e164(profile["phone"], profile["country"]):
        return []
    return [
        {"column": "phone", "code": "unknown-phone", "reason": "Kept as it is: its international form is not known."}
    ]
