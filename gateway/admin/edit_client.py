"""Edit a client: the form of its profile, and the dialog of its tags."""

from collections.abc import Callable
from functools import cache

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.composition.client_record import choices
from gateway.http.context import RequestContext
from gateway.http.forms import show, submit, typed, version_of
from gateway.http.routing import page
from gateway.ui.profile_fields import FLAGS, TEXTS

FORM, TAGS = "clients/edit.html", "clients/tags.html"


@page("/admin/clients/<client_id>/edit", access=Permission.CLIENTS_EDIT)
def edit_form(ctx: RequestContext, client_id: str) -> Response:
    """The profile as it is now."""
    client = ctx.open_client(client_id)
    group = client["group"] and client["group"]["id"]
    values = {**client["profile"], "group_id": group or "", "version": client["version"]}
    return show(ctx, FORM, client=client, values=values, back=f"/admin/clients/{client['id']}", **choices(ctx, values))


@page("/admin/clients/<client_id>/edit", access=Permission.CLIENTS_EDIT, method="POST")
def edit_client(ctx: RequestContext, client_id: str) -> Response:
    """Save what was changed, or show the form again; a stale one with what somebody else saved meanwhile."""
    client = ctx.open_client(client_id)
    values = {
        **typed(ctx, *TEXTS, "group_id", "version"),
        **{name: ctx.request.form.get(name) == "true" for name in (*FLAGS, "allow_duplicate_email")},
    }
    context = cache(lambda: {"client": client, **choices(ctx, values)})
    return submit(
        ctx,
        FORM,
        lambda: _save(ctx, client["id"], values, context),
        message="Profile saved",
        back=f"/admin/clients/{client['id']}",
        values=values,
        context=context,
    )


def _save(ctx: RequestContext, client_id: str, values: dict, context: Callable[[], dict]) -> None:
    given = {**values, "version": version_of(values), "group_id": values["group_id"] or None}
    try:
        ctx.call("clients.update_client", client_id=client_id, **given)
    except ServiceProblem as problem:
        if "changed" in problem.extra:
            _take_over(values, problem, {group["id"]: group["name"] for group in context()["groups"]})
        raise


def _take_over(values: dict, problem: ServiceProblem, groups: dict[str, str]) -> None:
    """Put what others saved into the fields that were left alone; where both typed, the error names it. Saving again
    is then meant."""
    values["version"] = problem.extra["version"]
    for error, changed in zip(problem.errors, problem.extra["changed"], strict=True):
        field, now = changed["field"], changed["value"]
        shown = (groups.get(now) if field == "group_id" else "yes" if now is True else now) or "nothing"
        left_alone = values[field] == ("" if changed["was"] is None else changed["was"])
        if left_alone:
            values[field] = "" if now is None else now
        error["message"] = f"{changed['by'] or 'Somebody'} saved “{shown}” meanwhile. " + (
            "It stands here now." if left_alone else "Saving again puts yours in its place."
        )


@page("/admin/clients/<client_id>/tags", access=Permission.CLIENTS_EDIT)
def tags_form(ctx: RequestContext, client_id: str) -> Response:
    """All tags, the client's ones checked."""
    client = ctx.open_client(client_id)
    chosen = [tag["id"] for tag in client["tags"]]
    return show(
        ctx,
        TAGS,
        client=client,
        chosen=chosen,
        was=chosen,
        tags=ctx.call("clients.list_tags")["data"],
        back=f"/admin/clients/{client['id']}",
    )


@page("/admin/clients/<client_id>/tags", access=Permission.CLIENTS_EDIT, method="POST")
def set_tags(ctx: RequestContext, client_id: str) -> Response:
    """Add the tags that were checked, and take away those that no longer are; what others changed meanwhile stays."""
    client = ctx.open_client(client_id)
    given = {name: ctx.request.form.getlist(name) for name in ("tags", "was")}

    def context() -> dict:
        tags = ctx.call("clients.list_tags", writes=False)["data"]
        return {"client": client, "chosen": given["tags"], "was": given["was"], "tags": tags}

    return submit(
        ctx,
        TAGS,
        lambda: ctx.call("clients.set_client_tags", client_id=client["id"], **given),
        message="Tags saved",
        back=f"/admin/clients/{client['id']}",
        context=context,
    )
