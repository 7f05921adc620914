"""What the RPC methods of the billing account take."""

from marshmallow import Schema, fields, validate

from chassis.types.countries import COUNTRIES
from chassis.types.fields import CurrencyField, Text
from services.billing.schemas import ClientArguments


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


class UpdateBilling(ClientArguments):
    """`update_billing`: the version that the caller saw, and what becomes different; an address of null is the
    profile's."""

    version = fields.Integer(required=True, strict=True)
    currency = CurrencyField()
    address = fields.Nested(BillingAddress, allow_none=True)
