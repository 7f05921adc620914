"""Forms that act: a dialog over the page where there is script, a page of its own where there is none.

    @page("/admin/clients/<client_id>/status", access=Permission.CLIENTS_EDIT)
    def status_form(turn, client_id):
        return show(turn, "clients/status.html", client=turn.open_client(client_id), values={})

    @page("/admin/clients/<client_id>/status", access=Permission.CLIENTS_EDIT, method="POST")
    def change_status(turn, client_id):
        client = turn.open_client(client_id)
        return submit(turn, "clients/status.html", lambda: turn.call("clients.change_client_status", …),
                      said="Status changed", back=f"/admin/clients/{client_id}", client=client, values=typed(…))

Templates extend `_dialog.html`; templates/README.md says what they are given.
"""

import json
import secrets
from collections.abc import Callable

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from gateway.http.call_errors import is_away
from gateway.http.context import RequestContext, request_id
from gateway.http.responses import as_page


def show(
    ctx: RequestContext,
    template: str,
    status: int = 200,
    *,
    values: dict,
    errors: list | None = None,
    problem: dict | None = None,
    key: str | None = None,
    back: str = "/admin/clients",
    **variables,
) -> Response:
    """The form `template`, with what was typed before (`values`) and what was wrong with it.

    `back` is where Cancel leads without script; `key` the idempotency key that the form carries, a fresh one unless
    given.
    """
    return as_page(
        ctx,
        template,
        status,
        values=values,
        errors=errors or [],
        problem=problem,
        back=back,
        idempotency_key=key or secrets.token_urlsafe(24),
        **{"refusal": {}, **variables},
    )


def submit(
    ctx: RequestContext,
    template: str,
    act: Callable[[], object],
    *,
    message: str | Callable[[object], str],
    back: str,
    moves: bool | Callable[[object], str] = False,
    values: dict,
    **variables,
) -> Response:
    """Do what the form asks for (`act`, under the form's own idempotency key) and answer.

    Done: `said` is told and the open page is drawn anew; with `moves` the page becomes `back`, or what `moves` makes of
    the answer. Refused for its values or its state (409, 412, 422), or not possible now (503, 504): the form again, as
    it was typed. Every other problem is raised.
    """

    def finished(answer) -> Response:
        target = moves(answer) if callable(moves) else back
        return done(ctx, message(answer) if callable(message) else message, target, moves=bool(moves))

    return attempt(ctx, template, act, finished, values=values, back=back, **variables)


def attempt(
    ctx: RequestContext,
    template: str,
    act: Callable[[], object],
    finished: Callable[[object], Response],
    *,
    values: dict,
    back: str,
    **variables,
) -> Response:
    """As `submit`, with an answer of its own: `finished` makes it of what `act` gave."""
    key = ctx.request.form.get("idempotency_key")
    ctx.use_key(key, required=True)
    try:
        answer = act()
    except ServiceProblem as refusal:
        return _again(ctx, template, refusal, key, values=values, back=back, **variables)
    return finished(answer)


def done(ctx: RequestContext, message: str, target: str, *, moves: bool = False) -> Response:
    """A good end: the dialog closes, `said` is told, the page is drawn anew or becomes `target`; without script
    `target`."""
    if not ctx.is_fragment:
        return redirect(target, 303)
    told = {"said": message, "path": target if moves else None}
    return Response(status=204, headers={"HX-Trigger": json.dumps({"done": told})})


def typed(ctx: RequestContext, *names: str) -> dict[str, str]:
    """What stands in the form's fields `names`, without white space around it."""
    return {name: ctx.request.form.get(name, "").strip() for name in names}


def changed(ctx: RequestContext, *names: str) -> dict[str, str]:
    """What the form says of `names` that is not as it was when the form was drawn (its hidden `was-NAME`).

    So nobody's change of one field takes back what somebody else has done to another meanwhile.
    """
    form = ctx.request.form
    values = typed(ctx, *(name for name in names if name in form))
    return {name: value for name, value in values.items() if value != form.get(f"was-{name}")}


def given(values: dict) -> dict:
    """`values` without the fields that were left empty."""
    return {name: value for name, value in values.items() if value not in ("", None)}


def _again(ctx: RequestContext, template: str, refusal: ServiceProblem, key: str, **variables) -> Response:
    """The refused form. What may have been done keeps its key, so that sending it again never does it twice."""
    if refusal.status not in (409, 412, 422) and not is_away(refusal):
        raise refusal
    problem = (
        None
        if refusal.errors
        else {
            "title": refusal.title,
            "detail": refusal.detail,
            "away": is_away(refusal),
            "request_id": request_id(ctx.request),
        }
    )
    return show(
        ctx,
        template,
        refusal.status,
        errors=refusal.errors,
        problem=problem,
        refusal=refusal.extra,
        key=key if is_away(refusal) else None,
        **variables,
    )
