"""What staff do to services: one by one, all at once, and back."""

from werkzeug.wrappers import Response

from chassis.errors import field_problem
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
        return show(ctx, MOVE, values={}, **_around(ctx, client_id, service_id))

    @page(path, access=access, method="POST")
    def act(ctx: RequestContext, client_id: str, service_id: str) -> Response:
        around, values = _around(ctx, client_id, service_id), typed(ctx, "reason", "detail", "confirm")

        def move():
            if name == "terminate" and values["confirm"] != around["confirmation"]:
                raise field_problem("/confirm", f"Type {around['confirmation']} to confirm.")
            return ctx.call(
                f"billing.{name}_subscription",
                client_id=around["client"]["id"],
                service_id=service_id,
                reason=_reason(values),
            )

        return submit(ctx, MOVE, move, message=f"{around['service']['product']} {PAST[name]}", values=values, **around)

    def _around(ctx: RequestContext, client_id: str, service_id: str) -> dict:
        client = ctx.open_client(client_id)
        service = ctx.call("billing.get_subscription", writes=False, client_id=client["id"], service_id=service_id)
        return {
            "client": client,
            "service": service,
            "move": name,
            "confirmation": service["domain"] or service["product"],
            "back": f"/admin/clients/{client['id']}/services",
        }


_action("activate", Permission.SERVICES_PROVISION)
for _name in ("suspend", "unsuspend", "cancel", "terminate"):
    _action(_name, Permission.SERVICES_MANAGE)


def _reason(values: dict) -> str:
    """The reason chosen or typed, with the detail behind it; "Other" is no reason without one."""
    if values["reason"] == OTHER:
        if not values["detail"]:
            raise field_problem("/detail", "Say what the reason is.")
        return values["detail"]
    return ": ".join(filter(None, (values["reason"], values["detail"])))


@page("/admin/clients/<client_id>/services/suspend-all", access=Permission.SERVICES_MANAGE)
def suspend_all_form(ctx: RequestContext, client_id: str) -> Response:
    """The form, with all that would be suspended and the sticky notes."""
    return show(ctx, SUSPEND_ALL, values={}, seen=None, **_suspendable(ctx, client_id))


@page(
    "/admin/clients/<client_id>/services/suspend-all",
    access=Permission.SERVICES_MANAGE,
    method="POST",
    max_body=1024 * 1024,
)
def suspend_all(ctx: RequestContext, client_id: str) -> Response:
    """Suspend what the form listed; refused, with the list as it is now, when that has changed."""
    around, values = _suspendable(ctx, client_id), typed(ctx, "reason", "detail", "confirm")
    seen = [one for one in ctx.request.form.get("expected", "").split(",") if one]

    def act():
        if values["confirm"].lower() != f"suspend {len(seen)}":
            raise field_problem("/confirm", f"Type suspend {len(seen)} to confirm.")
        return ctx.call(
            "billing.suspend_all_subscriptions", client_id=around["client"]["id"], reason=_reason(values), expected=seen
        )

    return submit(
        ctx,
        SUSPEND_ALL,
        act,
        message=lambda done: f"{plural(done['suspended'], 'service')} suspended",
        values=values,
        seen=seen,
        **around,
    )


def _suspendable(ctx: RequestContext, client_id: str) -> dict:
    client = ctx.open_client(client_id)
    listed = ctx.call("billing.list_suspendable", writes=False, client_id=client["id"])
    return {
        "client": client,
        "listed": listed["data"],
        "states": listed["counts"],
        "back": f"/admin/clients/{client['id']}/services",
    }


@page("/admin/clients/<client_id>/services/unsuspend-all/<batch_id>", access=Permission.SERVICES_MANAGE)
def unsuspend_all_form(ctx: RequestContext, client_id: str, batch_id: str) -> Response:
    """The form, with exactly what comes back."""
    return show(ctx, UNSUSPEND_ALL, values={}, **_batch(ctx, client_id, batch_id))


@page("/admin/clients/<client_id>/services/unsuspend-all/<batch_id>", access=Permission.SERVICES_MANAGE, method="POST")
def unsuspend_all(ctx: RequestContext, client_id: str, batch_id: str) -> Response:
    """Bring it back."""
    around = _batch(ctx, client_id, batch_id)

    def act():
        return ctx.call(
            "billing.unsuspend_all_subscriptions", client_id=around["client"]["id"], batch_id=around["batch"]["id"]
        )

    return submit(
        ctx,
        UNSUSPEND_ALL,
        act,
        message=lambda done: f"{plural(done['unsuspended'], 'service')} unsuspended",
        values={},
        **around,
    )


def _batch(ctx: RequestContext, client_id: str, batch_id: str) -> dict:
    client = ctx.open_client(client_id)
    batch = ctx.call("billing.get_suspension_batch", writes=False, client_id=client["id"], batch_id=batch_id)
    return {"client": client, "batch": batch, "back": f"/admin/clients/{client['id']}/services"}
