"""The gateway's one application: find the route, check the door, let the handler answer, dress the answer."""

import importlib
import pkgutil

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Request, Response

import gateway.api
import gateway.pages
from chassis.calls import Calls
from chassis.errors import ServiceProblem, not_found
from chassis.log import bind_request, get_logger
from chassis.permissions import Access, Permission, Portal
from chassis.settings import Settings
from gateway import problems, sessions, visits
from gateway.body import refuse_fields
from gateway.compose import is_away
from gateway.dressing import dress
from gateway.query import parameters
from gateway.routing import API_PREFIX, BOTH, Route, url_map
from gateway.turn import Turn, request_id

log = get_logger(__name__)


class Application:
    """Answers requests; `respond` never raises."""

    def __init__(self, settings: Settings):
        self.settings = settings
        for package in (gateway.pages, gateway.api):
            for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
                importlib.import_module(module.name)
        self._urls = url_map()

    def respond(self, request: Request, calls: Calls) -> Response:
        """The answer to `request`, errors included."""
        bind_request(request_id(request))
        turn, values = None, {}
        try:
            route, values = self._match(request)
            request.max_content_length = request.max_form_memory_size = route.max_body
            turn = Turn(request, route, calls, self.settings)
            response = self._run(turn, values)
        except Exception as error:
            problem = _problem_of(error)
            turn = visits.watched(request, turn, problem, calls, self.settings)
            response = _refusal(request, turn, problem, values)
        return dress(request, response, self.settings)

    def _match(self, request: Request) -> tuple[Route, dict]:
        adapter = self._urls.bind_to_environ(request.environ)
        try:
            route, values = adapter.match()
        except MethodNotAllowed as error:
            raise ServiceProblem("method-not-allowed", "This address does not take that method.",
                                 allow=sorted(error.valid_methods or [])) from error
        except (NotFound, RequestRedirect) as error:
            raise not_found() from error
        if route.origin != BOTH and route.origin != sessions.origin_of(request, self.settings):
            raise not_found()
        return route, values

    def _run(self, turn: Turn, values: dict) -> Response:
        if turn.route.access is not Access.PUBLIC and turn.credential is None:
            raise ServiceProblem("unauthenticated", "Sign in first.")
        if turn.route.kind == "api" and turn.request.method in ("POST", "PUT", "PATCH", "DELETE"):
            turn.use_key(turn.request.headers.get("Idempotency-Key"), required=turn.route.needs_key)
        sessions.check_csrf(turn.request, self.settings, in_form=turn.route.kind == "page")
        if _is_about_a_change(turn.route):
            _identify(turn)
        if turn.route.kind == "api":
            turn.asked = parameters(turn.request, *turn.route.contract.query)
            if turn.writes and not turn.route.contract.body:
                refuse_fields(turn.request)
        return turn.route.handler(turn, **values)


def _refusal(request: Request, turn: Turn | None, problem: ServiceProblem, values: dict) -> Response:
    """What is answered instead. A visitor is told on the page where it was tried, if a route says how."""
    if problem.code == "impersonation-denied" and turn is not None and turn.route.refused is not None:
        try:
            return turn.route.refused(turn, problem, **values)
        except Exception as error:
            log.info("a refusal is shown without its page", code=_problem_of(error).code)
    return problems.respond(request, turn, problem)


def _problem_of(error: Exception) -> ServiceProblem:
    if isinstance(error, RequestEntityTooLarge):
        return ServiceProblem("too-large", "The request's body is too large.")
    if isinstance(error, HTTPException):
        return problems.of_http(error)
    if not isinstance(error, ServiceProblem):
        log.error("unexpected error", exc_info=error)
        return ServiceProblem("internal")
    return error


def _identify(turn: Turn) -> None:
    """Refuse who may not use the route before anything is said of what it is about.

    While nobody can tell who asks, the handler goes on: its own call fails in the same way, and its form keeps what was typed.
    """
    try:
        turn.identify()
    except ServiceProblem as problem:
        if not is_away(problem):
            raise


def _is_about_a_change(route: Route) -> bool:
    """What changes something, or is a form for that, is refused before anything is read; what shows, with its first call."""
    return isinstance(route.access, (Permission, Portal)) and (route.method != "GET" or not route.access.endswith(".view"))


def is_api(request: Request) -> bool:
    """Whether errors of this request are for a program."""
    return request.path.startswith(API_PREFIX + "/")
