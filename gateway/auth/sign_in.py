"""The sign-in flow, of staff and contacts alike: email and password, then a code where a second factor is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from gateway.http import cookies, csrf
from gateway.http.context import RequestContext
from gateway.http.responses import as_page
from gateway.ui.qr import drawn

REFUSED = ("unauthenticated", "validation", "too-many-requests", "csrf")


@dataclass(frozen=True)
class SignInFlow:
    """The sign-in flow of staff or of contacts: its path and its page, the RPC methods of the clients service behind it,
    and where it leads.

    `path(next)` is where it leads to, `signed_in(ctx, session, target)` the answer to whoever has signed in.
    """

    login: str
    template: str
    session: str
    sign_in: str
    step: str
    finish: str
    path: Callable[[str | None], str]
    signed_in: Callable[[RequestContext, dict, str], Response]


def check_password(ctx: RequestContext, flow: SignInFlow) -> Response:
    """Check email and password: the session, or a pending sign-in and a redirect to its second step."""
    form, target = ctx.request.form, flow.path(ctx.request.form.get("next"))
    ctx.forget_caller()
    try:
        session = ctx.call(
            f"clients.{flow.sign_in}",
            email=form.get("email", ""),
            password=form.get("password", ""),
            **browser_of(ctx, flow.session),
        )
    except ServiceProblem as problem:
        if problem.code not in REFUSED:
            raise
        return _wait(
            problem,
            as_page(
                ctx,
                flow.template,
                _status(problem),
                email=form.get("email", ""),
                next=form.get("next", ""),
                error=problem.detail or "Email or password is wrong.",
            ),
        )
    if "step" not in session:
        return flow.signed_in(ctx, session, target)
    response = redirect(f"{flow.login}/code?{urlencode({'next': target})}", 303)
    cookies.start_step(response, session["step"], ctx.settings, flow.session)
    return response


def code_form(ctx: RequestContext, flow: SignInFlow) -> Response:
    """The form for the code; without a step that is alive, the sign-in again."""
    csrf.offer_form_secret(ctx.request, ctx.settings)
    return _code_form(ctx, flow, flow.path(ctx.request.args.get("next")), None)


def check_code(ctx: RequestContext, flow: SignInFlow) -> Response:
    """Check the code; a good one starts the session. After a setting up the backup codes are shown, this once."""
    code, target = ctx.request.form.get("code", "").strip(), flow.path(ctx.request.form.get("next"))
    ctx.forget_caller()
    try:
        session = ctx.call(f"clients.{flow.finish}", step=_step(ctx), code=code, **browser_of(ctx, flow.session))
    except ServiceProblem as problem:
        if problem.code not in REFUSED:
            raise
        return _code_refused(ctx, flow, target, problem, code)
    if not session.get("backup_codes"):
        return flow.signed_in(ctx, session, target)
    response = as_page(ctx, "my_account/codes.html", codes=session["backup_codes"], back=target)
    cookies.start_session(response, session["token"], ctx.settings)
    return response


def browser_of(ctx: RequestContext, session: str) -> dict:
    """The browser that signs in, and the session that it holds in that cookie from before: that one ends."""
    return {"user_agent": ctx.browser, "replaces": cookies.held_session(ctx.request, ctx.settings, session)}


def _code_form(ctx: RequestContext, flow: SignInFlow, target: str, error: str | None, status: int = 200) -> Response:
    ctx.forget_caller()
    try:
        enrol = ctx.call(f"clients.{flow.step}", step=_step(ctx), writes=False).get("enrol")
    except ServiceProblem as problem:
        if problem.code not in ("unauthenticated", "validation"):
            raise
        return _over(ctx, flow, target, problem)
    return as_page(
        ctx,
        "login_code.html",
        status,
        next=target,
        error=error,
        enrol=enrol,
        qr=enrol and drawn(enrol["uri"]),
        login=flow.login,
    )


def _code_refused(ctx: RequestContext, flow: SignInFlow, target: str, problem: ServiceProblem, code: str) -> Response:
    if problem.code == "unauthenticated":
        return _over(ctx, flow, target, problem)
    message = problem.errors[0]["message"] if problem.errors else problem.detail
    return _wait(problem, _code_form(ctx, flow, target, message if code else "Type the code.", _status(problem)))


def _over(ctx: RequestContext, flow: SignInFlow, target: str, problem: ServiceProblem) -> Response:
    return as_page(ctx, flow.template, 401, email="", next=target, error=problem.detail)


def _step(ctx: RequestContext) -> str:
    return ctx.request.cookies.get(cookies.step_cookie(ctx.settings), "")


def _status(problem: ServiceProblem) -> int:
    return problem.status if problem.status == 429 else 401


def _wait(problem: ServiceProblem, response: Response) -> Response:
    response.headers["Retry-After"] = str(problem.extra.get("retry_after", 1))
    return response


def local_path(target: str | None, default: str, *homes: str) -> str:
    """`target` when it is a plain path of this site below one of `homes` (the admin unless given), else `default`:
    never another site, never a script, never the sign-in again."""
    homes, parts = homes or ("/admin/",), urlsplit(target or "")
    plain = target is not None and target.startswith(homes) and not parts.scheme and not parts.netloc
    clean = plain and target.isprintable() and "\\" not in target and "//" not in target
    return target if clean and not target.startswith(tuple(f"{home}login" for home in homes)) else default
