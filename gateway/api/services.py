"""/api/v1/clients/{id}/services: one service, what staff do to it, and to all of them at once."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.responses import as_json
from gateway.http.routing import api

SERVICE = "/clients/<client_id>/services/<service_id>"


@api(SERVICE, access=Permission.SERVICES_VIEW, response="Service")
def get_service(ctx: RequestContext, client_id: str, service_id: str) -> Response:
    """One service."""
    client = ctx.open_client(client_id)
    return as_json(ctx.call("billing.get_subscription", client_id=client["id"], service_id=service_id))


def _action(name: str, access: Permission) -> None:
    """`POST …/services/{sid}/NAME` `{reason}`; answers the service."""
    rpc = f"billing.{name}_subscription"

    def act(ctx: RequestContext, client_id: str, service_id: str) -> Response:
        client = ctx.open_client(client_id)
        return as_json(ctx.call(rpc, **json_fields(ctx.request, client_id=client["id"], service_id=service_id)))

    act.__doc__ = f"{name.capitalize()} the service; answers it."
    api(f"{SERVICE}/{name}", access=access, method="POST", rpc=rpc, response="Service")(act)


_action("activate", Permission.SERVICES_PROVISION)
for _name in ("suspend", "unsuspend", "cancel", "terminate"):
    _action(_name, Permission.SERVICES_MANAGE)


@api(
    "/clients/<client_id>/services/suspend-all",
    access=Permission.SERVICES_MANAGE,
    method="POST",
    needs_key=True,
    rpc="billing.suspend_all_subscriptions",
    response="Suspended",
)
def suspend_all(ctx: RequestContext, client_id: str) -> Response:
    """Suspend every active service; 409 `list-changed`, with `services` as they are, when they are not those
    `expected`."""
    client = ctx.open_client(client_id)
    return as_json(ctx.call("billing.suspend_all_subscriptions", **json_fields(ctx.request, client_id=client["id"])))


@api(
    "/clients/<client_id>/services/unsuspend-all",
    access=Permission.SERVICES_MANAGE,
    method="POST",
    rpc="billing.unsuspend_all_subscriptions",
    response="Unsuspended",
)
def unsuspend_all(ctx: RequestContext, client_id: str) -> Response:
    """Bring back exactly what one Suspend All still holds."""
    client = ctx.open_client(client_id)
    return as_json(ctx.call("billing.unsuspend_all_subscriptions", **json_fields(ctx.request, client_id=client["id"])))
