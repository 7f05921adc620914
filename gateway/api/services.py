"""/api/v1/clients/{id}/services: one service, what staff do to it, and to all of them at once."""

from werkzeug.wrappers import Response

from chassis.permissions import Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.routing import api
from gateway.turn import Turn

SERVICE = "/clients/<client_id>/services/<service_id>"


@api(SERVICE, access=Permission.SERVICES_VIEW, gives="Service")
def get_service(turn: Turn, client_id: str, service_id: str) -> Response:
    """One service."""
    client = turn.open_client(client_id)
    return as_json(turn.call("billing.get_service", client_id=client["id"], service_id=service_id))


def _action(name: str, access: Permission) -> None:
    """`POST …/services/{sid}/NAME` `{reason}`; answers the service."""
    door = f"billing.{name}_service"

    def act(turn: Turn, client_id: str, service_id: str) -> Response:
        client = turn.open_client(client_id)
        return as_json(turn.call(door, **json_fields(turn.request, client_id=client["id"], service_id=service_id)))

    act.__doc__ = f"{name.capitalize()} the service; answers it."
    api(f"{SERVICE}/{name}", access=access, method="POST", door=door, gives="Service")(act)


_action("activate", Permission.SERVICES_PROVISION)
for _name in ("suspend", "unsuspend", "cancel", "terminate"):
    _action(_name, Permission.SERVICES_MANAGE)


@api("/clients/<client_id>/services/suspend-all", access=Permission.SERVICES_MANAGE, method="POST", needs_key=True,
     door="billing.suspend_all_services", gives="Suspended")
def suspend_all(turn: Turn, client_id: str) -> Response:
    """Suspend every active service; 409 `list-changed`, with `services` as they are, when they are not those `expected`."""
    client = turn.open_client(client_id)
    return as_json(turn.call("billing.suspend_all_services", **json_fields(turn.request, client_id=client["id"])))


@api("/clients/<client_id>/services/unsuspend-all", access=Permission.SERVICES_MANAGE, method="POST",
     door="billing.unsuspend_all_services", gives="Unsuspended")
def unsuspend_all(turn: Turn, client_id: str) -> Response:
    """Bring back exactly what one Suspend All still holds."""
    client = turn.open_client(client_id)
    return as_json(turn.call("billing.unsuspend_all_services", **json_fields(turn.request, client_id=client["id"])))
