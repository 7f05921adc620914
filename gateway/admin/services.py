"""Services of a client: moved one by one, suspended all at once, and brought back."""

from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.forms import show, submit, typed
from gateway.http.routing import page
from gateway.ui.formatting import plural

MOVE, SUSPEND_ALL, UNSUSPEND_ALL = "clients/service_move.html", "clients/suspend_all.html", "clients/unsuspend_all.html"
PAST = {
    "activate": "activated",
    "suspend": "suspended",
    "unsuspend": "unsuspended",
    "cancel": "cancelled",
    "terminate": "terminated",
}
OTHER = "Other"


def _action(name: str, access: Permission) -> None:
    """The form behind one button of a row, `…/services/{sid}/NAME`."""
    path = f"/admin/clients/<client_id>/services/<service_id>/{name}"

    @page(path, access=access)
    def form(ctx: RequestContext, client_id: str, service_id: str) -> Response:
        client = ctx.open_client(client_id)
        return show(ctx, MOVE, back=_services(client), **_context(ctx, client, service_id, name))

    @page(path, access=access, method="POST")
    def act(ctx: RequestContext, client_id: str, service_id: str) -> Response:
        client, values = ctx.open_client(client_id), typed(ctx, "reason", "detail", "confirm")
        which = {"client_id": client["id"], "service_id": service_id}

        def move():
            asked = _context(ctx, client, service_id, name)["confirmation"] if name == "terminate" else None
            return ctx.call(f"billing.{name}_subscription", **which, reason=_reason(values, values["confirm"], asked))

        return submit(
            ctx,
            MOVE,
            move,
            message=lambda service: f"{service['product']} {PAST[name]}",
            offer=(lambda service: ("Undo", f"{_services(client)}/{service['id']}/unsuspend"))
            if name == "suspend"
            else None,
            back=_services(client),
            values=values,
            context=lambda: _context(ctx, client, service_id, name),
        )


def _context(ctx: RequestContext, client: dict, service_id: str, move: str) -> dict:
    service = ctx.call("billing.get_subscription", writes=False, client_id=client["id"], service_id=service_id)
    confirmation = service["domain"] or service["product"]
    return {"client": client, "service": service, "move": move, "confirmation": confirmation}


def _services(client: dict) -> str:
    return f"/admin/clients/{client['id']}/services"


_action("activate", Permission.SERVICES_PROVISION)
for _name in ("suspend", "unsuspend", "cancel", "terminate"):
    _action(_name, Permission.SERVICES_MANAGE)


def _reason(values: dict, typed: str = "", asked: str | None = None) -> str:
    """The reason chosen or typed, with the detail behind it; "Other" is no reason without one. Where `asked` has to be
    typed, it was. Raises `validation` with all that is wrong."""
    faults = []
    if not values["reason"]:
        faults.append(("/reason", "Say what the reason is."))
    elif values["reason"] == OTHER and not values["detail"]:
        faults.append(("/detail", "Say what the reason is."))
    if asked is not None and typed != asked:
        faults.append(("/confirm", f"Type {asked} to confirm."))
    if faults:
        errors = [{"pointer": pointer, "code": "validation", "message": message} for pointer, message in faults]
        raise ServiceProblem("validation", " ".join(message for _, message in faults), errors)
    given = (values["detail"],) if values["reason"] == OTHER else (values["reason"], values["detail"])
    return ": ".join(filter(None, given))


@page("/admin/clients/<client_id>/services/suspend-all", access=Permission.SERVICES_MANAGE)
def suspend_all_form(ctx: RequestContext, client_id: str) -> Response:
    """The form, with all that would be suspended and the sticky notes."""
    client = ctx.open_client(client_id)
    return show(ctx, SUSPEND_ALL, back=_services(client), **_suspend_all_context(ctx, client, None))


@page(
    "/admin/clients/<client_id>/services/suspend-all",
    access=Permission.SERVICES_MANAGE,
    method="POST",
)
def suspend_all(ctx: RequestContext, client_id: str) -> Response:
    """Suspend what the form listed; refused, with the list as it is now, when that has changed."""
    client, values = ctx.open_client(client_id), typed(ctx, "reason", "detail", "confirm")
    seen = [one for one in ctx.request.form.get("expected", "").split(",") if one]

    def act():
        reason = _reason(values, values["confirm"].lower(), f"suspend {len(seen)}")
        return ctx.call("billing.suspend_all_subscriptions", client_id=client["id"], reason=reason, expected=seen)

    return submit(
        ctx,
        SUSPEND_ALL,
        act,
        message=lambda done: f"{plural(done['suspended'], 'service')} suspended",
        offer=lambda done: ("Undo", f"{_services(client)}/unsuspend-all/{done['batch_id']}"),
        back=_services(client),
        values=values,
        context=lambda: _suspend_all_context(ctx, client, seen),
    )


def _suspend_all_context(ctx: RequestContext, client: dict, seen: list[str] | None) -> dict:
    listed = ctx.call("billing.list_suspendable", writes=False, client_id=client["id"])
    return {"client": client, "listed": listed["data"], "states": listed["counts"], "seen": seen}


@page("/admin/clients/<client_id>/services/unsuspend-all/<batch_id>", access=Permission.SERVICES_MANAGE)
def unsuspend_all_form(ctx: RequestContext, client_id: str, batch_id: str) -> Response:
    """The form, with exactly what comes back."""
    client = ctx.open_client(client_id)
    return show(ctx, UNSUSPEND_ALL, back=_services(client), **_unsuspend_all_context(ctx, client, batch_id))


@page("/admin/clients/<client_id>/services/unsuspend-all/<batch_id>", access=Permission.SERVICES_MANAGE, method="POST")
def unsuspend_all(ctx: RequestContext, client_id: str, batch_id: str) -> Response:
    """Bring it back."""
    client = ctx.open_client(client_id)
    return submit(
        ctx,
        UNSUSPEND_ALL,
        lambda: ctx.call("billing.unsuspend_all_subscriptions", client_id=client["id"], batch_id=batch_id),
        message=lambda done: f"{plural(done['unsuspended'], 'service')} unsuspended",
        back=_services(client),
        context=lambda: _unsuspend_all_context(ctx, client, batch_id),
    )


def _unsuspend_all_context(ctx: RequestContext, client: dict, batch_id: str) -> dict:
    batch = ctx.call("billing.get_suspension_batch", writes=False, client_id=client["id"], batch_id=batch_id)
    return {"client": client, "batch": batch}
