"""RPC methods of signing in and out."""

from chassis.permissions import Access, Permission
from chassis.rpc.server import rpc
from services.clients import schemas
from services.clients.commands.identity import finish_sign_in, sessions, staff_passwords
from services.clients.queries import identity, staff
from services.clients.rpc.secrets import sign_in_write
from services.clients.schemas import staff as staff_schemas


class IdentityRpc:
    """Who may sign in, and who is asking."""

    @rpc(Access.PUBLIC, request=schemas.SignIn)
    def sign_in(self, **given):
        return sessions.sign_in(self.session, sign_in_write(self, "sign_in"), self.caller, **given)

    @rpc(Access.PUBLIC, request=schemas.SignInOnce)
    def sign_in_once(self, **given):
        return sessions.sign_in_once(self.session, sign_in_write(self, "sign_in_once"), self.caller, **given)

    @rpc(Access.PUBLIC, request=staff_schemas.Step)
    def sign_in_step(self, step):
        """What the second step of a sign-in asks for."""
        return finish_sign_in.look_at_step(self.session, step=step)

    @rpc(Access.PUBLIC, request=staff_schemas.FinishSignIn)
    def finish_sign_in(self, **given):
        """Start the session that a good password has begun, by a code of the second factor."""
        return finish_sign_in.finish_sign_in(self.session, sign_in_write(self, "finish_sign_in"), self.caller, **given)

    @rpc(Access.PUBLIC, request=staff_schemas.LinkCode)
    def check_password_link(self, code):
        """Whose password the link sets."""
        return staff_passwords.check_password_link(self.session, code=code)

    @rpc(Access.PUBLIC, request=staff_schemas.UseLink)
    def use_password_link(self, **given):
        """Set the password that the link is for."""
        write = sign_in_write(self, "use_password_link")
        return staff_passwords.use_password_link(self.session, write, self.caller, **given)

    @rpc(Access.SIGNED_IN)
    def sign_out(self):
        return sessions.sign_out(self.write, self.caller, credential=getattr(self, "credential", None))

    @rpc(Access.SIGNED_IN)
    def me(self):
        """Who asks, and what they may do: a token less than its owner, where it is so made."""
        return identity.viewer(self.session, self.caller.id, self.caller.permissions)

    @rpc(Permission.TICKETS_MANAGE)
    def list_staff_names(self):
        """Who a ticket may be assigned to: every staff member that is not disabled."""
        return staff.staff_names(self.session)
