"""Cookies, bearer tokens and CSRF: what of a request says who asks, and what proves that they meant it.

The gateway holds the opaque token only as long as the request lasts; what crosses the bus is its hash.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from chassis.errors import ServiceProblem
from chassis.settings import Settings

CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRF-Token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SESSION_SECONDS = 8 * 3600
STEP_SECONDS = 300


@dataclass(frozen=True)
class Credential:
    """A session's cookie or an API token, as its hash. `kind` is "session" or "token"."""

    kind: str
    hash: str

    def to_wire(self) -> dict:
        """Its form in the signed context."""
        return {"kind": self.kind, "hash": self.hash}


def session_cookie(settings: Settings) -> str:
    """The admin session's cookie: `__Host-` everywhere but in development, where plain http on loopback forbids it."""
    return "commerce-admin" if settings.development else "__Host-commerce-admin"


def form_cookie(settings: Settings) -> str:
    """The cookie that binds the sign-in form before there is a session."""
    return "commerce-form" if settings.development else "__Host-commerce-form"


def step_cookie(settings: Settings) -> str:
    """The cookie of a sign-in that waits for its second factor; it opens nothing but that step."""
    return "commerce-step" if settings.development else "__Host-commerce-step"


def credential_of(request: Request, settings: Settings) -> Credential | None:
    """The bearer token of `Authorization`, else the session's cookie, else None. Another scheme is refused as 401."""
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise ServiceProblem("unauthenticated", "Send an API token as: Authorization: Bearer TOKEN.")
        return Credential("token", _hash(token.strip()))
    cookie = request.cookies.get(session_cookie(settings))
    return Credential("session", _hash(cookie)) if cookie else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def csrf_token(request: Request, settings: Settings) -> str:
    """The token for forms of this browser: a keyed hash of its session's cookie, or of the sign-in form's; "" without."""
    secret = request.cookies.get(session_cookie(settings)) or request.cookies.get(form_cookie(settings)) \
        or request.environ.get("commerce.form_secret")
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest() if secret else ""


def check_csrf(request: Request, settings: Settings) -> None:
    """Refuse a write that another site set off, or whose form belongs to another session; a bearer token needs no proof."""
    if request.method in SAFE_METHODS or "Authorization" in request.headers:
        return
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if (origin is not None and origin not in (settings.admin_origin, settings.portal_origin)) or \
            site not in (None, "same-origin", "none"):
        raise ServiceProblem("csrf", "The request comes from another site.")
    expected = csrf_token(request, settings)
    given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        raise ServiceProblem("csrf", "The form is out of date. Load the page again and repeat it.")


def offer_form_secret(request: Request, settings: Settings) -> str:
    """The secret of the sign-in form, a fresh one for a browser that has none yet; `keep_form_secret` sets it as a cookie."""
    known = request.cookies.get(form_cookie(settings))
    return request.environ.setdefault("commerce.form_secret", known or secrets.token_urlsafe(32))


def keep_form_secret(request: Request, response: Response, settings: Settings) -> None:
    """Give the browser the form secret that this request's page was made with."""
    secret = request.environ.get("commerce.form_secret")
    if secret:
        _set(response, form_cookie(settings), secret, settings, 3600)


def start_session(response: Response, token: str, settings: Settings) -> None:
    """Give the browser its session; the cookies of signing in go."""
    _set(response, session_cookie(settings), token, settings, SESSION_SECONDS)
    for name in (form_cookie(settings), step_cookie(settings)):
        response.delete_cookie(name, secure=not settings.development, httponly=True, samesite="Strict")


def start_step(response: Response, token: str, settings: Settings) -> None:
    """Give the browser the half session of a good password; a whole one that it had goes."""
    _set(response, step_cookie(settings), token, settings, STEP_SECONDS)
    end_session(response, settings)


def end_session(response: Response, settings: Settings) -> None:
    """Take the session's cookie back."""
    response.delete_cookie(session_cookie(settings), secure=not settings.development, httponly=True, samesite="Strict")


def _set(response: Response, name: str, value: str, settings: Settings, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=not settings.development, httponly=True,
                        samesite="Strict")


def own_path(target: str | None, default: str) -> str:
    """`target` when it is a plain path below /admin of this site, else `default`: never another site, never a script."""
    parts = urlsplit(target or "")
    plain = target is not None and target.startswith("/admin/") and not parts.scheme and not parts.netloc
    clean = plain and target.isprintable() and "\\" not in target and "//" not in target
    return target if clean and not target.startswith("/admin/login") else default
