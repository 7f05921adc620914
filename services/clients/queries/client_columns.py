"""Columns of the client list that its rows have not anyhow: profile, who created the client, custom fields."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import UUID as UuidType
from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from services.clients import columns
from services.clients.models import Client, Contact, CustomField, CustomFieldValue, StaffAccount
from services.clients.profile_fields import BY_NAME

_IDS = any_(bindparam("ids", type_=ARRAY(UuidType)))
_OF_CLIENT = CompiledSelect(
    select(
        Client.id,
        *(getattr(Client if BY_NAME[name].of == "client" else Contact, name) for name in columns.OF_PROFILE),
        StaffAccount.name.label("created_by"),
    )
    .join(Contact, (Contact.client_id == Client.id) & Contact.is_primary)
    .outerjoin(StaffAccount, StaffAccount.id == Client.created_by)
    .where(Client.id == _IDS)
)
_VALUES = CompiledSelect(
    select(CustomFieldValue.client_id, CustomFieldValue.field_id, CustomFieldValue.value).where(
        CustomFieldValue.client_id == _IDS,
        CustomFieldValue.field_id == any_(bindparam("fields", type_=ARRAY(UuidType))),
    )
)
_FIELDS = CompiledSelect(
    select(CustomField.id, CustomField.label, CustomField.type).order_by(CustomField.position, CustomField.id)
)


def with_columns(session: Session, rows: list[dict], chosen: Sequence[str]) -> list[dict]:
    """`rows` of the list, each with `columns`: {column: value} of those of `chosen` that a row has not anyhow. What is not
    set, and a custom field that is gone, is None. Nothing chosen adds nothing."""
    if not chosen:
        return rows
    wanted = [column for column in chosen if column not in columns.OF_ROW]
    values = _values(session, [UUID(row["id"]) for row in rows], wanted) if wanted and rows else {}
    return [{**row, "columns": {column: values.get((row["id"], column)) for column in wanted}} for row in rows]


def columns_of_fields(session: Session) -> list[dict]:
    """The custom fields as columns, in their order: [{column, label, type}]."""
    return [
        {"column": f"{columns.FIELD}{row.id}", "label": row.label, "type": row.type} for row in _FIELDS.all(session)
    ]


def _values(session: Session, ids: list[UUID], wanted: list[str]) -> dict[tuple[str, str], object]:
    """{(client's id, column): value} of what there is."""
    found: dict[tuple[str, str], object] = {}
    of_client = [column for column in wanted if column in columns.OF_CLIENT]
    if of_client:
        for row in _OF_CLIENT.all(session, ids=ids):
            found |= {(str(row.id), column): getattr(row, column) for column in of_client}
    if fields := [field for column in wanted if (field := columns.field_id(column))]:
        for row in _VALUES.all(session, ids=ids, fields=fields):
            found[str(row.client_id), f"{columns.FIELD}{row.field_id}"] = row.value
    return found
