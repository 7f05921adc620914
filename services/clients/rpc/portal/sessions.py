"""Portal session: RPC methods of signing in and out, and of the links that are mailed for it."""

from chassis.errors import ServiceProblem
from chassis.permissions import Access
from chassis.process.jobs import job
from chassis.rpc.server import rpc
from services.clients.commands.portal import accept_invitation, email, passwords, sessions, sign_in
from services.clients.queries import portal
from services.clients.rpc.secrets import open_sign_in_uow, require_development
from services.clients.schemas import sign_in as schemas

PASSWORD_LOCK = 0x50415353  # one number for "requests for passwords are answered"; any constant does


class PortalRpc:
    """Who is in the portal, and how one signs in."""

    @rpc(Access.PUBLIC, request=schemas.SignIn, response=schemas.PortalSignIn)
    def sign_in_portal(self, **given):
        """Start a contact's session by email and password, or a pending sign-in that waits for the second factor."""
        return sign_in.sign_in_portal(open_sign_in_uow(self), **given)

    @rpc(Access.PUBLIC, request=schemas.Step, response=schemas.PortalStep)
    def portal_sign_in_step(self, step):
        """Whether a sign-in still waits for its second factor."""
        return sign_in.pending_portal_sign_in(self.session, step=step)

    @rpc(Access.PUBLIC, request=schemas.FinishSignIn, response=schemas.PortalSession)
    def finish_portal_sign_in(self, **given):
        """Start the session that a good password has begun, by a code of the second factor."""
        return sign_in.finish_portal_sign_in(open_sign_in_uow(self), **given)

    @rpc(Access.PUBLIC, request=schemas.SignInOnce, response=schemas.PortalSession)
    def sign_in_portal_once(self, **given):
        """By a one-time link, which there is in a development system alone."""
        require_development(self)
        return sessions.sign_in_portal_once(open_sign_in_uow(self), **given)

    @rpc(Access.PUBLIC, request=schemas.LinkCode, response=schemas.InvitationAnswer)
    def check_invitation(self, code):
        """Whom an invitation's link is for."""
        return accept_invitation.check_invitation(self.session, code=code)

    @rpc(Access.PUBLIC, request=schemas.AcceptInvitation, response=schemas.Accepted)
    def accept_invitation(self, **given):
        """Let the invited contact sign in, by a new password or the one that the email has."""
        return accept_invitation.accept_invitation(open_sign_in_uow(self), **given)

    @rpc(Access.PUBLIC, request=schemas.AskPassword, response=schemas.Asked)
    def ask_portal_password(self, **given):
        """Mail a link for a new password, to whom there is."""
        return passwords.ask_portal_password(open_sign_in_uow(self), **given)

    @job(PASSWORD_LOCK)
    def answer_password_requests(self):
        return passwords.answer_password_request(self.session)

    @rpc(Access.PUBLIC, request=schemas.LinkCode, response=schemas.EmailOfLink)
    def check_portal_password_link(self, code):
        """Whose password the link sets."""
        return passwords.check_portal_password_link(self.session, code=code)

    @rpc(Access.PUBLIC, request=schemas.UseLink, response=schemas.PasswordChanged)
    def use_portal_password_link(self, **given):
        """Set the password that the link is for."""
        return passwords.use_portal_password_link(open_sign_in_uow(self), **given)

    @rpc(Access.PUBLIC, request=schemas.LinkCode, response=schemas.EmailChange)
    def check_portal_email_link(self, code):
        """Which email the link confirms."""
        return email.check_portal_email_link(self.session, code=code)

    @rpc(Access.PUBLIC, request=schemas.LinkCode, response=schemas.EmailOfLink)
    def use_portal_email_link(self, **given):
        """Make the confirmed address the one to sign in by."""
        return email.use_portal_email_link(open_sign_in_uow(self), **given)

    @rpc(Access.IN_PORTAL, response=schemas.PortalMe)
    def portal_me(self):
        """Who is in the portal, and of which client; the answer's principal has their names."""
        return {"contact_id": self.caller.contact_id, "client_id": self.caller.client_id}

    @rpc(Access.IN_PORTAL, response=schemas.Choices)
    def portal_choices(self):
        """The clients that this person may choose."""
        return portal.choices(self.session, self.portal_session()["hash"])

    @rpc(Access.IN_PORTAL, request=schemas.ChooseClient, response=schemas.ChosenClient)
    def choose_client(self, contact_id):
        """Enter the portal of this contact's client."""
        return sessions.choose_client(self.open_uow, credential=self.portal_session(), contact_id=contact_id)

    @rpc(Access.IN_PORTAL, response=schemas.SignedOut)
    def sign_out_portal(self):
        return sessions.sign_out_portal(self.open_uow, credential=self.portal_session())

    def portal_session(self) -> dict:
        """The session that the caller is in the portal by; an impersonation of staff has none."""
        credential = getattr(self, "credential", None)
        if credential is None or credential["kind"] != "portal":
            raise ServiceProblem("invalid-state", "There is no session of your own here.")
        return credential
