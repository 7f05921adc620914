"""CSRF protection: each form carries a token that is bound to its browser's cookie, and a write without it is refused."""

import hashlib
import hmac
import secrets

from werkzeug.wrappers import Request, Response

from chassis.errors import ServiceProblem
from chassis.settings import Settings
from gateway.http import cookies

CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRF-Token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def token(request: Request, settings: Settings) -> str:
    """The CSRF token for forms of this browser: a keyed hash of its session's cookie, or of the sign-in form's; ""
    without."""
    names = (*cookies.credential_cookies(request, settings).values(), cookies.form_cookie(settings))
    secret = next(filter(None, map(request.cookies.get, names)), None) or request.environ.get("commerce.form_secret")
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest() if secret else ""


def check(request: Request, settings: Settings, *, in_form: bool = True) -> None:
    """Refuse a write that another site set off, or whose form belongs to another session; a bearer token needs no
    CSRF token.

    Unless `in_form` only the header can carry the token: a program's body is not read as a form.
    """
    if _needs_none(request, settings):
        return
    refuse_other_sites(request, settings)
    expected = token(request, settings)
    given = request.headers.get(CSRF_HEADER) or (request.form.get(CSRF_FIELD, "") if in_form else "")
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        raise ServiceProblem("csrf", "The form is out of date. Load the page again and repeat it.")


def refuse_other_sites(request: Request, settings: Settings) -> None:
    """Refuse a write that another site set off, as far as its headers say so; its body stays unread."""
    if _needs_none(request, settings):
        return
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    own = settings.portal_origin if _is_portal(request, settings) else settings.admin_origin
    if origin not in (None, own) or site not in (None, "same-origin", "none"):
        raise ServiceProblem("csrf", "The request comes from another site.")


def _needs_none(request: Request, settings: Settings) -> bool:
    return request.method in SAFE_METHODS or "Authorization" in request.headers and not _is_portal(request, settings)


def _is_portal(request: Request, settings: Settings) -> bool:
    return cookies.origin_of(request, settings) == "portal"


def offer_form_secret(request: Request, settings: Settings) -> str:
    """The secret of the sign-in form, a fresh one for a browser that has none yet; `keep_form_secret` sets it as a
    cookie."""
    known = request.cookies.get(cookies.form_cookie(settings))
    return request.environ.setdefault("commerce.form_secret", known or secrets.token_urlsafe(32))


def keep_form_secret(request: Request, response: Response, settings: Settings) -> None:
    """Give the browser the form secret that this request's page was made with."""
    secret = request.environ.get("commerce.form_secret")
    if secret:
        cookies.start_form(response, secret, settings)
