"""Note: RPC methods of what staff write about a client."""

from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.clients.commands.records import notes as commands
from services.clients.queries import clients
from services.clients.queries import notes as queries
from services.clients.schemas import ClientPage
from services.clients.schemas import notes as schemas


class NoteRpc:
    """What staff write down about one client."""

    @rpc(Permission.NOTES_VIEW, request=ClientPage, response=schemas.NotePage)
    def list_notes(self, client_id, **page):
        clients.require_client(self.session, client_id)
        return queries.note_page(self.session, client_id, **page)

    @rpc(Permission.NOTES_VIEW, request=schemas.OneNote, response=schemas.NoteAnswer)
    def get_note(self, client_id, note_id):
        return queries.one_note(self.session, client_id, note_id)

    @rpc(Permission.NOTES_CREATE, request=schemas.AddNote, response=schemas.NoteAnswer)
    def add_note(self, **given):
        return commands.add_note(self.open_uow, **given)

    @rpc(Permission.NOTES_CREATE, request=schemas.OneNote, response=schemas.NoteAnswer)
    def pin_note(self, **given):
        return commands.pin_note(self.open_uow, **given)

    @rpc(Permission.NOTES_CREATE, request=schemas.OneNote, response=schemas.NoteAnswer)
    def unpin_note(self, **given):
        return commands.unpin_note(self.open_uow, **given)
