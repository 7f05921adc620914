"""Sign-in of staff: RPC methods of signing in and out, and of who asks."""

from chassis.permissions import Access, Permission
from chassis.rpc.server import rpc
from services.clients.commands.identity import finish_sign_in, sessions, staff_passwords
from services.clients.queries import identity, staff
from services.clients.rpc.secrets import open_sign_in_uow, require_development
from services.clients.schemas import sign_in as schemas
from services.clients.schemas.staff import StaffNames


class IdentityRpc:
    """Who may sign in, and who is asking."""

    @rpc(Access.PUBLIC, request=schemas.SignIn, response=schemas.StaffSignIn)
    def sign_in(self, **given):
        return sessions.sign_in(open_sign_in_uow(self), second_factor_roles=self.second_factor_roles, **given)

    @rpc(Access.PUBLIC, request=schemas.SignInOnce, response=schemas.StaffSession)
    def sign_in_once(self, **given):
        """By a one-time link, which there is in a development system alone."""
        require_development(self)
        return sessions.sign_in_once(open_sign_in_uow(self), **given)

    @rpc(Access.PUBLIC, request=schemas.Step, response=schemas.StaffStep)
    def sign_in_step(self, step):
        """What a pending sign-in asks for."""
        return finish_sign_in.pending_sign_in(self.session, step=step)

    @rpc(Access.PUBLIC, request=schemas.FinishSignIn, response=schemas.FinishedSignIn)
    def finish_sign_in(self, **given):
        """Start the session that a good password has begun, by a code of the second factor."""
        return finish_sign_in.finish_sign_in(open_sign_in_uow(self), **given)

    @rpc(Access.PUBLIC, request=schemas.LinkCode, response=schemas.PersonOfLink)
    def check_password_link(self, code):
        """Whose password the link sets."""
        return staff_passwords.check_password_link(self.session, code=code)

    @rpc(Access.PUBLIC, request=schemas.UseLink, response=schemas.PasswordChanged)
    def use_password_link(self, **given):
        """Set the password that the link is for."""
        return staff_passwords.use_password_link(open_sign_in_uow(self), **given)

    @rpc(Access.SIGNED_IN, response=schemas.SignedOut)
    def sign_out(self):
        return sessions.sign_out(self.open_uow, credential=getattr(self, "credential", None))

    @rpc(Access.SIGNED_IN, response=schemas.Viewer)
    def me(self):
        """Who asks, and what they may do: a token less than its owner, where it is so made."""
        return identity.viewer(self.session, self.caller.id, self.caller.permissions)

    @rpc(Permission.TICKETS_MANAGE, response=StaffNames)
    def list_staff_names(self):
        """Who a ticket may be assigned to: every staff member that is not disabled."""
        return staff.staff_names(self.session)
