"""Errors as people and programs see them: a page, or `application/problem+json` (RFC 9457)."""

from urllib.parse import quote

from werkzeug.exceptions import HTTPException
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from chassis.errors import ServiceProblem
from gateway import answers, render, sessions, visits
from gateway.render import Frame
from gateway.routing import ADMIN, API_PREFIX, PORTAL
from gateway.turn import Turn, request_id

_HTTP_CODES = {400: "malformed", 403: "forbidden", 404: "not-found", 405: "method-not-allowed", 408: "request-timeout",
               413: "too-large", 414: "malformed", 415: "unsupported-media-type", 431: "too-large"}
_LOGINS = {ADMIN: "/admin/login", PORTAL: "/client/login"}
_CHOOSE = "/client/choose"


def of_http(error: HTTPException) -> ServiceProblem:
    """A Werkzeug error as one of ours."""
    return ServiceProblem(_HTTP_CODES.get(error.code or 500, "internal"), error.description or "")


def respond(request: Request, turn: Turn | None, problem: ServiceProblem) -> Response:
    """The answer to a request that failed with `problem`."""
    if request.path.startswith(API_PREFIX):
        response = _for_programs(request, problem)
    elif problem.code == "unauthenticated" and visits.in_visit(turn):
        response = _visit_over(request, turn, problem)
    elif problem.code == "unauthenticated":
        response = _lead(request, _LOGINS[turn.route.origin if turn else ADMIN])
    elif turn and turn.portal and turn.portal["client"] is None and problem.code == "forbidden":
        response = _lead(request, _CHOOSE)
    else:
        response = _for_people(request, turn, problem)
    if problem.status in (429, 503):
        response.headers["Retry-After"] = str(problem.extra.get("retry_after", 2))
    if problem.status == 405:
        response.headers["Allow"] = ", ".join(problem.extra.get("allow", []))
    return response


def _for_programs(request: Request, problem: ServiceProblem) -> Response:
    body = {"type": f"urn:commerce:problem:{problem.code}", "title": problem.title, "status": problem.status,
            "detail": problem.detail, "code": problem.code, "errors": problem.errors,
            "request_id": request_id(request), **problem.extra}
    response = answers.as_json(body, status=problem.status, mimetype="application/problem+json")
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _visit_over(request: Request, turn: Turn, problem: ServiceProblem) -> Response:
    """The staff member was logged in as a client and is no longer: says why, and leads back to the admin. A cookie of no visit
    is taken back and counts for nothing."""
    over = problem.extra.get("visit")
    if over is None:
        response = _lead(request, _LOGINS[PORTAL])
    elif "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": "/dashboard"})
    else:
        admin = f"{turn.settings.admin_origin}/admin/clients/{over['client_id']}"
        page = render.page("portal/visit_over.html", turn.frame, admin=admin, why=visits.ENDED.get(over["end_cause"]))
        response = Response(page, status=problem.status, mimetype="text/html")
    sessions.end_session(response, turn.settings, "visit")
    return response


def _lead(request: Request, page: str) -> Response:
    """To the page where the person signs in or chooses first, and from there back to where they wanted to go."""
    target = request.path + (f"?{request.query_string.decode('latin-1')}" if request.query_string else "")
    address = page if request.method != "GET" else f"{page}?next={quote(target)}"
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": page})
    return redirect(address, 303)


def _for_people(request: Request, turn: Turn | None, problem: ServiceProblem) -> Response:
    frame = turn.frame if turn else Frame(path=request.path, theme=request.cookies.get("theme"))
    known = {"request_id": request_id(request)}
    if problem.code in ("forbidden", "impersonation-denied") and turn and turn.portal:
        name = "portal/denied.html"
        known = {**known, "detail": problem.detail, "permission": problem.extra.get("permission")}
    elif problem.code == "forbidden":
        name, known = "errors/403.html", {**known, "permission": problem.extra.get("permission")}
    elif problem.status == 404:
        name = "errors/404.html"
    elif problem.status in (503, 504):
        name = "errors/503.html"
        known = {**known, "what": problem.extra.get("what", "Clients"), "unsaved": request.method != "GET"}
    elif problem.status >= 500:
        name = "errors/500.html"
    else:
        name, known = "errors/refused.html", {**known, "title": problem.title, "detail": problem.detail}
    draw = render.fragment if "HX-Request" in request.headers else render.page
    return Response(draw(name, frame, **known), status=problem.status, mimetype="text/html")
