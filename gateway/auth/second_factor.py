"""The steps of setting a second factor up, of staff and contacts alike: the password first, then the QR code and a
code."""

import secrets
from dataclasses import dataclass

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from gateway.auth.account_forms import act, refused
from gateway.http.context import RequestContext
from gateway.http.responses import as_page
from gateway.ui.qr import drawn

WORDS = {
    "begin": ("Set up the second factor", "Go on"),
    "codes": ("New backup codes", "Make new codes"),
    "off": ("Turn the second factor off", "Turn off"),
}


@dataclass(frozen=True)
class SecondFactorRoutes:
    """The page that the steps lead back to, and the RPC methods of the clients service behind them."""

    home: str
    begin: str
    pending: str
    confirm: str
    codes: str
    off: str


def ask(
    ctx: RequestContext, routes: SecondFactorRoutes, what: str, status: int = 200, errors: list | None = None
) -> Response:
    """The form that asks for the password before `begin`, `codes` or `off`."""
    heading, button = WORDS[what]
    return as_page(
        ctx,
        "my_account/factor.html",
        status,
        what=what,
        heading=heading,
        button=button,
        errors=errors or [],
        values={},
        home=routes.home,
        key=_key,
    )


def change(ctx: RequestContext, routes: SecondFactorRoutes, what: str) -> Response:
    """Begin setting up, make new backup codes, or turn it off."""
    try:
        answer = act(ctx, getattr(routes, what), current_password=ctx.request.form.get("current_password", ""))
    except ServiceProblem as problem:
        return ask(ctx, routes, what, **refused(problem, "current_password"))
    if what == "codes":
        return _codes(ctx, routes, answer)
    return redirect(f"{routes.home}/second-factor/confirm" if what == "begin" else routes.home, 303)


def ask_code(
    ctx: RequestContext, routes: SecondFactorRoutes, status: int = 200, errors: list | None = None
) -> Response:
    """The QR code, and the form for the app's first code; the password again when that took too long."""
    try:
        pending = ctx.call_as_self(f"clients.{routes.pending}")
    except ServiceProblem as problem:
        if problem.code != "invalid-state":
            raise
        return ask(ctx, routes, "begin", **refused(problem, "current_password"))
    return as_page(
        ctx,
        "my_account/confirm.html",
        status,
        secret=pending["secret"],
        qr=drawn(pending["uri"]),
        values={},
        errors=errors or [],
        home=routes.home,
        key=_key,
    )


def confirm(ctx: RequestContext, routes: SecondFactorRoutes) -> Response:
    """Put the second factor in force and show its backup codes, this once."""
    try:
        answer = act(ctx, routes.confirm, code=ctx.request.form.get("code", "").strip())
    except ServiceProblem as problem:
        return ask_code(ctx, routes, **refused(problem, "code"))
    return _codes(ctx, routes, answer)


def _codes(ctx: RequestContext, routes: SecondFactorRoutes, answer: dict | None) -> Response:
    """The codes; a repeat of the same request has none to show, and leads back."""
    if not answer:
        return redirect(routes.home, 303)
    return as_page(ctx, "my_account/codes.html", codes=answer["backup_codes"], back=routes.home)


def _key() -> str:
    return secrets.token_urlsafe(24)
