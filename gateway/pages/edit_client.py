"""Edit a client: the form of its profile, and the dialog of its tags."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.compose import choices
from gateway.dialogs import show, submit, typed
from gateway.routing import page
from gateway.turn import Turn

TEXTS = ("first_name", "last_name", "company", "email", "phone", "language", "address1", "address2", "city", "state",
         "postcode", "country", "tax_id")
FORM, TAGS = "clients/edit.html", "clients/tags.html"


@page("/admin/clients/<client_id>/edit", access=Permission.CLIENTS_EDIT)
def edit_form(turn: Turn, client_id: str) -> Response:
    """The profile as it is now."""
    client = turn.open_client(client_id)
    group = client["group"] and client["group"]["id"]
    values = {**client["profile"], "group_id": group or "", "version": client["version"]}
    return show(turn, FORM, client=client, values=values, back=f"/admin/clients/{client['id']}", **choices(turn, values))


@page("/admin/clients/<client_id>/edit", access=Permission.CLIENTS_EDIT, method="POST")
def edit_client(turn: Turn, client_id: str) -> Response:
    """Save what was changed, or show the form again; a stale one with what somebody else saved meanwhile."""
    client = turn.open_client(client_id)
    values = {**typed(turn, *TEXTS, "group_id", "version"),
              **{name: turn.request.form.get(name) == "true" for name in ("tax_exempt", "allow_duplicate_email")}}
    known = choices(turn, values)
    return submit(turn, FORM, lambda: _save(turn, client["id"], values, known["groups"]), said="Profile saved",
                  back=f"/admin/clients/{client['id']}", client=client, values=values, **known)


def _save(turn: Turn, client_id: str, values: dict, groups: list[dict]) -> None:
    version = int(values["version"]) if values["version"].isdecimal() else 0
    given = {**values, "version": version, "group_id": values["group_id"] or None}
    try:
        turn.call("clients.update_client", client_id=client_id, **given)
    except ServiceProblem as problem:
        if "changed" in problem.extra:
            _take_over(values, problem, {group["id"]: group["name"] for group in groups})
        raise


def _take_over(values: dict, problem: ServiceProblem, groups: dict[str, str]) -> None:
    """Put what others saved into the fields that were left alone; where both typed, say so. Saving again then is meant."""
    values["version"] = problem.extra["version"]
    for error, changed in zip(problem.errors, problem.extra["changed"], strict=True):
        field, now = changed["field"], changed["value"]
        shown = (groups.get(now) if field == "group_id" else "yes" if now is True else now) or "nothing"
        left_alone = values[field] == ("" if changed["was"] is None else changed["was"])
        if left_alone:
            values[field] = "" if now is None else now
        error["message"] = f"{changed['by'] or 'Somebody'} saved “{shown}” meanwhile. " + (
            "It stands here now." if left_alone else "Saving again puts yours in its place.")


@page("/admin/clients/<client_id>/tags", access=Permission.CLIENTS_EDIT)
def tags_form(turn: Turn, client_id: str) -> Response:
    """All tags, the client's ones checked."""
    client = turn.open_client(client_id)
    return show(turn, TAGS, client=client, values={}, chosen=[tag["id"] for tag in client["tags"]],
                tags=turn.call("clients.list_tags")["data"], back=f"/admin/clients/{client['id']}")


@page("/admin/clients/<client_id>/tags", access=Permission.CLIENTS_EDIT, method="POST")
def set_tags(turn: Turn, client_id: str) -> Response:
    """Give the client the tags that are checked."""
    client = turn.open_client(client_id)
    chosen = turn.request.form.getlist("tags")
    known = turn.call("clients.list_tags", writes=False)["data"]
    return submit(turn, TAGS, lambda: turn.call("clients.set_client_tags", client_id=client["id"], tags=chosen),
                  said="Tags saved", back=f"/admin/clients/{client['id']}", client=client, values={}, tags=known, chosen=chosen)
