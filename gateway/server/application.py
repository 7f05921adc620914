"""Application of the gateway: match the route, check who calls, let the handler respond, set the headers."""

import importlib
import pkgutil
from contextlib import suppress

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Request, Response

import gateway.admin
import gateway.api
import gateway.portal
from chassis.errors import ServiceProblem, not_found
from chassis.http.access_log import INTERFACE, NONE, ROUTE, request_id, trace_of
from chassis.http.body import BodyWanted, SiteRequest
from chassis.logs import bind_request, get_logger
from chassis.permissions import Access
from chassis.rpc.client import Calls
from chassis.settings import Settings
from gateway.auth import step_up
from gateway.composition.chosen_fields import take_fields
from gateway.http import cookies, csrf
from gateway.http.call_errors import is_away
from gateway.http.context import RequestContext, Validated
from gateway.http.json_body import refuse_fields
from gateway.http.opened import leave_opened
from gateway.http.query_params import flag, parameters
from gateway.http.routing import BODY, BOTH, VALIDATE_ONLY, Route, url_map
from gateway.http.written import leave_written
from gateway.server import error_context, problems
from gateway.server.refusals import RefusalLog
from gateway.server.request_rates import RequestRates
from gateway.server.response_headers import set_response_headers

log = get_logger(__name__)


class Application:
    """Answers requests; `respond` never raises."""

    def __init__(self, settings: Settings):
        self.settings = settings
        for package in (gateway.admin, gateway.portal, gateway.api):
            for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
                importlib.import_module(module.name)
        importlib.import_module("gateway.server.public")
        self._urls = url_map()
        self._log_refusal, self._rates = RefusalLog(settings), RequestRates(settings)

    def respond(self, request: SiteRequest, calls: Calls) -> Response:
        """The answer to `request`, errors included. That its large body is wanted is the answer once it is known who asks."""
        bind_request(request_id(request), trace_of(request))
        ctx, values = None, {}
        try:
            route, values = self._match(request)
            ctx = RequestContext(request, route, calls, self.settings)
            response = self._run(ctx, values)
            if isinstance(response, BodyWanted):
                return response
            self._log_refusal(request, ctx, response.status_code, ctx.refused_with)
        except Exception as error:
            problem = _problem_of(error)
            self._log_refusal(request, ctx, problem.status, problem.code)
            ctx = error_context.error_context(request, ctx, problem, calls, self.settings)
            response = _refusal(request, ctx, problem, values)
        self._rates.report(request, response)
        return set_response_headers(request, response, self.settings)

    def _match(self, request: Request) -> tuple[Route, dict]:
        adapter = self._urls.bind_to_environ(request.environ)
        try:
            route, values = adapter.match()
        except MethodNotAllowed as error:
            raise ServiceProblem(
                "method-not-allowed", "This address does not take that method.", allow=sorted(error.valid_methods or [])
            ) from error
        except (NotFound, RequestRedirect) as error:
            raise not_found() from error
        request.environ[ROUTE], request.environ[INTERFACE] = route.path, _interface(request, route, self.settings)
        if route.origin != BOTH and route.origin != cookies.origin_of(request, self.settings):
            raise not_found()
        if route.development and not self.settings.development:
            raise not_found()
        return route, values

    def _run(self, ctx: RequestContext, values: dict) -> Response:
        if ctx.request.received:
            self._rates.count(ctx)
        if ctx.route.access is not Access.PUBLIC and ctx.credential is None:
            raise ServiceProblem("unauthenticated", "Sign in first.")
        _check_body(ctx)
        if not ctx.request.received:
            csrf.refuse_other_sites(ctx.request, self.settings)
            ctx.identify()
            return BodyWanted()
        if ctx.route.kind == "api" and ctx.request.method in ("POST", "PUT", "PATCH", "DELETE"):
            ctx.use_key(ctx.request.headers.get("Idempotency-Key"), required=ctx.route.needs_key)
        csrf.check(ctx.request, self.settings, in_form=ctx.route.kind == "page")
        try:
            response = step_up.authenticate(ctx) or _handle(ctx, values)
        except (ServiceProblem, HTTPException) as error:
            if not _is_of_the_caller(error):
                _identify(ctx)
            raise
        _identify(ctx)
        leave_written(ctx, response)
        leave_opened(ctx, response)
        return response


def _interface(request: Request, route: Route, settings: Settings) -> str:
    """The interface that a request came by: `api`, or the pages' origin."""
    return "api" if route.kind == "api" else cookies.origin_of(request, settings) or NONE


def _check_body(ctx: RequestContext) -> None:
    """Refuse a body by its length, before it is read, or for what was wrong with it; hold its form to the route's limits."""
    request, route = ctx.request, ctx.route
    most = route.most(request.mimetype)
    if (request.content_length or 0) > most:
        raise ServiceProblem("too-large", "The request's body is too large.")
    if request.body_fault is not None:
        raise request.body_fault
    request.max_content_length = most
    request.max_form_memory_size, request.max_form_parts = min(most, BODY), route.max_fields


def _handle(ctx: RequestContext, values: dict) -> Response:
    if ctx.route.kind != "api":
        return ctx.route.handler(ctx, **values)
    ctx.params = parameters(ctx.request, *ctx.route.contract.query)
    if not ctx.writes:
        return _read(ctx, values)
    if not ctx.route.contract.body:
        refuse_fields(ctx.request)
    return _write(ctx, values)


def _read(ctx: RequestContext, values: dict) -> Response:
    """What a read of the API answers, with those fields alone that are asked for."""
    chosen = take_fields(ctx) if ctx.route.contract.chosen else None
    response = ctx.route.handler(ctx, **values)
    return response if chosen is None else chosen.of(response)


def _write(ctx: RequestContext, values: dict) -> Response:
    """What a write of the API answers; 204 where it was to be validated alone, and would be done."""
    if not flag(ctx.params.pop(VALIDATE_ONLY, "false"), f"/{VALIDATE_ONLY}"):
        return ctx.route.handler(ctx, **values)
    ctx.validate_only()
    with suppress(Validated):
        ctx.route.handler(ctx, **values)
    return Response(status=204)


def _refusal(request: Request, ctx: RequestContext | None, problem: ServiceProblem, values: dict) -> Response:
    """The error response. An impersonator gets it on the page where it was tried, if the route has a handler for that; a
    session that has to authenticate anew, the form for it."""
    try:
        if problem.code == "impersonation-denied" and ctx is not None and ctx.route.refused is not None:
            return ctx.route.refused(ctx, problem, **values)
        if problem.code == step_up.REQUIRED and ctx is not None and ctx.route.kind == "page":
            return step_up.form(ctx)
    except Exception as error:
        log.info("a refusal is shown without its page", code=_problem_of(error).code)
    return problems.respond(request, ctx, problem)


def _problem_of(error: Exception) -> ServiceProblem:
    if isinstance(error, RequestEntityTooLarge):
        return ServiceProblem("too-large", "The request's body is too large.")
    if isinstance(error, HTTPException):
        return problems.of_http(error)
    if not isinstance(error, ServiceProblem):
        log.error("unexpected error", exc_info=error)
        return ServiceProblem("internal")
    return error


def _identify(ctx: RequestContext) -> None:
    """Refuse a caller who may not use the route, whatever else there is to respond, where no RPC has done so.

    While the caller cannot be identified the response stands: it shows no more than the request itself.
    """
    if ctx.route.access is Access.PUBLIC:
        return
    try:
        ctx.identify()
    except ServiceProblem as problem:
        if not is_away(problem):
            raise


def _is_of_the_caller(error: ServiceProblem | HTTPException) -> bool:
    """Whether nothing is left to find out of the caller: they are refused already, or cannot be known now."""
    return isinstance(error, ServiceProblem) and (error.status in (401, 403) or is_away(error))
