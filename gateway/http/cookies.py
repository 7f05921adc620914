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
PORTAL_SECONDS = 12 * 3600
IMPERSONATION_SECONDS = 30 * 60
STEP_SECONDS = 300


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
    """The cookie of a staff member's impersonation to the portal; while there is one, no contact's session is looked
    at."""
    return cookie("impersonation", settings)


def form_cookie(settings: Settings) -> str:
    """The cookie that binds the sign-in form before there is a session."""
    return cookie("form", settings)


def step_cookie(settings: Settings) -> str:
    """The cookie of a sign-in that waits for its second factor; it opens nothing but that step."""
    return cookie("step", settings)


def credential_of(request: Request, settings: Settings) -> Credential | None:
    """What says who asks, on this request's origin: on the admin's the bearer token of `Authorization`, else the
    session's cookie; on the portal's an impersonation's cookie, else a contact's. Another scheme than Bearer is refused
    as 401."""
    kinds = _cookies(request, settings)
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


def _cookies(request: Request, settings: Settings) -> dict[str, str]:
    """The cookies that may hold a credential on this request's origin, by the credential's kind, the first one
    first."""
    if origin_of(request, settings) == "portal":
        return {"impersonation": impersonation_cookie(settings), "portal": portal_cookie(settings)}
    return {"session": session_cookie(settings)}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def csrf_token(request: Request, settings: Settings) -> str:
    """The token for forms of this browser: a keyed hash of its session's cookie, or of the sign-in form's; ""
    without."""
    names = (*_cookies(request, settings).values(), form_cookie(settings))
    secret = next(filter(None, map(request.cookies.get, names)), None) or request.environ.get("commerce.form_secret")
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest() if secret else ""


def check_csrf(request: Request, settings: Settings, *, in_form: bool = True) -> None:
    """Refuse a write that another site set off, or whose form belongs to another session; a bearer token needs no
    proof.

    Unless `in_form` only the header can prove it: a program's body is not read as a form.
    """
    in_portal = origin_of(request, settings) == "portal"
    if request.method in SAFE_METHODS or "Authorization" in request.headers and not in_portal:
        return
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    own = settings.portal_origin if in_portal else settings.admin_origin
    if origin not in (None, own) or site not in (None, "same-origin", "none"):
        raise ServiceProblem("csrf", "The request comes from another site.")
    expected = csrf_token(request, settings)
    given = request.headers.get(CSRF_HEADER) or (request.form.get(CSRF_FIELD, "") if in_form else "")
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        raise ServiceProblem("csrf", "The form is out of date. Load the page again and repeat it.")


def offer_form_secret(request: Request, settings: Settings) -> str:
    """The secret of the sign-in form, a fresh one for a browser that has none yet; `keep_form_secret` sets it as a
    cookie."""
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
    _forget(response, settings, form_cookie(settings), step_cookie(settings))


def start_portal_session(response: Response, token: str, settings: Settings) -> None:
    """Give the browser a contact's session; the cookies of signing in go. A link of another site may lead into it."""
    _set(response, portal_cookie(settings), token, settings, PORTAL_SECONDS, "Lax")
    _forget(response, settings, form_cookie(settings), step_cookie(settings))


def start_impersonation(response: Response, token: str, settings: Settings) -> None:
    """Give the browser a staff member's impersonation, which leads in from the admin, another site; a contact's session
    stays."""
    _set(response, impersonation_cookie(settings), token, settings, IMPERSONATION_SECONDS, "Lax")


def start_step(response: Response, token: str, settings: Settings, name: str = "admin") -> None:
    """Give the browser the half session of a good password; a whole one of the "admin" or "portal" that it had goes."""
    _set(response, step_cookie(settings), token, settings, STEP_SECONDS)
    _forget(response, settings, cookie(name, settings))


def end_session(response: Response, settings: Settings, name: str = "admin") -> None:
    """Take a session's cookie back: that of the "admin", the "portal" or a "impersonation"."""
    _forget(response, settings, cookie(name, settings))


def _forget(response: Response, settings: Settings, *names: str) -> None:
    for name in names:
        response.delete_cookie(name, secure=not settings.development, httponly=True, samesite="Strict")


def _set(
    response: Response, name: str, value: str, settings: Settings, seconds: int, same_site: str = "Strict"
) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=not settings.development, httponly=True, samesite=same_site
    )


def own_path(target: str | None, default: str, *homes: str) -> str:
    """`target` when it is a plain path of this site below one of `homes` (the admin unless given), else `default`:
    never another site, never a script, never the sign-in again."""
    homes, parts = homes or ("/admin/",), urlsplit(target or "")
    plain = target is not None and target.startswith(homes) and not parts.scheme and not parts.netloc
    clean = plain and target.isprintable() and "\\" not in target and "//" not in target
    return target if clean and not target.startswith(tuple(f"{home}login" for home in homes)) else default
