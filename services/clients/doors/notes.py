"""Doors of the notes."""

from chassis.permissions import Permission
from chassis.rpc import rpc
from services.clients import schemas
from services.clients.queries import belongings, clients


class NoteDoors:
    """What staff write down about one client."""

    @rpc(Permission.NOTES_VIEW, takes=schemas.ClientPage)
    def list_notes(self, client_id, **page):
        clients.require_client(self.session, client_id)
        return belongings.note_page(self.session, client_id, **page)
