"""The request context: who asks, the RPCs of the request, what its page shows around everything."""

import time
from collections.abc import Callable
from dataclasses import replace

from werkzeug.wrappers import Request

from chassis.context import Caller, with_principal
from chassis.errors import ServiceProblem, field_problem
from chassis.http.access_log import PRINCIPAL, request_id
from chassis.rpc.client import Calls
from chassis.settings import Settings
from gateway.http import cookies, csrf
from gateway.http.call_errors import is_away
from gateway.http.routing import Route
from gateway.ui.render import Frame

WRITE_SECONDS = 8.0
DRAWING_SECONDS = 0.4  # what a page may take beside the answers that it waits for
TIMED = "commerce.timed"
"""In a request's environment: whether it is a read that services have answered, all that were asked."""
BATCH_SECONDS = 30.0  # a write to many thousand rows at once


class Validated(Exception):
    """The service would do what is asked, and has not: the request is to be validated alone."""


class UnreadClient(dict):
    """A client that exists: its id, and its record once that is read, at the latest when something of it is looked at."""

    def __init__(self, client_id: str, read_client: Callable[[str], dict]):
        super().__init__(id=client_id)
        self._read_client = read_client

    def read(self) -> None:
        """Read the record, unless it is."""
        if len(self) == 1:
            self.update(self._read_client(self["id"]))

    def __missing__(self, name: str):
        if len(self) > 1:
            raise KeyError(name)
        self.read()
        return self[name]


class RequestContext:
    """A request on its way through the gateway.

    The first RPC to the clients service carries the hashed session or token and brings back whose it is, even when it
    is refused: the session check rides in the request's first RPC. Until then the caller is anonymous, and no other
    service is asked. `written` is the client that a request has written about in billing.
    """

    def __init__(self, request: Request, route: Route, calls: Calls, settings: Settings):
        self.request, self.route, self._calls, self.settings = request, route, calls, settings
        self.credential = cookies.credential_of(request, settings)
        self.principal: dict | None = None
        self.refused_with: str | None = None
        self.written: str | None = None
        self.params: dict[str, str] = {}
        self.writes = request.method not in ("GET", "HEAD")
        self.caller = Caller(
            credential=self.credential and self.credential.to_wire(),
            request_id=request_id(request),
            idempotency_key=None,
            ip=request.remote_addr,
            deadline=time.time() + self._seconds(),
        )
        self._timed = not self.writes and route.seconds is None

    def _answered(self, away: bool) -> None:
        self._timed = self._timed and not away
        self.request.environ[TIMED] = self._timed

    def _seconds(self) -> float:
        return self.route.seconds or (WRITE_SECONDS if self.writes else self._read_seconds())

    def _read_seconds(self) -> float:
        return self.settings.read_seconds + DRAWING_SECONDS

    def use_key(self, key: str | None, *, required: bool = False) -> None:
        """Put the caller's idempotency key into the context. Raises `idempotency-key-required` or a 422 on a bad
        length."""
        if key is None:
            if required:
                raise ServiceProblem("idempotency-key-required", "Send an Idempotency-Key of 16 to 255 characters.")
            return
        if not 16 <= len(key) <= 255:
            raise field_problem("/Idempotency-Key", "An Idempotency-Key has 16 to 255 characters.")
        self.caller = replace(self.caller, idempotency_key=key)

    def validate_only(self) -> None:
        """Let services check what is asked and keep nothing of it; what would be done raises Validated."""
        self.caller = replace(self.caller, validate_only=True)

    def call(self, target: str, *, seconds: float | None = None, writes: bool | None = None, **arguments):
        """The answer of one RPC. The first one also finds out who asks, and whether the route is open to them: if not,
        that is its refusal, whatever else was wrong."""
        if self._unknown_caller() and not target.startswith("clients."):
            self.identify()
        return self._call(self.caller, target, seconds, self.writes if writes is None else writes, arguments)

    def call_as_self(self, target: str, **arguments):
        """The answer of an RPC to the clients service about the person who asks, whose session or token it carries."""
        caller = replace(self.caller, credential=self.credential.to_wire())
        return self._call(caller, target, None, self.writes, arguments)

    def _call(self, caller: Caller, target: str, seconds: float | None, writes: bool, arguments: dict):
        seconds = seconds or (WRITE_SECONDS if writes else self.settings.read_seconds)
        pending = self._calls.start(caller, target, seconds=seconds, writes=writes, **arguments)
        try:
            answer = pending.answer()
            self._answered(away=False)
            if answer.get("validated"):
                raise Validated
            if writes and target.startswith("billing."):
                self.written = caller.client_id
            return answer["data"]
        except ServiceProblem as problem:
            self.refused_with = problem.code
            self._answered(is_away(problem))
            raise
        finally:
            if self.principal is None and pending.principal is not None:
                self._become(pending.principal)

    def gather_as_self(self, **wanted: tuple) -> dict:
        """Several such RPCs at once, as `gather`; what failed is raised."""
        self.identify()
        caller = replace(self.caller, credential=self.credential.to_wire())
        answers = self._calls.gather(caller, wanted, seconds=self.settings.read_seconds)
        for answer in answers.values():
            if isinstance(answer, ServiceProblem):
                raise answer
        return answers

    def gather(self, *, seconds: float | None = None, **wanted: tuple) -> dict:
        """Several RPCs at once, given as `name=("service.method", {arguments})`; a ServiceProblem stands for what
        failed, or did not come within `seconds`, else the setting's."""
        if self._unknown_caller():
            self.identify()
        answers = self._calls.gather(self.caller, wanted, seconds=seconds or self.settings.read_seconds)
        self._answered(any(isinstance(one, ServiceProblem) and is_away(one) for one in answers.values()))
        return answers

    def reauthenticate(self, password: str) -> None:
        """Prove by the password once more who the session's person is. Raises 422 `/current_password` for a wrong one,
        `too-many-requests` after several."""
        rpc = "clients.reauthenticate_portal" if self.credential.kind == "portal" else "clients.reauthenticate"
        pending = self._calls.start(self.caller, rpc, seconds=WRITE_SECONDS, writes=True, current_password=password)
        try:
            at = pending.result()["authenticated_at"]
        finally:
            if pending.principal is not None:
                self._know(pending.principal)
        self._become({**pending.principal, "authenticated_at": at})

    def identify(self) -> None:
        """Find out who asks, where no other RPC to the clients service does."""
        if self._unknown_caller():
            in_portal = self.credential.kind in ("portal", "impersonation")
            self.call("clients.portal_me" if in_portal else "clients.me", writes=False)

    def renew_deadline(self) -> None:
        """Grant a read's time more: a refused form is drawn even when its write took all the time there was."""
        self.caller = replace(self.caller, deadline=max(self.caller.deadline, time.time() + self._read_seconds()))

    def forget_caller(self) -> None:
        """Whoever signs in is nobody yet, whatever cookie the browser still sends."""
        self.caller, self.credential = replace(self.caller, credential=None), None

    def open_client(self, client_id: str, **more) -> dict:
        """The client whose page this is; a 404 ends it. A write finds out no more than that it exists, and reads the
        record once anything else of it is looked at: for a form that is shown again."""
        if not self.writes:
            return self.read_client(client_id, **more)
        return UnreadClient(self.check_client(client_id), self.read_client)

    def read_client(self, client_id: str, **more) -> dict:
        """The client's record, with what is asked for `more`; otherwise as `check_client`."""
        record = self.call("clients.get_client", client_id=client_id, writes=False, **more)
        self.caller = replace(self.caller, client_id=record["id"])
        return record

    def check_client(self, client_id: str) -> str:
        """The id of a client that exists. It goes into the context, and the other services trust it. 404 ends it."""
        known = self.call("clients.check_client", client_id=client_id, writes=False)["id"]
        self.caller = replace(self.caller, client_id=known)
        return known

    def _unknown_caller(self) -> bool:
        return self.credential is not None and self.principal is None

    def _know(self, principal: dict) -> None:
        self.principal = principal
        self.caller = with_principal(self.caller, principal)
        self.request.environ[PRINCIPAL] = f"{self.caller.kind} {self.caller.id}"

    def _become(self, principal: dict) -> None:
        self._know(principal)
        self.caller.require(self.route.access)
        if self.route.step_up:
            self.caller.require_recent_authentication()

    @property
    def frame(self) -> Frame:
        """The variables that every page is given, as far as they are known by now."""
        query = self.request.query_string.decode("latin-1")
        return Frame(
            path=self.request.path + (f"?{query}" if query else ""),
            viewer=self.viewer,
            csrf_token=self.csrf_token,
            theme=self.request.cookies.get("theme"),
            portal=self.portal,
        )

    @property
    def viewer(self) -> dict | None:
        """The signed-in person as the pages show them; `permissions` is left out for whoever may do everything."""
        if self.principal is None:
            return None
        if self.caller.in_portal:
            return {
                "id": self.caller.contact_id,
                "name": (self.caller.acting_as or self.principal)["name"],
                "email": self.principal["email"],
                "role": self.principal.get("role", ""),
                "permissions": list(self.caller.permissions),
            }
        shown = {
            "id": self.caller.id,
            "name": self.caller.name,
            "email": self.principal.get("email", ""),
            "role": self.principal.get("role", "super_admin"),
        }
        return shown if "*" in self.caller.permissions else {**shown, "permissions": list(self.caller.permissions)}

    @property
    def portal(self) -> dict | None:
        """What the portal's pages show around everything: {"client": {id, name, status, language}|None, "impersonation":
        {"ends_at"}|None}."""
        if self.principal is None or not self.caller.in_portal:
            return None
        return {"client": self.principal.get("client"), "impersonation": self.principal.get("impersonation")}

    @property
    def in_impersonation(self) -> bool:
        """Whether the request came with the cookie of an impersonation."""
        return self.credential is not None and self.credential.kind == "impersonation"

    @property
    def browser(self) -> str:
        """The browser's User-Agent, cut to 300 characters."""
        return self.request.headers.get("User-Agent", "")[:300]

    @property
    def csrf_token(self) -> str:
        """The token that each form of this session carries."""
        return csrf.token(self.request, self.settings)

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for a part of the page; a restored history entry and a page drawn anew want the whole."""
        headers = self.request.headers
        whole = headers.get("HX-History-Restore-Request") == "true" or headers.get("HX-Target") == "page"
        return "HX-Request" in headers and not whole
