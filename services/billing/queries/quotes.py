"""Quotes of orders: the catalogue's prices for one client, less its group's discount, and the tax on them."""

import uuid
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem, field_problem
from chassis.types.money import Money, MoneyError
from services.billing.models import BillingAccount, Product, ProductPrice
from services.billing.queries.accounts import ClientReader, opening_of
from services.billing.queries.products import list_products
from services.billing.queries.serializers import decimal, money
from services.billing.rules import InvoiceAmounts, LineAmounts, discounted, invoice_amounts, line_amounts

products, prices = Product.__table__, ProductPrice.__table__
ONE = Decimal(1)


@dataclass(frozen=True)
class Terms:
    """What a client buys on: its currency, its group's discount in percent, and whether it pays tax."""

    currency: str
    discount: Decimal
    exempt: bool


@dataclass(frozen=True)
class Choice:
    """One item as it is sold on a client's terms: minor units before and after the discount, without tax.

    `domain` is an ASCII name, or None.
    """

    product_id: uuid.UUID
    product: str
    billing_cycle: str
    domain: str | None
    tax_rate: Decimal
    list_price: int
    price: int

    @property
    def amounts(self) -> LineAmounts:
        """What its line of the invoice comes to."""
        return line_amounts(ONE, self.price, self.tax_rate)


def terms_of(client: dict, currency: str) -> Terms:
    """The terms of a client as the clients service has them, in its account's currency."""
    return Terms(currency, Decimal(client["group_discount"]), client["tax_exempt"])


def _terms_now(session: Session, read_clients: ClientReader, client_id: uuid.UUID) -> Terms:
    client = opening_of(session, read_clients, client_id)
    account = session.get(BillingAccount, client_id)
    return terms_of(client, account.currency if account else client["currency"])


def quote_order(session: Session, read_clients: ClientReader, client_id: uuid.UUID, items: list[dict]) -> dict:
    """What `items` would come to for a client if they were ordered now, to the last minor unit; no item comes to
    nothing.

    Raises what placing the order would, but for domains that somebody else has.
    """
    terms = _terms_now(session, read_clients, client_id)
    chosen = choose(session, items, terms)
    sums, listed = _sums(chosen)
    return {
        "currency": terms.currency,
        "discount_percent": decimal(terms.discount),
        "tax_exempt": terms.exempt,
        "items": [_to_wire(item, terms.currency) for item in chosen],
        "list_total": money(listed, terms.currency),
        "discount": money(sums.subtotal - listed, terms.currency),
        "subtotal": money(sums.subtotal, terms.currency),
        "tax_total": money(sums.tax, terms.currency),
        "total": money(sums.total, terms.currency),
    }


def _sums(chosen: list[Choice]) -> tuple[InvoiceAmounts, int]:
    """What `chosen` comes to, and what it is listed for; raises 422 for more than can be billed."""
    try:
        listed = invoice_amounts(LineAmounts(item.list_price, 0) for item in chosen)
        return invoice_amounts(item.amounts for item in chosen), listed.total
    except MoneyError as error:
        raise field_problem("/items", str(error)) from error


def catalogue(session: Session, read_clients: ClientReader, client_id: uuid.UUID) -> dict:
    """What is sold in a client's currency: each price as listed and, less the group's discount, as this client pays
    it."""
    terms = _terms_now(session, read_clients, client_id)
    found = list_products(session, on_sale=True, counts=False, currency=terms.currency)["data"]
    return {
        "currency": terms.currency,
        "discount_percent": decimal(terms.discount),
        "tax_exempt": terms.exempt,
        "products": [
            {
                "id": product["id"],
                "name": product["name"],
                "description": product["description"],
                "takes_domain": product["takes_domain"],
                "prices": [_offer(price, terms) for price in product["prices"]],
            }
            for product in found
            if product["prices"]
        ],
    }


def _offer(price: dict, terms: Terms) -> dict:
    listed = Money.parse(price["amount"], price["currency"])
    return {
        "billing_cycle": price["billing_cycle"],
        "list_price": listed.to_wire(),
        "price": money(discounted(listed.minor, terms.discount), terms.currency),
    }


def choose(session: Session, items: list[dict], terms: Terms) -> list[Choice]:
    """What the catalogue sells of `items` ({product_id, billing_cycle, domain}); a 422 names every item that it does
    not."""
    chosen, errors = [], []
    for position, item in enumerate(items):
        product, price = _on_sale(session, item, terms.currency)
        if price is None:
            message = _not_sold(product, item["billing_cycle"], terms.currency)
            errors.append({"pointer": f"/items/{position}/product_id", "code": "validation", "message": message})
        elif item["domain"] and not product.takes_domain:
            message = f"{product.name} is sold without a domain."
            errors.append({"pointer": f"/items/{position}/domain", "code": "validation", "message": message})
        else:
            chosen.append(
                Choice(
                    product.id,
                    product.name,
                    item["billing_cycle"],
                    item["domain"],
                    Decimal(0) if terms.exempt else product.tax_rate,
                    price,
                    discounted(price, terms.discount),
                )
            )
    if errors:
        raise ServiceProblem("validation", " ".join(error["message"] for error in errors), errors)
    return chosen


def _on_sale(session: Session, item: dict, currency: str) -> tuple[Row | None, int | None]:
    sold = select(products).where(products.c.id == item["product_id"], products.c.retired.is_(False))
    product = session.execute(sold).first()
    return product, product and session.scalar(
        select(prices.c.price_minor).where(
            prices.c.product_id == product.id,
            prices.c.billing_cycle == item["billing_cycle"],
            prices.c.currency == currency,
        )
    )


def _not_sold(product: Row | None, cycle: str, currency: str) -> str:
    if product is None:
        return "This product is not sold."
    return f"{product.name} has no price for {cycle.replace('_', '-')} billing in {currency}."


def _to_wire(item: Choice, currency: str) -> dict:
    return {
        "product_id": str(item.product_id),
        "product": item.product,
        "billing_cycle": item.billing_cycle,
        "list_price": money(item.list_price, currency),
        "price": money(item.price, currency),
        "tax_rate": decimal(item.tax_rate),
    }
