"""Schemas of the catalogue."""

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from chassis.types.answers import Answer, Moment, list_of
from chassis.types.fields import CurrencyField, Flag, IdField, Text
from chassis.types.money import Money, MoneyError
from services.billing.rules import BILLING_CYCLES
from services.billing.schemas.values import count, decimal_number, one_of, tax_rate

MAX_PRICES, LONGEST_DESCRIPTION = 200, 500


class Price(Schema):
    """The price for one cycle in one currency, not below zero; loads as (billing_cycle, Money)."""

    billing_cycle = one_of(BILLING_CYCLES, required=True)
    currency = CurrencyField(required=True)
    amount = fields.Raw(required=True)

    @post_load
    def read(self, given, **_kwargs):
        try:
            price = Money.parse(given["amount"], given["currency"])
        except MoneyError as error:
            raise ValidationError(str(error), "amount") from error
        if price.minor < 0:
            raise ValidationError("A price is not below zero.", "amount")
        return given["billing_cycle"], price


class _Priced(Schema):
    @validates_schema(skip_on_field_errors=True)
    def refuse_twice(self, given, **_kwargs):
        seen, twice = set(), {}
        for position, (cycle, price) in enumerate(given.get("prices", [])):
            if (cycle, price.currency) in seen:
                twice[position] = ["There is a price for this cycle and currency already."]
            seen.add((cycle, price.currency))
        if twice:
            raise ValidationError({"prices": twice})


def _prices(**options) -> fields.List:
    return fields.List(fields.Nested(Price), validate=validate.Length(min=1, max=MAX_PRICES), **options)


def _description(**options) -> Text:
    return Text(LONGEST_DESCRIPTION, single_line=False, **options)


class CreateProduct(_Priced):
    """`create_product`; one that does not take a domain is never ordered with one."""

    name = Text(100, min_length=1, name=True, required=True)
    description = _description(load_default="")
    takes_domain = Flag(load_default=True)
    tax_rate = tax_rate()
    prices = _prices(required=True)


class UpdateProduct(_Priced):
    """`update_product`: what is left out stays; `prices` replaces all of them. `version` is the one that was read."""

    product_id = fields.String(required=True)
    version = fields.Integer(required=True, strict=True)
    name = Text(100, min_length=1, name=True)
    description = _description()
    takes_domain = Flag()
    tax_rate = tax_rate()
    prices = _prices()
    retired = Flag()


class ListProducts(Schema):
    """`list_products`: retired ones too unless `on_sale`; with `counts` each has its active services."""

    on_sale = Flag(load_default=False)
    counts = Flag(load_default=False)
    currency = CurrencyField(load_default=None, allow_none=True)


class ProductArguments(Schema):
    """One product; a malformed id is like one that does not exist."""

    product_id = fields.String(required=True)


class PriceAnswer(Answer):
    """The price for one cycle in one currency."""

    billing_cycle = one_of(BILLING_CYCLES)
    amount = decimal_number()
    currency = CurrencyField()


class ListedProductAnswer(Answer):
    """A product with its prices; `active_services` where they were asked for."""

    id = IdField()
    name = fields.String()
    description = fields.String()
    takes_domain = Flag()
    retired = Flag()
    tax_rate = decimal_number()
    prices = fields.List(fields.Nested(PriceAnswer))
    created_at = Moment()
    version = count()
    active_services = count(load_default=None)


class ProductAnswer(ListedProductAnswer):
    """A product with its prices and how many of it are active."""

    active_services = count()


ProductListAnswer = list_of(ListedProductAnswer)
