"""Billing account: /api/v1/clients/{id}/billing, its currency and address, with an ETag of its own."""

from chassis.permissions import Permission
from gateway.api.forwarding import forward

BILLING = "/clients/<client_id>/billing"
HIDDEN = ("currency_locked", "version")

forward(
    BILLING,
    "billing.get_billing",
    summary="The billing account: currency and address, with an ETag of its own",
    access=Permission.CLIENTS_VIEW,
    hide=HIDDEN,
    response="Billing",
)
forward(
    BILLING,
    "billing.update_billing",
    summary="Change what is given, of the version that If-Match names",
    access=Permission.CLIENTS_EDIT,
    method="PATCH",
    if_match="required",
    hide=HIDDEN,
    response="Billing",
)
