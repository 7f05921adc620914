"""Custom field: one client's values."""

from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from services.clients.models import CustomField, CustomFieldValue

_VALUES = CompiledSelect(
    select(
        CustomField.id,
        CustomField.label,
        CustomField.type,
        CustomField.options,
        CustomField.required,
        CustomField.visibility,
        CustomFieldValue.value,
    )
    .outerjoin(
        CustomFieldValue,
        and_(CustomFieldValue.field_id == CustomField.id, CustomFieldValue.client_id == bindparam("client_id")),
    )
    .order_by(CustomField.position, CustomField.id)
)


def custom_field_values(session: Session, client_id: UUID) -> dict:
    """Every field in its order with the client's value, None where it has none."""
    return {
        "data": [
            {
                "id": str(row.id),
                "label": row.label,
                "type": row.type,
                "value": row.value,
                "visibility": row.visibility,
                "options": row.options,
                "required": row.required,
            }
            for row in _VALUES.all(session, client_id=client_id)
        ]
    }
