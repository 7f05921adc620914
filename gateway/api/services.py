"""Services: /api/v1/clients/{id}/services, one service, what staff do to it, and to all of them at once."""

from chassis.permissions import Permission
from gateway.api.forwarding import forward
from gateway.http.context import BATCH_SECONDS

SERVICES = "/clients/<client_id>/services"
SERVICE = f"{SERVICES}/<service_id>"

forward(
    SERVICE,
    "billing.get_subscription",
    summary="One service, with what stopped it; `order` and `invoices` are null for who may not view these",
    access=Permission.SERVICES_VIEW,
    response="ServiceRecord",
)


def _action(name: str, access: Permission = Permission.SERVICES_MANAGE) -> None:
    """`POST …/{name}` `{reason}`; answers the service."""
    forward(
        f"{SERVICE}/{name}",
        f"billing.{name}_subscription",
        summary=f"{name.capitalize()} the service; answers it",
        access=access,
        method="POST",
        response="Service",
    )


_action("activate", Permission.SERVICES_PROVISION)
_action("suspend")
_action("unsuspend")
_action("cancel")
_action("terminate")

forward(
    f"{SERVICES}/suspend-all",
    "billing.list_suspendable",
    summary="How many services there are in each state, and the `version` of the active ones to suspend all with",
    access=Permission.SERVICES_VIEW,
    response="Suspendable",
    hide=("data",),
)
forward(
    f"{SERVICES}/suspend-all",
    "billing.suspend_all_subscriptions",
    summary="Suspend every active service; 409 `list-changed`, with `services` and `version` as they are, when they are "
    "not those `expected`, or have another `version`",
    access=Permission.SERVICES_MANAGE,
    method="POST",
    seconds=BATCH_SECONDS,
    needs_key=True,
    response="Suspended",
)
forward(
    f"{SERVICES}/unsuspend-all",
    "billing.unsuspend_all_subscriptions",
    summary="Bring back exactly what one Suspend All still holds",
    access=Permission.SERVICES_MANAGE,
    method="POST",
    seconds=BATCH_SECONDS,
    response="Unsuspended",
)
