"""Credentials of a request (cookies and bearer tokens), and the cookies that are set and taken back.

The gateway holds the opaque token only as long as the request lasts; what crosses the bus is its hash.
"""

import hashlib
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from werkzeug.wrappers import Request, Response

from chassis.errors import ServiceProblem
from chassis.settings import Settings

SESSION_SECONDS = 8 * 3600
PORTAL_SECONDS = 12 * 3600
IMPERSONATION_SECONDS = 30 * 60
STEP_SECONDS = 300
FORM_SECONDS = 3600
HANDOFF_SECONDS = 30
NOTICE_SECONDS = 20
WRITTEN_SECONDS = 10
OPENED_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True)
class Credential:
    """A cookie or an API token, as its hash. `kind` is "session" or "token" for the admin, "portal" for a contact's
    session, "impersonation" for a staff member logged in as a client."""

    kind: str
    hash: str

    def to_wire(self) -> dict:
        """Its form in the signed context."""
        return {"kind": self.kind, "hash": self.hash}


def origin_of(request: Request, settings: Settings) -> str:
    """Which of the two origins a request came to: "admin", "portal", or "unknown" for neither."""
    asked = request.host.lower()
    for name, origin in (("admin", settings.admin_origin), ("portal", settings.portal_origin)):
        if asked == urlsplit(origin).netloc.lower():
            return name
    return "unknown"


def cookie(name: str, settings: Settings) -> str:
    """A cookie's full name: `__Host-` everywhere but in development, where plain http on loopback forbids it."""
    return f"commerce-{name}" if settings.development else f"__Host-commerce-{name}"


def session_cookie(settings: Settings) -> str:
    """The admin session's cookie."""
    return cookie("admin", settings)


def portal_cookie(settings: Settings) -> str:
    """The cookie of a contact's session."""
    return cookie("portal", settings)


def impersonation_cookie(settings: Settings) -> str:
    """The cookie of a staff member's impersonation; while there is one, no contact's session is looked at."""
    return cookie("impersonation", settings)


def handoff_cookie(settings: Settings) -> str:
    """The cookie of a browser on its way into an impersonation."""
    return cookie("handoff", settings)


def form_cookie(settings: Settings) -> str:
    """The cookie that binds the sign-in form before there is a session."""
    return cookie("form", settings)


def step_cookie(settings: Settings) -> str:
    """The cookie of a pending sign-in, which waits for its second factor; it is good for that step alone."""
    return cookie("step", settings)


def credential_of(request: Request, settings: Settings) -> Credential | None:
    """The credential of the request on its origin: on the admin's the bearer token of `Authorization`, else the
    session's cookie; on the portal's an impersonation's cookie, else a contact's. Another scheme than Bearer is refused
    as 401."""
    kinds = credential_cookies(request, settings)
    header = request.headers.get("Authorization") if "session" in kinds else None
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise ServiceProblem("unauthenticated", "Send an API token as: Authorization: Bearer TOKEN.")
        return Credential("token", _hash(token.strip()))
    for kind, name in kinds.items():
        if request.cookies.get(name):
            return Credential(kind, _hash(request.cookies[name]))
    return None


def credential_cookies(request: Request, settings: Settings) -> dict[str, str]:
    """The cookies that may hold a credential on this request's origin, by the credential's kind, the first one
    first."""
    if origin_of(request, settings) == "portal":
        return {"impersonation": impersonation_cookie(settings), "portal": portal_cookie(settings)}
    return {"session": session_cookie(settings)}


def held_session(request: Request, settings: Settings, name: str) -> str | None:
    """The hash of the session's token that the browser holds in the cookie `name` ("admin", "portal"); None without."""
    token = request.cookies.get(cookie(name, settings))
    return _hash(token) if token else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def start_session(response: Response, token: str, settings: Settings) -> None:
    """Give the browser its session; the cookies of signing in go."""
    _set(response, session_cookie(settings), token, settings, SESSION_SECONDS)
    _forget(response, settings, form_cookie(settings), step_cookie(settings))


def start_portal_session(response: Response, token: str, settings: Settings) -> None:
    """Give the browser a contact's session; the cookies of signing in go. A link of another site may lead into it."""
    _set(response, portal_cookie(settings), token, settings, PORTAL_SECONDS, "Lax")
    _forget(response, settings, form_cookie(settings), step_cookie(settings))


def start_impersonation(response: Response, token: str, settings: Settings) -> None:
    """Give the browser a staff member's impersonation, which leads here from the admin, another site; a contact's session
    stays."""
    _set(response, impersonation_cookie(settings), token, settings, IMPERSONATION_SECONDS, "Lax")


def start_handoff(response: Response, value: str, settings: Settings) -> None:
    """Give the browser what it enters an impersonation by, once the admin has sent it back, from another site."""
    _set(response, handoff_cookie(settings), value, settings, HANDOFF_SECONDS, "Lax")


def start_form(response: Response, secret: str, settings: Settings) -> None:
    """Give the browser the secret that its sign-in form is bound to."""
    _set(response, form_cookie(settings), secret, settings, FORM_SECONDS)


def start_step(response: Response, token: str, settings: Settings, name: str = "admin") -> None:
    """Give the browser its pending sign-in; the session of the "admin" or "portal" that it had goes."""
    _set(response, step_cookie(settings), token, settings, STEP_SECONDS)
    _forget(response, settings, cookie(name, settings))


def end_session(response: Response, settings: Settings, name: str = "admin") -> None:
    """Take a session's cookie back: that of the "admin", the "portal" or an "impersonation"."""
    _forget(response, settings, cookie(name, settings))


def leave_notice(response: Response, text: str, settings: Settings) -> None:
    """Give the browser one sentence to show on the next page; its script reads the cookie and takes it away."""
    response.set_cookie(
        "notice", quote(text), max_age=NOTICE_SECONDS, secure=not settings.development, samesite="Strict", path="/"
    )


def leave_written(response: Response, client_id: str, settings: Settings) -> None:
    """Let the browser's lists of the next seconds ask for what it has just written about a client."""
    _set(response, cookie("written", settings), client_id, settings, WRITTEN_SECONDS)


def left_written(request: Request, settings: Settings) -> str | None:
    """What `leave_written` has left, as the browser gives it."""
    return request.cookies.get(cookie("written", settings))


def leave_opened(response: Response, value: str, settings: Settings) -> None:
    """Let the browser keep which records were opened last in it."""
    _set(response, cookie("opened", settings), value, settings, OPENED_SECONDS)


def left_opened(request: Request, settings: Settings) -> str | None:
    """What `leave_opened` has left, as the browser gives it."""
    return request.cookies.get(cookie("opened", settings))


def _forget(response: Response, settings: Settings, *names: str) -> None:
    for name in names:
        response.delete_cookie(name, secure=not settings.development, httponly=True, samesite="Strict")


def _set(
    response: Response, name: str, value: str, settings: Settings, seconds: int, same_site: str = "Strict"
) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=not settings.development, httponly=True, samesite=same_site
    )
