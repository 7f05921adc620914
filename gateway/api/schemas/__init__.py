"""Response schemas of the API by name, as JSON Schema: the components of openapi.json.

A test compares them with the responses, in both directions.
"""

from gateway.api.schemas import (
    activity,
    billing,
    clients,
    common,
    events,
    impersonations,
    listings,
    staff,
    system,
    tickets,
    views,
    webhooks,
)
from gateway.api.schemas.values import FILE, ID, maybe, one_of

__all__ = ["ETAGGED", "FILE", "ID", "SCHEMAS", "maybe", "one_of"]

SCHEMAS = {
    name: schema
    for module in (
        common,
        clients,
        billing,
        listings,
        staff,
        impersonations,
        tickets,
        activity,
        events,
        views,
        webhooks,
        system,
    )
    for name, schema in module.SCHEMAS.items()
}

# Responses with an ETag, which a change of the same resource takes in If-Match.
ETAGGED = {"Billing", "Client", "Invoice", "Product", "Staff", "StaffRecord"}
