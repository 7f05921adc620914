"""Schemas of the billing account, its totals and what the record's Overview shows of them."""

from marshmallow import Schema, fields, validate

from chassis.types.answers import Answer, map_of
from chassis.types.countries import COUNTRIES
from chassis.types.fields import CurrencyField, Flag, IdField, Text
from services.billing.schemas.domains import DomainAnswer
from services.billing.schemas.record import AgeingAnswer, BalanceAnswer, TotalsAnswer
from services.billing.schemas.subscriptions import SubscriptionAnswer
from services.billing.schemas.values import ClientArguments, count


class ClientsArguments(Schema):
    """A page's worth of clients."""

    client_ids = fields.List(IdField(), required=True, validate=validate.Length(max=100))


class BillingAddress(Schema):
    """An address of its own; lines that are left out are empty."""

    address1 = Text(200, name=True, load_default="")
    address2 = Text(200, name=True, load_default="")
    city = Text(100, name=True, load_default="")
    state = Text(100, name=True, load_default="")
    postcode = Text(20, name=True, load_default="")
    country = fields.String(
        load_default="", validate=validate.OneOf(["", *COUNTRIES], error="Not a two-letter country code of ISO 3166.")
    )


class GetBilling(ClientArguments):
    """`get_billing`: with the client's totals where they are asked for."""

    with_totals = Flag(load_default=False)


class UpdateBilling(ClientArguments):
    """`update_billing`: the version that the caller saw, and what becomes different; an address of null is the
    profile's."""

    version = fields.Integer(required=True, strict=True)
    currency = CurrencyField()
    address = fields.Nested(BillingAddress, allow_none=True)


class AddressAnswer(Answer):
    """A postal address; an empty line is null or an empty text."""

    address1 = fields.String(allow_none=True)
    address2 = fields.String(allow_none=True)
    city = fields.String(allow_none=True)
    state = fields.String(allow_none=True)
    postcode = fields.String(allow_none=True)
    country = fields.String(allow_none=True)


class BillingAnswer(Answer):
    """The billing account; an address of null is the profile's."""

    currency = CurrencyField()
    currency_locked = Flag()
    address = fields.Nested(AddressAnswer, allow_none=True)
    version = count()
    totals = fields.Nested(TotalsAnswer, load_default=None)


TotalsOfClientsAnswer = map_of(fields.Nested(TotalsAnswer))


class OverviewAnswer(TotalsAnswer):
    """The totals with all else that billing shows on the Overview."""

    ageing = fields.List(fields.Nested(AgeingAnswer))
    credit_history = fields.List(fields.Nested(BalanceAnswer))
    services = fields.List(fields.Nested(SubscriptionAnswer))
    domains_soon = fields.List(fields.Nested(DomainAnswer))
    account = fields.Nested(BillingAnswer)
