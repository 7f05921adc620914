"""Custom field act: clients get one value of one custom field, or with None none."""

from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import and_, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.clients.commands.bulk.setting_acts import SettingAct
from services.clients.custom_values import read_value
from services.clients.events import ClientCustomFieldsChanged
from services.clients.models import Client, CustomField, CustomFieldValue


class FieldAct(SettingAct):
    """A custom field is set. Its definition is held against a change while values are written."""

    argument = "value"
    unchanged = "It has this value already."

    def __init__(self, session, arguments, *, undone):
        super().__init__(session, arguments, undone=undone)
        named = select(CustomField).where(CustomField.id == UUID(arguments["field_id"]))
        self._field = session.scalar(named.with_for_update(read=True))

    @property
    def wanted(self):
        """The value as the field keeps it; what it cannot hold as it was given."""
        given = self.arguments["value"]
        try:
            return given if self._field is None else read_value(self._field.type, self._field.options, given)
        except ValidationError:
            return given

    def read(self, client_ids):
        value, field_id = CustomFieldValue.__table__, UUID(self.arguments["field_id"])
        found = select(Client.id, value.c.value).outerjoin(
            value, and_(value.c.client_id == Client.id, value.c.field_id == field_id)
        )
        return dict(self.session.execute(found.where(Client.id.in_(client_ids))).all())

    def refusal(self, value):
        if self._field is None:
            return "There is no such field."
        try:
            read = read_value(self._field.type, self._field.options, value)
        except ValidationError as error:
            return error.messages[0]
        return "The field must be filled in." if self._field.required and read is None else None

    def write(self, batch, outcomes):
        emptied = [client_id for client_id, one in outcomes.items() if one.kept["after"] is None]
        self.session.execute(
            delete(CustomFieldValue).where(
                CustomFieldValue.field_id == self._field.id, CustomFieldValue.client_id.in_(emptied)
            )
        )
        rows = [
            {"client_id": client_id, "field_id": self._field.id, "value": one.kept["after"]}
            for client_id, one in outcomes.items()
            if one.kept["after"] is not None
        ]
        if rows:
            stored = upsert(CustomFieldValue.__table__)
            self.session.execute(
                stored.on_conflict_do_update(
                    index_elements=["client_id", "field_id"], set_={"value": stored.excluded.value}
                ),
                rows,
            )
        for client_id, one in outcomes.items():
            change = {"field": self._field.label, "old": one.kept["before"], "new": one.kept["after"]}
            batch.publish(
                ClientCustomFieldsChanged(
                    client_id=client_id,
                    entity=("client", client_id),
                    changes=[change],
                    facts={"fields": [self._field.label]},
                )
            )
