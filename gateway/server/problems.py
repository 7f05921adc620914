"""Error responses: a page for people, `application/problem+json` (RFC 9457) for programs."""

from urllib.parse import quote

from werkzeug.exceptions import HTTPException
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from chassis.errors import ServiceProblem
from chassis.http.access_log import request_id
from gateway.http import cookies, responses
from gateway.http.context import RequestContext
from gateway.http.routing import ADMIN, API_PREFIX, PORTAL
from gateway.ui import labels, render
from gateway.ui.render import Frame

_HTTP_CODES = {
    400: "malformed",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "request-timeout",
    413: "too-large",
    414: "uri-too-long",
    415: "unsupported-media-type",
    431: "headers-too-large",
    503: "unavailable",
}
_LOGINS = {ADMIN: "/admin/login", PORTAL: "/client/login"}
_CHOOSE = "/client/choose"


def of_http(error: HTTPException) -> ServiceProblem:
    """The problem that stands for a Werkzeug error."""
    return of_status(error.code or 500, error.description or "")


def of_status(status: int, detail: str) -> ServiceProblem:
    """The problem that stands for an HTTP status."""
    return ServiceProblem(_HTTP_CODES.get(status, "internal"), detail)


def respond(request: Request, ctx: RequestContext | None, problem: ServiceProblem) -> Response:
    """The response to a request that failed with `problem`."""
    if request.path.startswith(API_PREFIX):
        response = _for_programs(request, problem)
    elif problem.code == "unauthenticated" and ctx and ctx.in_impersonation:
        response = _impersonation_over(request, ctx, problem)
    elif problem.code == "unauthenticated":
        response = _redirect(request, _LOGINS[ctx.route.origin if ctx else ADMIN])
    elif ctx and ctx.portal and ctx.portal["client"] is None and problem.code == "forbidden":
        response = _redirect(request, _CHOOSE)
    else:
        response = _for_people(request, ctx, problem)
    if problem.status in (429, 503, 504):
        response.headers["Retry-After"] = str(problem.extra.get("retry_after", 2))
    if problem.status == 405:
        response.headers["Allow"] = ", ".join(problem.extra.get("allow", []))
    return response


def _for_programs(request: Request, problem: ServiceProblem) -> Response:
    body = {
        "type": f"urn:commerce:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "errors": problem.errors,
        "request_id": request_id(request),
        **problem.extra,
    }
    response = responses.as_json(body, status=problem.status, mimetype="application/problem+json")
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _impersonation_over(request: Request, ctx: RequestContext, problem: ServiceProblem) -> Response:
    """The response after an impersonation is over: why, and the way back to the admin. A cookie of no impersonation is
    removed."""
    over = problem.extra.get("impersonation")
    if over is None:
        response = _redirect(request, _LOGINS[PORTAL])
    elif "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": "/dashboard"})
    else:
        admin = f"{ctx.settings.admin_origin}/admin/clients/{over['client_id']}"
        page = render.page(
            "portal/impersonation_over.html",
            ctx.frame,
            admin=admin,
            why=labels.IMPERSONATION_END_CAUSES.get(over["end_cause"]),
        )
        response = Response(page, status=problem.status, mimetype="text/html")
    cookies.end_session(response, ctx.settings, "impersonation")
    return response


def _redirect(request: Request, page: str) -> Response:
    """A redirect to the page where the person signs in or chooses a client, which leads back to this one."""
    target = request.path + (f"?{request.query_string.decode('latin-1')}" if request.query_string else "")
    address = page if request.method != "GET" else f"{page}?next={quote(target)}"
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": page})
    return redirect(address, 303)


def _for_people(request: Request, ctx: RequestContext | None, problem: ServiceProblem) -> Response:
    frame = ctx.frame if ctx else Frame(path=request.path, theme=request.cookies.get("theme"))
    known = {"request_id": request_id(request)}
    if problem.code in ("forbidden", "impersonation-denied") and ctx and ctx.portal:
        name = "portal/denied.html"
        known = {**known, "detail": problem.detail, "permission": problem.extra.get("permission")}
    elif problem.code == "forbidden":
        name, known = "errors/403.html", {**known, "permission": problem.extra.get("permission")}
    elif problem.status == 404:
        name = "errors/404.html"
    elif problem.status in (503, 504):
        name = "errors/503.html"
        saved = "unknown" if problem.code == "outcome-unknown" else "no" if request.method != "GET" else ""
        known = {**known, "what": problem.extra.get("what", "Clients"), "saved": saved}
    elif problem.status >= 500:
        name = "errors/500.html"
    else:
        name, known = "errors/refused.html", {**known, "title": problem.title, "detail": problem.detail}
    draw = render.fragment if "HX-Request" in request.headers else render.page
    return Response(draw(name, frame, **known), status=problem.status, mimetype="text/html")
