"""/client/profile: the client's company and address, oneself, and how one gets in."""

import secrets

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Portal
from gateway import sessions
from gateway.answers import as_page
from gateway.dialogs import typed
from gateway.field_values import as_shown, asked_values, typed_values
from gateway.own_forms import act, refused
from gateway.pages.portal_links import NOT_THE_SAME
from gateway.pages.portal_sign_in import LOGIN
from gateway.query import parameters
from gateway.routing import PORTAL, page
from gateway.staff_words import browser
from gateway.turn import Turn

PROFILE = "/client/profile"
COMPANY = ("company", "address1", "address2", "city", "state", "postcode", "country", "language")
PERSON = ("first_name", "last_name", "phone")
# What stands on the page, whom it is asked of, and who may see it.
PARTS = (("person", "clients.portal_person", Portal.HOME), ("company", "clients.portal_company", Portal.PROFILE_VIEW),
         ("account", "clients.portal_account", Portal.ACCOUNT))


@page(PROFILE, access=Portal.HOME, origin=PORTAL)
def portal_profile(turn: Turn) -> Response:
    """The page as it is: of a client that is not active no more than one's own way in."""
    parameters(turn.request)
    turn.identify()
    return _profile(turn)


@page(f"{PROFILE}/company", access=Portal.PROFILE_EDIT, method="POST", origin=PORTAL)
def save_company(turn: Turn) -> Response:
    """Save company and address; what somebody else saved meanwhile is shown, not overwritten."""
    values = typed(turn, *COMPANY)
    version = turn.request.form.get("version", "")
    try:
        act(turn, "update_portal_company", version=int(version) if version.isdecimal() else 0, **values)
    except ServiceProblem as problem:
        if problem.status == 412:
            return _profile(turn, values, status=412, errors=_overtaken(problem), form="company")
        return _profile(turn, values, form="company", **refused(problem, "company"))
    return redirect(PROFILE, 303)


@page(f"{PROFILE}/person", access=Portal.PERSON_EDIT, method="POST", origin=PORTAL)
def save_person(turn: Turn) -> Response:
    """Save one's own names and phone."""
    values = typed(turn, *PERSON)
    try:
        act(turn, "update_portal_person", **values)
    except ServiceProblem as problem:
        return _profile(turn, values, form="person", **refused(problem, "first_name"))
    return redirect(PROFILE, 303)


@page(f"{PROFILE}/fields", access=Portal.PROFILE_EDIT, method="POST", origin=PORTAL)
def save_fields(turn: Turn) -> Response:
    """Save the values of the fields that the client keeps itself."""
    fields = _own_fields(turn.call("clients.portal_company", writes=False))
    values = typed_values(turn, fields)
    try:
        act(turn, "set_portal_values", values=asked_values(turn, fields, values))
    except ServiceProblem as problem:
        refusal = refused(problem, "values")
        refusal["errors"] = [{**one, "pointer": one["pointer"].removeprefix("/values")} for one in refusal["errors"]]
        return _profile(turn, values, form="fields", **refusal)
    return redirect(PROFILE, 303)


@page(f"{PROFILE}/password", access=Portal.ACCOUNT, method="POST", origin=PORTAL)
def change_portal_password(turn: Turn) -> Response:
    """Set a new password; all sessions end, so one signs in again."""
    form = turn.request.form
    if form.get("new_password", "") != form.get("again", ""):
        errors = [{"pointer": "/again", "code": "validation", "message": NOT_THE_SAME}]
        return _profile(turn, status=422, errors=errors, form="password")
    try:
        act(turn, "change_portal_password", current_password=form.get("current_password", ""),
            new_password=form.get("new_password", ""))
    except ServiceProblem as problem:
        return _profile(turn, form="password", **refused(problem, "current_password"))
    response = as_page(turn, "password.html", who=None, done=True, error=None, login=LOGIN)
    sessions.end_session(response, turn.settings, "portal")
    return response


def _profile(turn: Turn, typed_in: dict | None = None, status: int = 200, errors: list | None = None,
             form: str = "") -> Response:
    shown = {name: (door, {}) for name, door, access in PARTS if turn.caller.allows(access)}
    person, company, account = map(turn.gather_own(**shown).get, ("person", "company", "account"))
    kept = {**person, **(company["profile"] if company else {}),
            **{field["id"]: as_shown(field["value"]) for field in _own_fields(company)}}
    return as_page(turn, "portal/profile.html", status, person=person, company=company, account=account, errors=errors or [],
                   form=form, values={**kept, **(typed_in or {})}, was=kept, browser=browser,
                   key=lambda: secrets.token_urlsafe(24))


def _own_fields(company: dict | None) -> list[dict]:
    """The fields that the client keeps itself."""
    return [field for field in company["fields"] if field["visibility"] == "client_edit"] if company else []


def _overtaken(problem: ServiceProblem) -> list[dict]:
    """Which of the form's fields hold something else by now; who changed them is nobody's here to know."""
    changed = [one for one in problem.extra.get("changed", []) if one["field"] in COMPANY]
    errors = [{"pointer": f"/{one['field']}", "code": "stale",
               "message": f"Somebody saved “{one['value'] or 'nothing'}” meanwhile. Saving again puts yours in its place."}
              for one in changed]
    return errors or [{"pointer": "/version", "code": "stale", "message": "The profile was changed meanwhile. Save again."}]
