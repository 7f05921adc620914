"""Portal people: RPC methods about the client itself, its profile, its people, and who signed in. The client is the one
of the signed context."""

from uuid import UUID

from chassis.errors import ServiceProblem
from chassis.permissions import Portal
from chassis.rpc.server import rpc
from chassis.types.fields import PageArguments
from services.clients.commands.portal.invitations import invite_contact
from services.clients.commands.records import contacts as commands
from services.clients.commands.records import custom_fields, profile
from services.clients.commands.records.confirmation import confirm_contact
from services.clients.queries import portal_account
from services.clients.queries.contacts import one_contact
from services.clients.schemas import portal as schemas
from services.clients.schemas.contacts import ContactAnswer, ContactRemoved

YOURSELF = "You cannot do this to yourself. Somebody else of this account can."


class PortalPeopleRpc:
    """What the people of a client see and change of it."""

    @rpc(Portal.HOME, response=schemas.PersonAnswer, of_client=True)
    def portal_person(self, client_id):
        """One's own names, email, phone and role."""
        return portal_account.my_person(self.session, client_id, self._my_contact())

    @rpc(Portal.PERSON_EDIT, request=schemas.UpdatePerson, response=ContactAnswer, of_client=True)
    def update_portal_person(self, **given):
        """Change one's own names and phone."""
        return commands.update_contact(
            self.open_uow, contact_id=self._my_contact(), allow_duplicate_email=True, **given
        )

    @rpc(Portal.PROFILE_VIEW, response=schemas.CompanyAnswer, of_client=True)
    def portal_company(self, client_id):
        """The client's own profile, and the fields that it may see."""
        return portal_account.company(self.session, client_id)

    @rpc(Portal.PROFILE_EDIT, request=schemas.UpdateCompany, response=schemas.CompanyAnswer, of_client=True)
    def update_portal_company(self, client_id, **given):
        """Change company and address; 412 unless `version` is the present one."""
        profile.update_client(self.open_uow, client_id=client_id, allow_duplicate_email=True, **given)
        return portal_account.company(self.session, client_id)

    @rpc(Portal.PROFILE_EDIT, request=schemas.SetCompanyValues, response=schemas.CompanyAnswer, of_client=True)
    def set_portal_values(self, **given):
        """Set values of those fields that the client may edit; any other is like one that does not exist. 409 where one
        is not what `was` says that the caller had seen."""
        custom_fields.set_custom_field_values(self.open_uow, only="client_edit", **given)
        return portal_account.company(self.session, given["client_id"])

    @rpc(Portal.CONTACTS_VIEW, request=PageArguments, response=schemas.PortalContactList, of_client=True)
    def portal_contacts(self, client_id, **page):
        """The people of this client."""
        return portal_account.people(self.session, client_id, **page)

    @rpc(Portal.CONTACTS_VIEW, request=schemas.PortalContact, response=ContactAnswer, of_client=True)
    def portal_contact(self, client_id, contact_id):
        """One of them."""
        return one_contact(self.session, client_id, contact_id)

    @rpc(Portal.CONTACTS_MANAGE, request=schemas.AddPortalContact, response=ContactAnswer, of_client=True)
    def add_portal_contact(self, **given):
        """Add one. The answer does not show whether another client has the email."""
        return commands.add_contact(self.open_uow, allow_duplicate_email=True, **given)

    @rpc(Portal.CONTACTS_MANAGE, request=schemas.UpdatePortalContact, response=ContactAnswer, of_client=True)
    def update_portal_contact(self, contact_id, **given):
        """Change one; of oneself the names and the phone alone."""
        if contact_id == self._my_contact() and {"email", "role", "status"} & set(given):
            raise ServiceProblem("invalid-state", YOURSELF)
        return commands.update_contact(self.open_uow, contact_id=contact_id, allow_duplicate_email=True, **given)

    @rpc(Portal.CONTACTS_MANAGE, request=schemas.PortalContact, response=ContactRemoved, of_client=True)
    def remove_portal_contact(self, client_id, contact_id):
        """Take one away."""
        if contact_id == self._my_contact():
            raise ServiceProblem("invalid-state", YOURSELF)
        return commands.remove_contact(self.open_uow, client_id=client_id, contact_id=contact_id)

    @rpc(Portal.CONTACTS_MANAGE, request=schemas.PortalContact, response=schemas.PortalInvitation, of_client=True)
    def invite_portal_contact(self, **which):
        """Mail one an invitation; the link itself is for nobody else to see."""
        return {"expires_at": invite_contact(self.open_uow, **which)["expires_at"]}

    @rpc(Portal.CONTACTS_MANAGE, request=schemas.PortalContact, response=ContactAnswer, of_client=True)
    def confirm_portal_contact(self, **which):
        """Confirm one that staff made or changed, as an owner."""
        return confirm_contact(self.open_uow, owner_id=self._my_contact(), **which)

    @rpc(Portal.ACCESS_VIEW, request=schemas.AccessPage, response=schemas.AccessAnswer, of_client=True)
    def portal_access(self, client_id, before):
        """Sign-ins of this client's people, and impersonations of support."""
        return portal_account.access(self.session, client_id, before=before)

    def _my_contact(self) -> UUID:
        return UUID(self.caller.contact_id)
