"""Custom field: one client's values."""

from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from services.clients.models import CustomField, CustomFieldValue


def custom_field_values(session: Session, client_id: UUID) -> dict:
    """Every field in its order with the client's value, None where it has none."""
    rows = session.execute(
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
            CustomFieldValue, and_(CustomFieldValue.field_id == CustomField.id, CustomFieldValue.client_id == client_id)
        )
        .order_by(CustomField.position, CustomField.id)
    )
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
            for row in rows
        ]
    }
