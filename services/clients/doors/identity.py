"""Doors of signing in and out."""

from contextlib import contextmanager

from chassis.errors import ServiceProblem
from chassis.events import SYSTEM
from chassis.permissions import Access, Permission
from chassis.rpc import rpc
from chassis.unit_of_work import AnsweredBefore, unit_of_work
from services.clients import schemas
from services.clients.commands import sessions
from services.clients.queries import identity


class IdentityDoors:
    """Who may sign in, and who is asking."""

    @rpc(Access.PUBLIC, takes=schemas.SignIn)
    def sign_in(self, **given):
        return sessions.sign_in(self.session, self._secret_write("sign_in"), self.caller, **given)

    @rpc(Access.PUBLIC, takes=schemas.SignInOnce)
    def sign_in_once(self, **given):
        return sessions.sign_in_once(self.session, self._secret_write("sign_in_once"), self.caller, **given)

    @rpc(Access.SIGNED_IN)
    def sign_out(self):
        return sessions.sign_out(self.write, self.caller, credential=getattr(self, "credential", None))

    @rpc(Access.SIGNED_IN)
    def me(self):
        return identity.viewer(self.session, self.caller.id)

    @rpc(Permission.TICKETS_MANAGE)
    def list_staff_names(self):
        """Who a ticket may be assigned to: every staff member that is not disabled."""
        return identity.staff_names(self.session)

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
