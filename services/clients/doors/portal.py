"""Doors of the portal's sessions."""

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from chassis.rpc import rpc
from services.clients import schemas
from services.clients.commands import portal_sessions
from services.clients.doors.secrets import secret_write
from services.clients.queries import portal
from services.clients.schemas.portal import ChooseClient


class PortalDoors:
    """Who is in the portal."""

    @rpc(Access.PUBLIC, takes=schemas.SignInOnce)
    def sign_in_portal_once(self, **given):
        write = secret_write(self, "sign_in_portal_once", "code")
        return portal_sessions.sign_in_portal_once(self.session, write, self.caller, **given)

    @rpc(Access.IN_PORTAL)
    def portal_me(self):
        """Who is in the portal, and of which client; the answer's principal says it."""
        return {"contact_id": self.caller.contact_id, "client_id": self.caller.client_id}

    @rpc(Access.IN_PORTAL)
    def portal_choices(self):
        """The clients that this person may choose."""
        return portal.choices(self.session, self._portal_session()["hash"])

    @rpc(Access.IN_PORTAL, takes=ChooseClient)
    def choose_client(self, contact_id):
        """Enter the portal of this contact's client."""
        return portal_sessions.choose_client(self.session, secret_write(self, "choose_client"), self.caller,
                                             credential=self._portal_session(), contact_id=contact_id)

    @rpc(Access.IN_PORTAL)
    def sign_out_portal(self):
        return portal_sessions.sign_out_portal(self.session, self.write, self.caller, credential=self._portal_session())

    def _portal_session(self) -> dict:
        """The session that the caller is in the portal by; a visit of staff has none."""
        credential = getattr(self, "credential", None)
        if credential is None or credential["kind"] != "portal":
            raise ServiceProblem("invalid-state", "There is no session of your own here.")
        return credential
