"""RPC methods of the portal about the client itself: profile, people, who came in. The client is the one of the signed
context."""

from uuid import UUID

from chassis.errors import ServiceProblem
from chassis.permissions import Portal
from chassis.rpc.server import rpc
from chassis.types.fields import PageArguments
from services.clients.commands.portal.invitations import invite_contact
from services.clients.commands.records import contacts as commands
from services.clients.commands.records import custom_fields, profile
from services.clients.queries import belongings, portal_account
from services.clients.schemas import portal as schemas

YOURSELF = "You cannot do this to yourself. Somebody else of this account can."


class PortalPeopleRpc:
    """What the people of a client see and change of it."""

    @rpc(Portal.HOME)
    def portal_person(self):
        """One's own names, email, phone and role."""
        return portal_account.own_person(self.session, self._own_client(), self._myself())

    @rpc(Portal.PERSON_EDIT, request=schemas.UpdateMyself)
    def update_portal_person(self, **given):
        """Change one's own names and phone."""
        return commands.update_contact(
            self.write, client_id=self._own_client(), contact_id=self._myself(), allow_duplicate_email=True, **given
        )

    @rpc(Portal.PROFILE_VIEW)
    def portal_company(self):
        """The client's own profile, and the fields that it may see."""
        return portal_account.company(self.session, self._own_client())

    @rpc(Portal.PROFILE_EDIT, request=schemas.UpdateCompany)
    def update_portal_company(self, **given):
        """Change company and address; 412 unless `version` is the present one."""
        profile.update_client(self.write, client_id=self._own_client(), allow_duplicate_email=True, **given)
        return portal_account.company(self.session, self._own_client())

    @rpc(Portal.PROFILE_EDIT, request=schemas.SetMyValues)
    def set_portal_values(self, values):
        """Set values of those fields that the client may edit; any other is like one that does not exist."""
        custom_fields.set_custom_field_values(
            self.write, client_id=self._own_client(), values=values, only="client_edit"
        )
        return portal_account.company(self.session, self._own_client())

    @rpc(Portal.CONTACTS_VIEW, request=PageArguments)
    def portal_contacts(self, **page):
        """The people of this client."""
        return portal_account.people(self.session, self._own_client(), **page)

    @rpc(Portal.CONTACTS_VIEW, request=schemas.OneOfUs)
    def portal_contact(self, contact_id):
        """One of them."""
        return belongings.one_contact(self.session, self._own_client(), contact_id)

    @rpc(Portal.CONTACTS_MANAGE, request=schemas.AddOneOfUs)
    def add_portal_contact(self, **given):
        """Add one. Whether another client has the email is not told."""
        return commands.add_contact(self.write, client_id=self._own_client(), allow_duplicate_email=True, **given)

    @rpc(Portal.CONTACTS_MANAGE, request=schemas.UpdateOneOfUs)
    def update_portal_contact(self, contact_id, **given):
        """Change one; of oneself the names and the phone alone."""
        if contact_id == self._myself() and {"email", "role", "status"} & set(given):
            raise ServiceProblem("invalid-state", YOURSELF)
        return commands.update_contact(
            self.write, client_id=self._own_client(), contact_id=contact_id, allow_duplicate_email=True, **given
        )

    @rpc(Portal.CONTACTS_MANAGE, request=schemas.OneOfUs)
    def remove_portal_contact(self, contact_id):
        """Take one away."""
        if contact_id == self._myself():
            raise ServiceProblem("invalid-state", YOURSELF)
        return commands.remove_contact(self.write, client_id=self._own_client(), contact_id=contact_id)

    @rpc(Portal.CONTACTS_MANAGE, request=schemas.OneOfUs)
    def invite_portal_contact(self, contact_id):
        """Mail one an invitation; the link itself is for nobody else to see."""
        made = invite_contact(self.write, client_id=self._own_client(), contact_id=contact_id)
        return {"expires_at": made["expires_at"]}

    @rpc(Portal.ACCESS_VIEW, request=schemas.AccessPage)
    def portal_access(self, before):
        """Sign-ins of this client's people, and impersonations of support."""
        return portal_account.access(self.session, self._own_client(), before=before)

    def _own_client(self) -> UUID:
        return UUID(self.caller.client_id)

    def _myself(self) -> UUID:
        return UUID(self.caller.contact_id)
