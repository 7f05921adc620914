"""RPC methods of the notes."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients import schemas
from services.clients.commands.records import notes as commands
from services.clients.queries import belongings, clients
from services.clients.schemas.notes import AddNote, OneNote


class NoteRpc:
    """What staff write down about one client."""

    @rpc(Permission.NOTES_VIEW, request=schemas.ClientPage)
    def list_notes(self, client_id, **page):
        clients.require_client(self.session, client_id)
        return belongings.note_page(self.session, client_id, **page)

    @rpc(Permission.NOTES_VIEW, request=OneNote)
    def get_note(self, client_id, note_id):
        return belongings.one_note(self.session, client_id, note_id)

    @rpc(Permission.NOTES_CREATE, request=AddNote)
    def add_note(self, **given):
        return commands.add_note(self.write, self.caller, **given)

    @rpc(Permission.NOTES_CREATE, request=OneNote)
    def unpin_note(self, **given):
        return commands.unpin_note(self.write, **given)
