"""/api/v1/products: the catalogue."""

from werkzeug.wrappers import Response

from chassis.permissions import Access, Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.query import expected_version, parameters
from gateway.routing import api
from gateway.turn import Turn


@api("/products", access=Access.SIGNED_IN)
def list_products(turn: Turn) -> Response:
    """All products by name, with their prices; for who may see the settings or take orders."""
    parameters(turn.request)
    return as_json(turn.call("billing.list_products"))


@api("/products", access=Permission.SETTINGS_EDIT, method="POST")
def create_product(turn: Turn) -> Response:
    """Add a product; answers 201 with it."""
    parameters(turn.request)
    made = turn.call("billing.create_product", **json_fields(turn.request))
    return _product(made, 201, Location=f"/api/v1/products/{made['id']}")


@api("/products/<product_id>", access=Permission.SETTINGS_VIEW)
def get_product(turn: Turn, product_id: str) -> Response:
    """One product, with its ETag."""
    parameters(turn.request)
    return _product(turn.call("billing.get_product", product_id=product_id))


@api("/products/<product_id>", access=Permission.SETTINGS_EDIT, method="PATCH")
def update_product(turn: Turn, product_id: str) -> Response:
    """Change a product; `prices` replaces all of them. Needs If-Match; answers the product."""
    parameters(turn.request)
    version = expected_version(turn.request)
    return _product(turn.call("billing.update_product",
                              **json_fields(turn.request, product_id=product_id, version=version)))


def _product(product: dict, status: int = 200, **headers) -> Response:
    shown = {name: value for name, value in product.items() if name != "version"}
    return as_json(shown, status, ETag=f'"{product["version"]}"', **headers)
