"""Service class of clients: its RPC methods, and the one place that resolves credentials."""

from chassis.db.encryption import Encryption
from chassis.events.relay import Relay
from chassis.process.retention import RetentionJob
from chassis.process.service import Service
from chassis.rpc.streams import StreamRpc
from services.clients.commands.impersonation import lifecycle
from services.clients.models import PendingSignIn, SecondFactor
from services.clients.queries import identity
from services.clients.retention import FORGETS
from services.clients.rpc.bulk_jobs import BulkJobRpc
from services.clients.rpc.clients import ClientRpc
from services.clients.rpc.contacts import ContactRpc
from services.clients.rpc.custom_fields import CustomFieldRpc
from services.clients.rpc.exports import ExportRpc
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
from services.clients.rpc.system import SystemOrderRpc
from services.clients.rpc.totals import TotalsRpc
from services.clients.rpc.views import ViewRpc
from services.clients.second_factor_policy import SecondFactorPolicy

_factors = SecondFactor.__table__.c


class ClientsService(
    BulkJobRpc,
    ClientRpc,
    ContactRpc,
    CustomFieldRpc,
    ExportRpc,
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
    SystemOrderRpc,
    TotalsRpc,
    ViewRpc,
    RetentionJob,
    StreamRpc,
    Service,
):
    """Clients, contacts, groups, tags, notes, custom fields, imports; and who may sign in."""

    name = "clients"
    forgets = FORGETS
    relay = Relay()
    second_factor_roles = SecondFactorPolicy()
    encryption = Encryption(_factors.secret, _factors.pending_secret, PendingSignIn.__table__.c.secret)

    def authenticate(self, credential):
        self.credential = credential
        if credential.get("kind") == "impersonation":
            return lifecycle.impersonator(self.session, credential.get("hash"), cause=self.caller.request_id)
        return identity.resolve(self.session, credential, self.second_factor_roles)
