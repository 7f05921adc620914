"""RPC methods of the portal's sessions, and of what is mailed to get there."""

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from chassis.rpc.server import rpc
from services.clients import schemas
from services.clients.commands.portal import accept_invitation, email, passwords, sessions, sign_in
from services.clients.queries import portal
from services.clients.rpc.secrets import secret_write, sign_in_write
from services.clients.schemas import staff as staff_schemas
from services.clients.schemas.portal import Accept, AskPassword, ChooseClient


class PortalRpc:
    """Who is in the portal, and how one comes in."""

    @rpc(Access.PUBLIC, request=schemas.SignIn)
    def sign_in_portal(self, **given):
        """Start a contact's session by email and password, or the half of one that waits for the second factor."""
        write = sign_in_write(self, "sign_in_portal")
        return sign_in.sign_in_portal(self.session, write, self.caller, **given)

    @rpc(Access.PUBLIC, request=staff_schemas.Step)
    def portal_sign_in_step(self, step):
        """Whether a sign-in still waits for its second factor."""
        return sign_in.look_at_portal_step(self.session, step=step)

    @rpc(Access.PUBLIC, request=staff_schemas.FinishSignIn)
    def finish_portal_sign_in(self, **given):
        """Start the session that a good password has begun, by a code of the second factor."""
        write = sign_in_write(self, "finish_portal_sign_in")
        return sign_in.finish_portal_sign_in(self.session, write, self.caller, **given)

    @rpc(Access.PUBLIC, request=schemas.SignInOnce)
    def sign_in_portal_once(self, **given):
        write = sign_in_write(self, "sign_in_portal_once")
        return sessions.sign_in_portal_once(self.session, write, self.caller, **given)

    @rpc(Access.PUBLIC, request=staff_schemas.LinkCode)
    def check_invitation(self, code):
        """Whom an invitation's link is for."""
        return accept_invitation.check_invitation(self.session, code=code)

    @rpc(Access.PUBLIC, request=Accept)
    def accept_invitation(self, **given):
        """Let the invited contact sign in, by a new password or the one that the email has."""
        write = sign_in_write(self, "accept_invitation")
        return accept_invitation.accept_invitation(self.session, write, self.caller, **given)

    @rpc(Access.PUBLIC, request=AskPassword)
    def ask_portal_password(self, email):
        """Mail a link for a new password, to whom there is."""
        write = sign_in_write(self, "ask_portal_password")
        return passwords.ask_portal_password(self.session, write, self.caller, email=email)

    @rpc(Access.PUBLIC, request=staff_schemas.LinkCode)
    def check_portal_password_link(self, code):
        """Whose password the link sets."""
        return passwords.check_portal_password_link(self.session, code=code)

    @rpc(Access.PUBLIC, request=staff_schemas.UseLink)
    def use_portal_password_link(self, **given):
        """Set the password that the link is for."""
        write = sign_in_write(self, "use_portal_password_link")
        return passwords.use_portal_password_link(self.session, write, self.caller, **given)

    @rpc(Access.PUBLIC, request=staff_schemas.LinkCode)
    def check_portal_email_link(self, code):
        """Which email the link confirms."""
        return email.check_portal_email_link(self.session, code=code)

    @rpc(Access.PUBLIC, request=staff_schemas.LinkCode)
    def use_portal_email_link(self, code):
        """Make the confirmed address the one to sign in by."""
        write = sign_in_write(self, "use_portal_email_link")
        return email.use_portal_email_link(self.session, write, self.caller, code=code)

    @rpc(Access.IN_PORTAL)
    def portal_me(self):
        """Who is in the portal, and of which client; the answer's principal says it."""
        return {"contact_id": self.caller.contact_id, "client_id": self.caller.client_id}

    @rpc(Access.IN_PORTAL)
    def portal_choices(self):
        """The clients that this person may choose."""
        return portal.choices(self.session, self.portal_session()["hash"])

    @rpc(Access.IN_PORTAL, request=ChooseClient)
    def choose_client(self, contact_id):
        """Enter the portal of this contact's client."""
        return sessions.choose_client(
            self.session,
            secret_write(self, "choose_client"),
            self.caller,
            credential=self.portal_session(),
            contact_id=contact_id,
        )

    @rpc(Access.IN_PORTAL)
    def sign_out_portal(self):
        return sessions.sign_out_portal(self.session, self.write, self.caller, credential=self.portal_session())

    def portal_session(self) -> dict:
        """The session that the caller is in the portal by; an impersonation of staff has none."""
        credential = getattr(self, "credential", None)
        if credential is None or credential["kind"] != "portal":
            raise ServiceProblem("invalid-state", "There is no session of your own here.")
        return credential
