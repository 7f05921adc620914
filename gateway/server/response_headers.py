"""Response headers: security, caching, compression."""

import gzip

from werkzeug.wrappers import Request, Response

from chassis.http.access_log import request_id, trace_of
from chassis.settings import Settings
from gateway.http import cookies, csrf

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
MIN_GZIP = 1024
GZIP_LEVEL = 1  # half the processor time of level 5, for pages a tenth larger


def set_response_headers(request: Request, response: Response, settings: Settings) -> Response:
    """Set the headers that all responses have, and compress `response` where that pays."""
    headers = response.headers
    headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; form-action {_form_targets(request, settings)}"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Request-Id"] = request_id(request)
    trace = trace_of(request)
    headers["traceresponse"] = trace.traceparent
    if trace.client_request_id:
        headers["X-Client-Request-Id"] = trace.client_request_id
    headers.setdefault("Cache-Control", "no-store")
    if response.is_streamed:
        headers["X-Accel-Buffering"] = "no"  # a proxy in front passes it on as it comes
    if any(origin.startswith("https://") for origin in (settings.admin_origin, settings.portal_origin)):
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if response.mimetype == "text/html":
        response.vary.add("HX-Request")
    csrf.keep_form_secret(request, response, settings)
    _compress(request, response)
    return response


def _form_targets(request: Request, settings: Settings) -> str:
    """The targets of forms. Browsers hold redirects to them too: Login as Client leads from the admin to the portal, and
    back."""
    other = {"admin": settings.portal_origin, "portal": settings.admin_origin}.get(cookies.origin_of(request, settings))
    return f"'self' {other}" if other else "'self'"


def _compress(request: Request, response: Response) -> None:
    if (
        response.is_streamed
        or "Content-Encoding" in response.headers
        or response.mimetype not in ("text/html", "application/json", "application/problem+json")
    ):
        return
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= MIN_GZIP and "gzip" in request.accept_encodings:
        response.set_data(gzip.compress(body, GZIP_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
