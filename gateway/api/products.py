"""Products: /api/v1/products, the catalogue."""

from chassis.permissions import Access, Permission
from gateway.api.forwarding import forward

PRODUCT = "/products/<product_id>"
HIDDEN = ("version",)

forward(
    "/products",
    "billing.list_products",
    summary="A page of the products by name, with their prices; for who may see the settings or take orders",
    access=Access.SIGNED_IN,
    short=True,
    response="Products",
)
forward(
    "/products",
    "billing.create_product",
    summary="Add a product; answers 201 with it",
    access=Permission.SETTINGS_EDIT,
    method="POST",
    location=True,
    hide=HIDDEN,
    response="Product",
    status=201,
)
forward(
    PRODUCT,
    "billing.get_product",
    summary="One product, with its ETag",
    access=Permission.SETTINGS_VIEW,
    hide=HIDDEN,
    response="Product",
)
forward(
    PRODUCT,
    "billing.update_product",
    summary="Change a product; `prices` replaces all of them",
    description="Needs If-Match; answers the product.",
    access=Permission.SETTINGS_EDIT,
    method="PATCH",
    if_match="required",
    hide=HIDDEN,
    response="Product",
)
