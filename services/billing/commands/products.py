"""Commands of the catalogue: add a product, change its name, its prices and whether it is sold."""

import uuid

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem, field_problem, not_found
from chassis.events.unit_of_work import UnitOfWorkOpener
from chassis.types.money import Money
from chassis.types.text import fold
from services.billing.events import ProductCreated, ProductUpdated
from services.billing.models import Product, ProductPrice
from services.billing.queries.products import get_product

Prices = list[tuple[str, Money]]
FIELDS = ("name", "description", "takes_domain", "tax_rate", "retired")


def create_product(open_uow: UnitOfWorkOpener, *, name: str, prices: Prices, **given) -> dict:
    """Add a product with its prices, and what is `given` of its description, tax rate and whether it takes a domain;
    raises `duplicate` for a name that reads like another's."""
    with open_uow() as uow:
        _refuse_taken(uow.session, name)
        product = Product(name=name, **given)
        uow.session.add(product)
        uow.session.flush()
        _set_prices(uow.session, product.id, prices)
        shown = get_product(uow.session, product.id)
        uow.publish(ProductCreated(entity=("product", product.id), facts=shown))
        return uow.record_answer(shown)


def update_product(open_uow: UnitOfWorkOpener, *, product_id: uuid.UUID | None, version: int, **given) -> dict:
    """Change what is given of a product: `name`, `description`, `takes_domain`, `tax_rate`, `retired`, and `prices` as a
    whole.

    What was sold keeps its name and price. Raises not-found, `stale` when somebody has changed it since `version`, and
    `duplicate` for a name that is taken. Where nothing differs nothing is done.
    """
    with open_uow() as uow:
        product = uow.session.get(Product, product_id) if product_id else None
        if product is None:
            raise not_found()
        if product.version != version:
            raise ServiceProblem("stale", "Somebody else has changed this product meanwhile.")
        before = get_product(uow.session, product_id)
        _change(uow.session, product, given)
        after = get_product(uow.session, product_id)
        if changes := _changes(before, after):
            product.version += 1
            uow.session.flush()
            after["version"] = product.version
            uow.publish(ProductUpdated(entity=("product", product_id), facts=after, changes=changes))
        return uow.record_answer(after)


def _change(session: Session, product: Product, given: dict) -> None:
    if given.get("name", product.name) != product.name:
        _refuse_taken(session, given["name"], product.id)
    if "prices" in given:
        _set_prices(session, product.id, given.pop("prices"))
    for field, value in given.items():
        setattr(product, field, value)
    session.flush()


def _refuse_taken(session: Session, name: str, product_id: uuid.UUID | None = None) -> None:
    """All products are of one stream, so that of two at once the second sees the first."""
    others = session.execute(select(Product.name).where(Product.id.is_distinct_from(product_id))).scalars()
    if fold(name) in map(fold, others):
        raise field_problem("/name", "Another product has this name.", "duplicate")


def _set_prices(session: Session, product_id: uuid.UUID, prices: Prices) -> None:
    session.execute(delete(ProductPrice).where(ProductPrice.product_id == product_id))
    session.execute(
        insert(ProductPrice),
        [
            {"product_id": product_id, "billing_cycle": cycle, "currency": price.currency, "price_minor": price.minor}
            for cycle, price in prices
        ],
    )


def _changes(before: dict, after: dict) -> list[dict]:
    """What differs: the fields, and each price as `price.monthly.EUR`, null where there is none."""
    pairs = [(field, before[field], after[field]) for field in FIELDS]
    old, new = (
        {(price["currency"], price.pop("billing_cycle")): price for price in map(dict, product["prices"])}
        for product in (before, after)
    )
    pairs += [
        (f"price.{cycle}.{currency}", old.get((currency, cycle)), new.get((currency, cycle)))
        for currency, cycle in sorted(old.keys() | new.keys())
    ]
    return [{"field": field, "old": was, "new": is_} for field, was, is_ in pairs if was != is_]
