"""Credits: /api/v1/clients/{id}/credits, credit given and entries reversed. Each write needs an Idempotency-Key."""

from chassis.permissions import Permission
from gateway.api.forwarding import forward

CREDITS = "/clients/<client_id>/credits"

forward(
    CREDITS,
    "billing.add_credit",
    summary="Give credit; answers 201 with the entry of the ledger",
    access=Permission.CREDITS_ADD,
    method="POST",
    needs_key=True,
    response="Credit",
    status=201,
)
forward(
    f"{CREDITS}/<entry_id>/reverse",
    "billing.reverse_credit",
    summary="Take an entry back by a new one; answers 201 with that one",
    access=Permission.CREDITS_ADD,
    method="POST",
    needs_key=True,
    response="Credit",
    status=201,
)
