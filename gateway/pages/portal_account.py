"""The dialogs of one's own way into the portal: email, second factor, sessions."""

from werkzeug.wrappers import Response

from chassis.permissions import Portal
from gateway import factor
from gateway.confirming import confirm, confirmed
from gateway.dialogs import show, submit, typed
from gateway.pages.portal_profile import PROFILE
from gateway.routing import PORTAL, page
from gateway.turn import Turn

EMAIL = "portal/email_form.html"
FACTOR = factor.Doors(PROFILE, "begin_portal_factor", "pending_portal_factor", "confirm_portal_factor", "renew_portal_codes",
                      "turn_off_portal_factor")
END_ONE = {"heading": "End the session", "button": "End", "harms": True,
           "text": "That browser is signed out at once."}
END_OTHERS = {"heading": "End all other sessions", "button": "End all other sessions", "harms": True,
              "text": "Every browser that is signed in as you, but this one, is signed out at once."}


@page(f"{PROFILE}/email", access=Portal.ACCOUNT, origin=PORTAL)
def email_form(turn: Turn) -> Response:
    """Asks for the email to be, and the password."""
    turn.identify()
    return show(turn, EMAIL, values={}, back=PROFILE)


@page(f"{PROFILE}/email", access=Portal.ACCOUNT, method="POST", origin=PORTAL)
def ask_email(turn: Turn) -> Response:
    """Have the link mailed that makes it so."""
    form = turn.request.form
    return submit(turn, EMAIL, lambda: turn.call_own("clients.ask_portal_email", email=form.get("email", "").strip(),
                                                     current_password=form.get("current_password", "")),
                  said="A link is on its way to the new address. Your email changes once it is used.", back=PROFILE,
                  values=typed(turn, "email"))


@page(f"{PROFILE}/second-factor/<any(begin,codes,off):what>", access=Portal.ACCOUNT, origin=PORTAL)
def portal_factor_form(turn: Turn, what: str) -> Response:
    """Asks for the password before anything about the second factor changes."""
    turn.identify()
    return factor.ask(turn, FACTOR, what)


@page(f"{PROFILE}/second-factor/<any(begin,codes,off):what>", access=Portal.ACCOUNT, method="POST", origin=PORTAL)
def change_portal_factor(turn: Turn, what: str) -> Response:
    """Begin setting up, make new backup codes, or turn it off."""
    return factor.change(turn, FACTOR, what)


@page(f"{PROFILE}/second-factor/confirm", access=Portal.ACCOUNT, origin=PORTAL)
def portal_confirm_form(turn: Turn) -> Response:
    """The QR code, and the form for the app's first code."""
    return factor.ask_code(turn, FACTOR)


@page(f"{PROFILE}/second-factor/confirm", access=Portal.ACCOUNT, method="POST", origin=PORTAL)
def confirm_portal_factor(turn: Turn) -> Response:
    """Put the second factor in force and show its backup codes, this once."""
    return factor.confirm(turn, FACTOR)


@page(f"{PROFILE}/sessions/end-others", access=Portal.ACCOUNT, origin=PORTAL)
def end_portal_others_question(turn: Turn) -> Response:
    """Asks before all other sessions end."""
    turn.identify()
    return confirm(turn, END_OTHERS, back=PROFILE)


@page(f"{PROFILE}/sessions/end-others", access=Portal.ACCOUNT, method="POST", origin=PORTAL)
def end_portal_others(turn: Turn) -> Response:
    """End all of one's sessions but this."""
    return confirmed(turn, END_OTHERS, lambda: turn.call_own("clients.end_other_portal_sessions"),
                     said="All other sessions ended", back=PROFILE)


@page(f"{PROFILE}/sessions/<session_id>/end", access=Portal.ACCOUNT, origin=PORTAL)
def end_portal_session_question(turn: Turn, session_id: str) -> Response:
    """Asks before one ends."""
    turn.identify()
    return confirm(turn, END_ONE, back=PROFILE)


@page(f"{PROFILE}/sessions/<session_id>/end", access=Portal.ACCOUNT, method="POST", origin=PORTAL)
def end_portal_session(turn: Turn, session_id: str) -> Response:
    """End one of one's sessions."""
    return confirmed(turn, END_ONE, lambda: turn.call_own("clients.end_portal_session", session_id=session_id),
                     said="Session ended", back=PROFILE)
