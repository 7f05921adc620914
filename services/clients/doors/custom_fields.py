"""Doors of custom fields and their values."""

from chassis.permissions import Permission
from chassis.rpc import rpc
from services.clients import schemas
from services.clients.queries import belongings, clients, settings


class CustomFieldDoors:
    """Definitions, and one client's values."""

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.OneClient)
    def get_custom_field_values(self, client_id):
        clients.require_client(self.session, client_id)
        return belongings.custom_field_values(self.session, client_id)

    @rpc(Permission.SETTINGS_VIEW)
    def list_custom_fields(self):
        return settings.custom_fields(self.session)
