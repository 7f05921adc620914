"""Doors of Login as Client, and the job that ends what nobody asks about any more."""

from chassis.errors import ServiceProblem, not_found
from chassis.jobs import job
from chassis.permissions import Access, Permission
from chassis.rpc import rpc
from services.clients import schemas
from services.clients.commands import visiting, visits
from services.clients.doors.secrets import secret_write
from services.clients.queries import clients
from services.clients.queries import visits as queries
from services.clients.schemas.visits import OneVisit, Refusal, StartVisit, StartVisitHere, VisitPage

SWEEP_LOCK = 0x56495349  # one number for "visits are ended"; any constant does
SWEEP_SECONDS = 2


class VisitDoors:
    """Staff in the portal, as a client."""

    @rpc(Permission.CLIENTS_IMPERSONATE, takes=StartVisit)
    def start_visit(self, **given):
        """A visit and its one-time code, shown this once and good in any browser."""
        return visits.start_visit(secret_write(self, "start_visit"), self.caller, credential=self._credential(), **given)

    @rpc(Permission.CLIENTS_IMPERSONATE, takes=StartVisitHere)
    def start_visit_here(self, user_agent, **given):
        """The same, with a code that is good in the browser that asks."""
        return visits.start_visit(secret_write(self, "start_visit_here"), self.caller, credential=self._credential(),
                                  agent_hash=visits.agent_hash(self.caller, user_agent), **given)

    @rpc(Access.PUBLIC, takes=schemas.SignInOnce)
    def enter_visit(self, code, user_agent):
        """The visit's session for its code."""
        write = secret_write(self, "enter_visit", "code")
        return visiting.enter_visit(self.session, write, self.caller, code=code, user_agent=user_agent)

    @rpc(Permission.CLIENTS_VIEW, takes=schemas.ClientPage)
    def list_visits(self, client_id, **page):
        """Who was logged in as this client, the newest first."""
        clients.require_client(self.session, client_id)
        return queries.visits_of_client(self.session, client_id, **page)

    @rpc(Permission.CLIENTS_IMPERSONATE, takes=OneVisit)
    def end_visit(self, **which):
        """End somebody's running visit."""
        return visits.end_visit(self.write, **which)

    @rpc(Access.IN_PORTAL)
    def end_own_visit(self):
        """Return to Admin."""
        return visits.end_own_visit(self.write, self._visitor())

    @rpc(Access.IN_PORTAL, takes=VisitPage)
    def note_visit_page(self, **given):
        """A page was opened in the browser, or left."""
        return visiting.note_page(self.session, self._visitor(), **given)

    @rpc(Access.IN_PORTAL, takes=Refusal)
    def note_refusal(self, what):
        """Something was refused to the staff member."""
        return visiting.note_refusal(self.write, self._visitor(), what=what)

    @job(SWEEP_LOCK, idle=SWEEP_SECONDS)
    def sweep_visits(self):
        return visits.sweep_visits(self.session)

    def _credential(self) -> dict:
        """The session or token that the caller came by, on which the visit depends."""
        if getattr(self, "credential", None) is None:
            raise ServiceProblem("unauthenticated", "Login as Client needs the session or token itself.")
        return self.credential

    def _visitor(self):
        """The caller, who is a staff member logged in as a client; for anybody else there is no such thing."""
        if self.caller.acting_as is None:
            raise not_found()
        return self.caller
