"""Account forms of a contact: email, second factor, sessions."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway.auth import second_factor
from gateway.http.context import RequestContext
from gateway.http.forms import CONFIRM, confirm, done, show, submit, typed
from gateway.http.routing import PORTAL, page
from gateway.portal.profile import PROFILE
from gateway.portal.sign_in import portal_path

EMAIL = "portal/email_form.html"
FACTOR = second_factor.SecondFactorRoutes(
    PROFILE,
    "begin_portal_factor",
    "pending_portal_factor",
    "confirm_portal_factor",
    "renew_portal_codes",
    "turn_off_portal_factor",
)
END_ONE = {"heading": "End the session", "button": "End", "harms": True, "text": "That browser is signed out at once."}
END_OTHERS = {
    "heading": "End all other sessions",
    "button": "End all other sessions",
    "harms": True,
    "text": "Every browser that is signed in as you, but this one, is signed out at once.",
}


@page(f"{PROFILE}/email", access=Portal.ACCOUNT, origin=PORTAL)
def email_form(ctx: RequestContext) -> Response:
    """Asks for the email to be, and the password."""
    ctx.identify()
    return show(ctx, EMAIL, back=PROFILE)


@page(f"{PROFILE}/email", access=Portal.ACCOUNT, method="POST", origin=PORTAL)
def ask_email(ctx: RequestContext) -> Response:
    """Have the link mailed that makes it so."""
    form = ctx.request.form
    return submit(
        ctx,
        EMAIL,
        lambda: ctx.call_as_self(
            "clients.ask_portal_email",
            email=form.get("email", "").strip(),
            current_password=form.get("current_password", ""),
        ),
        message="A link is on its way to the new address. Your email changes once it is used.",
        back=PROFILE,
        values=typed(ctx, "email"),
    )


@page(f"{PROFILE}/second-factor/<any(begin,codes,off):what>", access=Portal.ACCOUNT, origin=PORTAL)
def portal_factor_form(ctx: RequestContext, what: str) -> Response:
    """Asks for the password before anything about the second factor changes."""
    ctx.identify()
    return second_factor.ask(ctx, FACTOR, what)


@page(f"{PROFILE}/second-factor/<any(begin,codes,off):what>", access=Portal.ACCOUNT, method="POST", origin=PORTAL)
def change_portal_factor(ctx: RequestContext, what: str) -> Response:
    """Begin setting up, make new backup codes, or turn it off."""
    return second_factor.change(ctx, FACTOR, what)


@page(f"{PROFILE}/second-factor/confirm", access=Portal.ACCOUNT, origin=PORTAL)
def portal_confirm_form(ctx: RequestContext) -> Response:
    """The QR code, and the form for the app's first code."""
    return second_factor.ask_code(ctx, FACTOR)


@page(f"{PROFILE}/second-factor/confirm", access=Portal.ACCOUNT, method="POST", origin=PORTAL)
def confirm_portal_factor(ctx: RequestContext) -> Response:
    """Put the second factor in force and show its backup codes, this once."""
    return second_factor.confirm(ctx, FACTOR)


@page(f"{PROFILE}/sessions/end-others", access=Portal.ACCOUNT, origin=PORTAL, step_up=True)
def end_portal_others_question(ctx: RequestContext) -> Response:
    """Asks before all other sessions end."""
    ctx.identify()
    return confirm(ctx, END_OTHERS, back=PROFILE)


@page(f"{PROFILE}/sessions/end-others", access=Portal.ACCOUNT, method="POST", origin=PORTAL, step_up=True)
def end_portal_others(ctx: RequestContext) -> Response:
    """End all of one's sessions but this."""
    return submit(
        ctx,
        CONFIRM,
        lambda: ctx.call_as_self("clients.end_other_portal_sessions"),
        message="All other sessions ended",
        back=PROFILE,
        context=lambda: {"question": END_OTHERS},
    )


@page(f"{PROFILE}/sessions/<session_id>/end", access=Portal.ACCOUNT, origin=PORTAL, step_up=True)
def end_portal_session_question(ctx: RequestContext, session_id: str) -> Response:
    """Asks before one ends."""
    ctx.identify()
    return confirm(ctx, END_ONE, back=PROFILE)


@page(f"{PROFILE}/sessions/<session_id>/end", access=Portal.ACCOUNT, method="POST", origin=PORTAL, step_up=True)
def end_portal_session(ctx: RequestContext, session_id: str) -> Response:
    """End one of one's sessions."""
    return submit(
        ctx,
        CONFIRM,
        lambda: ctx.call_as_self("clients.end_portal_session", session_id=session_id),
        message="Session ended",
        back=PROFILE,
        context=lambda: {"question": END_ONE},
    )


@page("/client/step-up", access=Portal.ACCOUNT, method="POST", origin=PORTAL, step_up=True)
def portal_step_up(ctx: RequestContext) -> Response:
    """Go to the page that asked for the password first."""
    ctx.identify()
    return done(ctx, "Go on", portal_path(ctx.request.form.get("next")), moves=True)
