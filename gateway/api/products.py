"""/api/v1/products: the catalogue."""

from werkzeug.wrappers import Response

from chassis.permissions import Access, Permission
from gateway.answers import as_json
from gateway.body import json_fields
from gateway.query import expected_version
from gateway.routing import api
from gateway.turn import Turn


@api("/products", access=Access.SIGNED_IN, gives="Products")
def list_products(turn: Turn) -> Response:
    """All products by name, with their prices; for who may see the settings or take orders."""
    return as_json(turn.call("billing.list_products"))


@api("/products", access=Permission.SETTINGS_EDIT, method="POST", door="billing.create_product", gives="Product", status=201)
def create_product(turn: Turn) -> Response:
    """Add a product; answers 201 with it."""
    made = turn.call("billing.create_product", **json_fields(turn.request))
    return _product(made, 201, Location=f"/api/v1/products/{made['id']}")


@api("/products/<product_id>", access=Permission.SETTINGS_VIEW, gives="Product")
def get_product(turn: Turn, product_id: str) -> Response:
    """One product, with its ETag."""
    return _product(turn.call("billing.get_product", product_id=product_id))


@api("/products/<product_id>", access=Permission.SETTINGS_EDIT, method="PATCH", door="billing.update_product",
     if_match="required", gives="Product")
def update_product(turn: Turn, product_id: str) -> Response:
    """Change a product; `prices` replaces all of them. Needs If-Match; answers the product."""
    version = expected_version(turn.request)
    return _product(turn.call("billing.update_product",
                              **json_fields(turn.request, product_id=product_id, version=version)))


def _product(product: dict, status: int = 200, **headers) -> Response:
    shown = {name: value for name, value in product.items() if name != "version"}
    return as_json(shown, status, ETag=f'"{product["version"]}"', **headers)
