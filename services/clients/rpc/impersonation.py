"""RPC methods of Login as Client, and the job that ends what nobody asks about any more."""

from chassis.errors import ServiceProblem, not_found
from chassis.permissions import Access, Permission
from chassis.process.jobs import job
from chassis.rpc.server import rpc
from services.clients import schemas
from services.clients.commands.impersonation import lifecycle
from services.clients.commands.impersonation import session as impersonating
from services.clients.queries import clients
from services.clients.queries import impersonation as queries
from services.clients.rpc.secrets import secret_write
from services.clients.schemas.impersonation import (
    ImpersonationPage,
    OneImpersonation,
    Refusal,
    StartImpersonation,
    StartImpersonationHere,
)

SWEEP_LOCK = 0x56495349  # one number for "impersonations are ended"; any constant does
SWEEP_SECONDS = 2


class ImpersonationRpc:
    """Staff in the portal, as a client."""

    @rpc(Permission.CLIENTS_IMPERSONATE, request=StartImpersonation)
    def start_impersonation(self, **given):
        """An impersonation and its one-time code, shown this once and good in any browser."""
        return lifecycle.start_impersonation(
            secret_write(self, "start_impersonation"), self.caller, credential=self._credential(), **given
        )

    @rpc(Permission.CLIENTS_IMPERSONATE, request=StartImpersonationHere)
    def start_impersonation_here(self, user_agent, **given):
        """The same, with a code that is good in the browser that asks."""
        return lifecycle.start_impersonation(
            secret_write(self, "start_impersonation_here"),
            self.caller,
            credential=self._credential(),
            agent_hash=lifecycle.agent_hash(self.caller, user_agent),
            **given,
        )

    @rpc(Access.PUBLIC, request=schemas.SignInOnce)
    def enter_impersonation(self, code, user_agent):
        """The impersonation's session for its code."""
        write = secret_write(self, "enter_impersonation", "code")
        return impersonating.enter_impersonation(self.session, write, self.caller, code=code, user_agent=user_agent)

    @rpc(Permission.CLIENTS_VIEW, request=schemas.ClientPage)
    def list_impersonations(self, client_id, **page):
        """Who was logged in as this client, the newest first."""
        clients.require_client(self.session, client_id)
        return queries.impersonations_of_client(self.session, client_id, **page)

    @rpc(Permission.CLIENTS_IMPERSONATE, request=OneImpersonation)
    def end_impersonation(self, **which):
        """End somebody's running impersonation."""
        return lifecycle.end_impersonation(self.write, **which)

    @rpc(Access.IN_PORTAL)
    def end_own_impersonation(self):
        """Return to Admin."""
        return lifecycle.end_own_impersonation(self.write, self._impersonator())

    @rpc(Access.IN_PORTAL, request=ImpersonationPage)
    def note_impersonation_page(self, **given):
        """A page was opened in the browser, or left."""
        return impersonating.note_page(self.session, self._impersonator(), **given)

    @rpc(Access.IN_PORTAL, request=Refusal)
    def note_refusal(self, what):
        """Something was refused to the staff member."""
        return impersonating.note_refusal(self.write, self._impersonator(), what=what)

    @job(SWEEP_LOCK, idle=SWEEP_SECONDS)
    def sweep_impersonations(self):
        return lifecycle.sweep_impersonations(self.session)

    def _credential(self) -> dict:
        """The session or token that the caller came by, on which the impersonation depends."""
        if getattr(self, "credential", None) is None:
            raise ServiceProblem("unauthenticated", "Login as Client needs the session or token itself.")
        return self.credential

    def _impersonator(self):
        """The caller, who is a staff member logged in as a client; for anybody else there is no such thing."""
        if self.caller.acting_as is None:
            raise not_found()
        return self.caller
