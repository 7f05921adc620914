"""Forms that act: a dialog over the page where there is script, a page of its own where there is none.

    @page("/admin/clients/<client_id>/status", access=Permission.CLIENTS_EDIT)
    def status_form(ctx, client_id):
        client = ctx.open_client(client_id)
        return show(ctx, "clients/status.html", back=…, client=client)

    @page("/admin/clients/<client_id>/status", access=Permission.CLIENTS_EDIT, method="POST")
    def change_status(ctx, client_id):
        client = ctx.open_client(client_id)
        return submit(ctx, "clients/status.html", lambda: ctx.call("clients.change_client_status", …),
                      message="Status changed", back=…, values=typed(…), context=lambda: {"client": client})

Templates extend `_dialog.html`; gateway/templates/README.md lists their variables.
"""

import json
import secrets
from collections.abc import Callable

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.http.access_log import request_id
from gateway.http.call_errors import is_away
from gateway.http.context import RequestContext, UnreadClient
from gateway.http.cookies import leave_notice
from gateway.http.responses import as_page

Context = Callable[[], dict]

CONFIRM, RESEND = "clients/confirm.html", "errors/resend.html"
OWN_FIELDS = ("csrf_token", "idempotency_key")  # of each form, drawn anew with it


def show(
    ctx: RequestContext,
    template: str,
    status: int = 200,
    *,
    values: dict | None = None,
    errors: list | None = None,
    problem: dict | None = None,
    key: str | None = None,
    back: str = "/admin/clients",
    **variables,
) -> Response:
    """The form `template`, with what was typed before (`values`) and what was wrong with it.

    `back` is where Cancel leads without script; `key` the idempotency key that the form carries, a fresh one unless
    given; `opened_with`, of the variables, what the item's fields hold (`as_texts`), for `changed`.
    """
    return as_page(
        ctx,
        template,
        status,
        values=values or {},
        errors=errors or [],
        problem=problem,
        back=back,
        idempotency_key=key or secrets.token_urlsafe(24),
        **{"refusal": {}, "opened_with": {}, **variables},
    )


def submit(
    ctx: RequestContext,
    template: str,
    act: Callable[[], object],
    *,
    message: str | Callable[[object], str],
    back: str,
    moves: bool | Callable[[object], str] = False,
    offer: Callable[[object], tuple[str, str]] | None = None,
    values: dict | None = None,
    context: Context = dict,
) -> Response:
    """Do what the form asks for (`act`, under the form's own idempotency key) and answer.

    Done: the page shows `message` and is drawn anew; with `moves` it becomes `back`, or what `moves` makes of the
    answer. `offer` makes of it the link beside the message: its text and the address of a form. Refused for its values
    or its state (409, 412, 422), by a limit (429), or not possible now (503, 504): the form again, as it was typed, with
    the variables that `context` fetches for it then and only then. Every other problem is raised.
    """

    def finished(answer) -> Response:
        target = moves(answer) if callable(moves) else back
        text = message(answer) if callable(message) else message
        return done(ctx, text, target, moves=bool(moves), offer=offer(answer) if offer else None)

    return attempt(ctx, template, act, finished, values=values, back=back, context=context)


def attempt(
    ctx: RequestContext,
    template: str,
    act: Callable[[], object],
    finished: Callable[[object], Response],
    *,
    values: dict | None = None,
    back: str,
    context: Context = dict,
) -> Response:
    """As `submit`, with an answer of its own: `finished` makes it of what `act` gave."""
    ctx.use_key(ctx.request.form.get("idempotency_key"), required=True)
    try:
        answer = act()
    except ServiceProblem as refusal:
        if refusal.status not in (409, 412, 422, 429) and not is_away(refusal):
            raise
        return _again(ctx, template, refusal, context, values=values, back=back)
    return finished(answer)


def confirm(ctx: RequestContext, question: dict, **variables) -> Response:
    """The dialog that asks for no more than a yes: `question` has its `heading`, `text`, `button`, and `harms` where
    something is taken away."""
    return show(ctx, CONFIRM, question=question, **variables)


def done(
    ctx: RequestContext, message: str, target: str, *, moves: bool = False, offer: tuple[str, str] | None = None
) -> Response:
    """The answer to a form that was carried out: the dialog closes, `message` is shown, the page is drawn anew or
    becomes `target`. A form on a page of its own leads to `target`, which shows the message."""
    if not ctx.is_fragment:
        response = redirect(target, 303)
        leave_notice(response, message, ctx.settings)
        return response
    event = {"message": message, "path": target if moves else None, "offer": offer}
    return Response(status=204, headers={"HX-Trigger": json.dumps({"done": event})})


def typed(ctx: RequestContext, *names: str) -> dict[str, str]:
    """What stands in the form's fields `names`, without white space around it."""
    return {name: ctx.request.form.get(name, "").strip() for name in names}


def typed_lines(ctx: RequestContext, *names: str) -> dict[str, str]:
    """The same for fields of several lines, which browsers end with CR LF."""
    return {name: value.replace("\r\n", "\n") for name, value in typed(ctx, *names).items()}


def as_texts(item: dict, *names: str) -> dict[str, str]:
    """The fields `names` of an item as its form holds them: of a list a line each, of a switch "true" or nothing."""
    return {name: _as_text(item[name]) for name in names}


def changed(
    ctx: RequestContext, present: dict[str, str], typed_in: dict | None = None, shown: dict | None = None
) -> dict[str, str]:
    """Those fields of the form that are not as they were when it was drawn (its hidden `was-NAME`); `present` is what
    they hold now, `typed_in` what was typed, where that is not simply the field's text.

    So nobody's change of one field takes back what somebody else has done to another meanwhile. Raises 409 that names
    each field which somebody else has changed too, and says what it holds, in the words of `shown` where it has some.
    """
    form = ctx.request.form
    names = [name for name in present if name in form or form.get(f"was-{name}") == "true"]  # a switch that was cleared
    values, was = typed_in or typed_lines(ctx, *names), drawn_with(ctx, present)
    new = {name: values[name] for name in names if values[name] != was[name]}
    overtaken = {name: present[name] for name in new if present[name] not in (was[name], new[name])}
    if overtaken:
        errors = [_overtaken(name, (shown or {}).get(name, now)) for name, now in overtaken.items()]
        raise ServiceProblem("invalid-state", "Somebody else changed this after you had opened it.", errors)
    return new


def drawn_with(ctx: RequestContext, present: dict[str, str], errors: list = ()) -> dict[str, str]:
    """What the fields held when the form was drawn that was sent; `present` where it does not say so, and where one of
    `errors` has told what a field holds by now."""
    known = {error["pointer"].lstrip("/") for error in errors if error["code"] == "stale"}
    was = {name: ctx.request.form.get(f"was-{name}", now) for name, now in present.items() if name not in known}
    return {**present, **{name: text.replace("\r\n", "\n") for name, text in was.items()}}


def given(values: dict) -> dict:
    """`values` without the fields that were left empty."""
    return {name: value for name, value in values.items() if value not in ("", None)}


def version_of(values: dict) -> int:
    """The version that the form was drawn with, as its hidden field `version` has it; 0 where that is no number."""
    return int(values["version"]) if values["version"].isdecimal() else 0


def _again(ctx: RequestContext, template: str, refusal: ServiceProblem, context: Context, **variables) -> Response:
    """The refused form. While its variables cannot be had, what was sent is kept to be sent again."""
    ctx.renew_deadline()
    try:
        variables |= context()
        variables["opened_with"] = drawn_with(ctx, variables.get("opened_with", {}), refusal.errors)
        if isinstance(client := variables.get("client"), UnreadClient):
            client.read()
    except ServiceProblem as problem:
        if not is_away(problem):
            raise
        template, refusal = RESEND, refusal if is_away(refusal) else problem
        variables |= {"sent": [field for field in ctx.request.form.items(multi=True) if field[0] not in OWN_FIELDS]}
    response = show(ctx, template, refusal.status, **_refused(ctx, refusal), **variables)
    return with_retry_after(response, refusal)


def _as_text(value) -> str:
    return "\n".join(value) if isinstance(value, list) else "true" if value is True else str(value or "")


def _overtaken(name: str, now: str) -> dict:
    saved = {"true": "yes", "": "nothing"}.get(now, now)
    message = f"Somebody saved “{saved}” meanwhile. Saving again puts yours in its place."
    return {"pointer": f"/{name}", "code": "stale", "message": message}


def with_retry_after(response: Response, refusal: ServiceProblem) -> Response:
    """The page of a refusal with the seconds after which it is worth while to try again, where there are such."""
    if "retry_after" in refusal.extra:
        response.headers["Retry-After"] = str(refusal.extra["retry_after"])
    return response


def _refused(ctx: RequestContext, refusal: ServiceProblem) -> dict:
    """A refusal as variables of the form. What may have been done keeps its key, so that sending it again never does
    it twice."""
    away = is_away(refusal)
    problem = {
        "title": refusal.title,
        "detail": refusal.detail,
        "away": away,
        "request_id": request_id(ctx.request),
    }
    return {
        "errors": refusal.errors,
        "problem": None if refusal.errors else problem,
        "refusal": refusal.extra,
        "key": ctx.request.form["idempotency_key"] if away else None,
    }
