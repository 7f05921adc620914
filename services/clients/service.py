"""Service class of clients: its RPC methods, and the one place that resolves credentials."""

from chassis.events.relay import Relay
from chassis.process.service import Service
from services.clients.commands.impersonation import lifecycle
from services.clients.queries import identity
from services.clients.rpc.clients import ClientRpc
from services.clients.rpc.contacts import ContactRpc
from services.clients.rpc.custom_fields import CustomFieldRpc
from services.clients.rpc.identity import IdentityRpc
from services.clients.rpc.impersonation import ImpersonationRpc
from services.clients.rpc.imports import ImportRpc
from services.clients.rpc.mail import MailRpc
from services.clients.rpc.my_account import MyAccountRpc
from services.clients.rpc.names import NameRpc
from services.clients.rpc.notes import NoteRpc
from services.clients.rpc.portal.account import PortalAccountRpc
from services.clients.rpc.portal.people import PortalPeopleRpc
from services.clients.rpc.portal.sessions import PortalRpc
from services.clients.rpc.profile import ProfileRpc
from services.clients.rpc.search import SearchRpc
from services.clients.rpc.settings import SettingRpc
from services.clients.rpc.staff import StaffRpc


class ClientsService(
    ClientRpc,
    ContactRpc,
    CustomFieldRpc,
    IdentityRpc,
    ImportRpc,
    MailRpc,
    NameRpc,
    NoteRpc,
    MyAccountRpc,
    PortalAccountRpc,
    PortalRpc,
    PortalPeopleRpc,
    ProfileRpc,
    SearchRpc,
    SettingRpc,
    StaffRpc,
    ImpersonationRpc,
    Service,
):
    """Clients, contacts, groups, tags, notes, custom fields, imports; and who may sign in."""

    name = "clients"
    relay = Relay()

    def authenticate(self, credential):
        self.credential = credential
        if credential.get("kind") == "impersonation":
            return lifecycle.impersonator(self.session, credential.get("hash"), cause=self.caller.request_id)
        return identity.resolve(self.session, credential)
