"""/api/v1/products: the catalogue."""

from werkzeug.wrappers import Response

from chassis.permissions import Access, Permission
from gateway.http.context import RequestContext
from gateway.http.json_body import json_fields
from gateway.http.query_params import expected_version
from gateway.http.responses import as_json
from gateway.http.routing import api


@api("/products", access=Access.SIGNED_IN, response="Products")
def list_products(ctx: RequestContext) -> Response:
    """All products by name, with their prices; for who may see the settings or take orders."""
    return as_json(ctx.call("billing.list_products"))


@api(
    "/products",
    access=Permission.SETTINGS_EDIT,
    method="POST",
    rpc="billing.create_product",
    response="Product",
    status=201,
)
def create_product(ctx: RequestContext) -> Response:
    """Add a product; answers 201 with it."""
    made = ctx.call("billing.create_product", **json_fields(ctx.request))
    return _product(made, 201, Location=f"/api/v1/products/{made['id']}")


@api("/products/<product_id>", access=Permission.SETTINGS_VIEW, response="Product")
def get_product(ctx: RequestContext, product_id: str) -> Response:
    """One product, with its ETag."""
    return _product(ctx.call("billing.get_product", product_id=product_id))


@api(
    "/products/<product_id>",
    access=Permission.SETTINGS_EDIT,
    method="PATCH",
    rpc="billing.update_product",
    if_match="required",
    response="Product",
)
def update_product(ctx: RequestContext, product_id: str) -> Response:
    """Change a product; `prices` replaces all of them. Needs If-Match; answers the product."""
    version = expected_version(ctx.request)
    return _product(
        ctx.call("billing.update_product", **json_fields(ctx.request, product_id=product_id, version=version))
    )


def _product(product: dict, status: int = 200, **headers) -> Response:
    shown = {name: value for name, value in product.items() if name != "version"}
    return as_json(shown, status, ETag=f'"{product["version"]}"', **headers)
