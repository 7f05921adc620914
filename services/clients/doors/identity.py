"""Doors of signing in and out."""

from contextlib import contextmanager

from chassis.errors import ServiceProblem
from chassis.events import SYSTEM
from chassis.permissions import Access, Permission
from chassis.rpc import rpc
from chassis.unit_of_work import AnsweredBefore, unit_of_work
from services.clients import schemas
from services.clients.commands import second_step, sessions, staff_passwords
from services.clients.queries import identity, staff
from services.clients.schemas import staff as staff_schemas


class IdentityDoors:
    """Who may sign in, and who is asking."""

    @rpc(Access.PUBLIC, takes=schemas.SignIn)
    def sign_in(self, **given):
        return sessions.sign_in(self.session, self._secret_write("sign_in"), self.caller, **given)

    @rpc(Access.PUBLIC, takes=schemas.SignInOnce)
    def sign_in_once(self, **given):
        return sessions.sign_in_once(self.session, self._secret_write("sign_in_once"), self.caller, **given)

    @rpc(Access.PUBLIC, takes=staff_schemas.Step)
    def sign_in_step(self, step):
        """What the second step of a sign-in asks for."""
        return second_step.look_at_step(self.session, step=step)

    @rpc(Access.PUBLIC, takes=staff_schemas.FinishSignIn)
    def finish_sign_in(self, **given):
        """Start the session that a good password has begun, by a code of the second factor."""
        return second_step.finish_sign_in(self.session, self._secret_write("finish_sign_in"), self.caller, **given)

    @rpc(Access.PUBLIC, takes=staff_schemas.LinkCode)
    def check_password_link(self, code):
        """Whose password the link sets."""
        return staff_passwords.check_password_link(self.session, code=code)

    @rpc(Access.PUBLIC, takes=staff_schemas.UseLink)
    def use_password_link(self, **given):
        """Set the password that the link is for."""
        write = self._secret_write("use_password_link")
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

    def _secret_write(self, operation: str):
        """A unit of work for what carries a password or a token: its key is claimed without arguments, its answer not kept."""
        @contextmanager
        def write(caller):
            try:
                with unit_of_work(self.session, self.name, caller, SYSTEM, operation, {}) as work:
                    yield work
            except AnsweredBefore as before:
                raise ServiceProblem("outcome-unknown", "This sign-in was answered before. Sign in again.") from before

        return write
