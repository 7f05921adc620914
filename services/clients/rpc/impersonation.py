"""Impersonation (Login as Client): RPC methods, and the job that ends impersonations which nobody asks about any
more."""

from chassis.errors import ServiceProblem, not_found
from chassis.permissions import Access, Permission
from chassis.process.jobs import job
from chassis.rpc.server import rpc
from services.clients.commands.impersonation import lifecycle
from services.clients.commands.impersonation import session as commands
from services.clients.queries import clients
from services.clients.queries import impersonation as queries
from services.clients.rpc.secrets import open_uow_without_secrets
from services.clients.schemas import ClientPage
from services.clients.schemas import impersonation as schemas
from services.clients.schemas.sign_in import ChosenClient

SWEEP_LOCK = 0x56495349  # one number for "impersonations are ended"; any constant does
SWEEP_SECONDS = 2


class ImpersonationRpc:
    """Staff in the portal, as a client."""

    @rpc(Permission.CLIENTS_IMPERSONATE, request=schemas.StartImpersonation, response=schemas.StartedImpersonation)
    def start_impersonation(self, **given):
        """An impersonation and its one-time code, shown this once: good in the browser of the admin session that asks, for
        a token in any browser."""
        return lifecycle.start_impersonation(self.open_uow, credential=self._credential(), **given)

    @rpc(Permission.CLIENTS_IMPERSONATE, request=schemas.ConfirmBrowser, response=schemas.BrowserConfirmed)
    def confirm_impersonation_browser(self, **given):
        """Let a browser enter the impersonation that this admin session has started."""
        return commands.confirm_browser(self.open_uow, credential=self._credential(), **given)

    @rpc(Access.PUBLIC, request=schemas.EnterImpersonation, response=schemas.ImpersonationSession)
    def enter_impersonation(self, **given):
        """The impersonation's session for its code, in the browser that is confirmed."""
        return commands.enter_impersonation(open_uow_without_secrets(self, "code"), **given)

    @rpc(Permission.CLIENTS_VIEW, request=ClientPage, response=schemas.ImpersonationList)
    def list_impersonations(self, client_id, **page):
        """Who was logged in as this client, the newest first."""
        clients.require_client(self.session, client_id)
        return queries.impersonations_of_client(self.session, client_id, **page)

    @rpc(Permission.CLIENTS_IMPERSONATE, request=schemas.OneImpersonation, response=schemas.ImpersonationAnswer)
    def end_impersonation(self, **which):
        """End somebody's running impersonation."""
        return lifecycle.end_impersonation(self.open_uow, **which)

    @rpc(Access.IN_PORTAL, response=ChosenClient, of_client=True)
    def end_my_impersonation(self, client_id):
        """Return to Admin."""
        self._require_impersonation()
        return lifecycle.end_my_impersonation(self.open_uow, client_id=client_id)

    @rpc(Access.IN_PORTAL, request=schemas.ImpersonationPage, response=schemas.NotedPage)
    def note_impersonation_page(self, **given):
        """A page was opened in the browser, or left."""
        self._require_impersonation()
        return commands.note_page(self.open_uow, **given)

    @rpc(Access.IN_PORTAL, request=schemas.Refusal, response=schemas.NotedRefusal, of_client=True)
    def note_refusal(self, **given):
        """Something was refused to the staff member."""
        self._require_impersonation()
        return commands.note_refusal(self.open_uow, **given)

    @job(SWEEP_LOCK, idle=SWEEP_SECONDS)
    def sweep_impersonations(self):
        return lifecycle.sweep_impersonations(self.session)

    def _credential(self) -> dict:
        """The session or token that the caller came by, on which the impersonation depends."""
        if getattr(self, "credential", None) is None:
            raise ServiceProblem("unauthenticated", "Login as Client needs the session or token itself.")
        return self.credential

    def _require_impersonation(self) -> None:
        """Raise `not-found` unless the caller is a staff member logged in as a client."""
        if self.caller.acting_as is None:
            raise not_found()
