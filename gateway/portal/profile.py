"""Profile: /client/profile, the client's company and address, the contact's own names, and how they sign in."""

import secrets

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Portal
from gateway.auth.account_forms import act, refused
from gateway.composition.custom_field_values import as_shown, taken_over, typed_values, values_seen, values_to_save
from gateway.http import cookies
from gateway.http.context import RequestContext
from gateway.http.forms import as_texts, changed, drawn_with, typed
from gateway.http.query_params import parameters
from gateway.http.responses import as_page
from gateway.http.routing import PORTAL, page
from gateway.portal.links import NOT_THE_SAME
from gateway.portal.sign_in import LOGIN
from gateway.ui.labels import browser
from gateway.ui.profile_fields import FLAGS, names

PROFILE = "/client/profile"
COMPANY, PERSON = (names(of=of, portal="editable") for of in ("client", "contact"))
# The parts of the page: the RPC method of each, and who may see it.
PARTS = (
    ("person", "clients.portal_person", Portal.HOME),
    ("company", "clients.portal_company", Portal.PROFILE_VIEW),
    ("account", "clients.portal_account", Portal.ACCOUNT),
)


@page(PROFILE, access=Portal.HOME, origin=PORTAL)
def portal_profile(ctx: RequestContext) -> Response:
    """The page as it is: of a client that is not active no more than one's own account."""
    parameters(ctx.request)
    return _profile(ctx)


@page(f"{PROFILE}/company", access=Portal.PROFILE_EDIT, method="POST", origin=PORTAL)
def save_company(ctx: RequestContext) -> Response:
    """Save company and address; what somebody else saved meanwhile is shown, not overwritten."""
    values = _typed(ctx, COMPANY)
    version = ctx.request.form.get("version", "")
    try:
        act(ctx, "update_portal_company", version=int(version) if version.isdecimal() else 0, **values)
    except ServiceProblem as problem:
        if problem.status == 412:
            return _profile(ctx, values, status=412, errors=_overtaken(problem), form="company")
        return _profile(ctx, values, form="company", **refused(problem, "company"))
    return redirect(PROFILE, 303)


@page(f"{PROFILE}/person", access=Portal.PERSON_EDIT, method="POST", origin=PORTAL)
def save_person(ctx: RequestContext) -> Response:
    """Save what was changed of one's own names and phone."""
    values = _typed(ctx, PERSON)
    try:
        person = ctx.call("clients.portal_person", writes=False)
        act(ctx, "update_portal_person", **changed(ctx, as_texts(person, *PERSON)))
    except ServiceProblem as problem:
        return _profile(ctx, values, form="person", **refused(problem, "first_name"))
    return redirect(PROFILE, 303)


@page(f"{PROFILE}/fields", access=Portal.PROFILE_EDIT, method="POST", origin=PORTAL)
def save_fields(ctx: RequestContext) -> Response:
    """Save the values of the fields that the client keeps itself; what somebody else saved meanwhile is shown, not
    overwritten."""
    fields = _own_fields(ctx.call("clients.portal_company", writes=False))
    values = typed_values(ctx, fields)
    new = values_to_save(ctx, fields, values)
    try:
        act(ctx, "set_portal_values", values=new, was=values_seen(ctx, fields, new))
    except ServiceProblem as problem:
        was = taken_over(ctx, _shown(fields), problem)
        refusal = {"was": was, **refused(problem, "values")}
        refusal["errors"] = [{**one, "pointer": one["pointer"].removeprefix("/values")} for one in refusal["errors"]]
        return _profile(ctx, values, form="fields", **refusal)
    return redirect(PROFILE, 303)


@page(f"{PROFILE}/password", access=Portal.ACCOUNT, method="POST", origin=PORTAL)
def change_portal_password(ctx: RequestContext) -> Response:
    """Set a new password; all sessions end, so one signs in again."""
    form = ctx.request.form
    if form.get("new_password", "") != form.get("again", ""):
        errors = [{"pointer": "/again", "code": "validation", "message": NOT_THE_SAME}]
        return _profile(ctx, status=422, errors=errors, form="password")
    try:
        act(
            ctx,
            "change_portal_password",
            current_password=form.get("current_password", ""),
            new_password=form.get("new_password", ""),
        )
    except ServiceProblem as problem:
        return _profile(ctx, form="password", **refused(problem, "current_password"))
    response = as_page(ctx, "password.html", who=None, done=True, error=None, login=LOGIN)
    cookies.end_session(response, ctx.settings, "portal")
    return response


def _profile(
    ctx: RequestContext,
    typed_in: dict | None = None,
    status: int = 200,
    errors: list | None = None,
    form: str = "",
    was: dict | None = None,
) -> Response:
    ctx.identify()
    shown = {name: (rpc, {}) for name, rpc, access in PARTS if ctx.caller.allows(access)}
    person, company, account = map(ctx.gather_as_self(**shown).get, ("person", "company", "account"))
    kept = {**person, **(company["profile"] if company else {}), **_shown(_own_fields(company))}
    return as_page(
        ctx,
        "portal/profile.html",
        status,
        person=person,
        company=company,
        account=account,
        errors=errors or [],
        form=form,
        values={**kept, **(typed_in or {})},
        was={**kept, **(was or {})},
        opened_with=drawn_with(ctx, as_texts(person, *PERSON), errors or []),
        browser=browser,
        key=lambda: secrets.token_urlsafe(24),
    )


def _typed(ctx: RequestContext, names: tuple[str, ...]) -> dict[str, str | bool]:
    """What stands in the form's fields `names`; of a flag whether it is ticked."""
    flags = {name: ctx.request.form.get(name) == "true" for name in names if name in FLAGS}
    return {**typed(ctx, *names), **flags}


def _own_fields(company: dict | None) -> list[dict]:
    """The fields that the client keeps itself."""
    return [field for field in company["fields"] if field["visibility"] == "client_edit"] if company else []


def _shown(fields: list[dict]) -> dict[str, str]:
    return {field["id"]: as_shown(field["value"]) for field in fields}


def _overtaken(problem: ServiceProblem) -> list[dict]:
    """Which of the form's fields hold something else by now; who changed them is nobody's here to know."""
    changed = [one for one in problem.extra.get("changed", []) if one["field"] in COMPANY]
    errors = [
        {
            "pointer": f"/{one['field']}",
            "code": "stale",
            "message": f"Somebody saved “{one['value'] or 'nothing'}” meanwhile. Saving again puts yours in its place.",
        }
        for one in changed
    ]
    return errors or [
        {"pointer": "/version", "code": "stale", "message": "The profile was changed meanwhile. Save again."}
    ]
