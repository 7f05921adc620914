"""The clients service: its doors, and the one place that knows whose a credential is."""

from chassis.relay import Relay
from chassis.service import Service
from services.clients.commands import visits
from services.clients.doors.clients import ClientDoors
from services.clients.doors.contacts import ContactDoors
from services.clients.doors.custom_fields import CustomFieldDoors
from services.clients.doors.identity import IdentityDoors
from services.clients.doors.imports import ImportDoors
from services.clients.doors.mail import MailDoors
from services.clients.doors.names import NameDoors
from services.clients.doors.notes import NoteDoors
from services.clients.doors.own import OwnDoors
from services.clients.doors.portal import PortalDoors
from services.clients.doors.portal_account import PortalAccountDoors
from services.clients.doors.portal_people import PortalPeopleDoors
from services.clients.doors.profile import ProfileDoors
from services.clients.doors.settings import SettingDoors
from services.clients.doors.staff import StaffDoors
from services.clients.doors.visits import VisitDoors
from services.clients.queries import identity


class ClientsService(ClientDoors, ContactDoors, CustomFieldDoors, IdentityDoors, ImportDoors, MailDoors, NameDoors,
                     NoteDoors, OwnDoors, PortalAccountDoors, PortalDoors, PortalPeopleDoors, ProfileDoors, SettingDoors,
                     StaffDoors, VisitDoors, Service):
    """Clients, contacts, groups, tags, notes, custom fields, imports; and who may sign in."""

    name = "clients"
    relay = Relay()

    def authenticate(self, credential):
        self.credential = credential
        if credential.get("kind") == "visit":
            return visits.visitor(self.session, credential.get("hash"), cause=self.caller.request_id)
        return identity.resolve(self.session, credential)
