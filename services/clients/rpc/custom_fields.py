"""Custom field: RPC methods of definitions and values."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients.commands.records import custom_fields as commands
from services.clients.queries import clients, custom_fields, settings
from services.clients.schemas import OneClient
from services.clients.schemas import settings as schemas
from services.clients.schemas.profile import SetCustomFieldValues


class CustomFieldRpc:
    """Definitions, and one client's values."""

    @rpc(Permission.CLIENTS_VIEW, request=OneClient, response=schemas.CustomFieldValues)
    def get_custom_field_values(self, client_id):
        """Every custom field in its order with the client's value."""
        clients.require_client(self.session, client_id)
        return custom_fields.custom_field_values(self.session, client_id)

    @rpc(Permission.CLIENTS_EDIT, request=SetCustomFieldValues, response=schemas.CustomFieldValues)
    def set_custom_field_values(self, **given):
        """Set a client's values by the fields' ids; fields that are not named stay."""
        return commands.set_custom_field_values(self.open_uow, **given)

    @rpc(Permission.SETTINGS_VIEW, request=schemas.Counted, response=schemas.CustomFieldList)
    def list_custom_fields(self, counts):
        """All custom fields by their order, those of the same order by age."""
        return settings.custom_fields(self.session, counts=counts)

    @rpc(Permission.SETTINGS_VIEW, request=schemas.OneCustomField, response=schemas.CustomFieldAnswer)
    def get_custom_field(self, field_id):
        """One custom field."""
        return settings.custom_field(self.session, field_id)

    @rpc(Permission.SETTINGS_EDIT, request=schemas.CreateCustomField, response=schemas.CustomFieldAnswer)
    def create_custom_field(self, **given):
        """Define a field on every client record."""
        return commands.create_custom_field(self.open_uow, **given)

    @rpc(Permission.SETTINGS_EDIT, request=schemas.UpdateCustomField, response=schemas.CustomFieldAnswer)
    def update_custom_field(self, **given):
        """Change what is given of a definition; 409 for what clients' values forbid."""
        return commands.update_custom_field(self.open_uow, **given)

    @rpc(Permission.SETTINGS_EDIT, request=schemas.MoveCustomField, response=schemas.CustomFieldList)
    def move_custom_field(self, **given):
        """Let a field change places with its neighbour `up` or `down`."""
        return commands.move_custom_field(self.open_uow, **given)
