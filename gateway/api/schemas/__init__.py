"""What the API answers with, shape by shape, as JSON Schema: the components of openapi.json.

A test compares them with what is answered, in both directions.
"""

from gateway.api.schemas import billing, clients, common, staff
from gateway.api.schemas.values import FILE, ID, maybe, one_of

__all__ = ["ETAGGED", "FILE", "ID", "SHAPES", "maybe", "one_of"]

SHAPES = {**common.SHAPES, **clients.SHAPES, **billing.SHAPES, **staff.SHAPES}

# Answers that come with an ETag: what changes of them asks for it in If-Match.
ETAGGED = {"Billing", "Client", "Invoice", "Product", "Staff", "StaffRecord"}
