"""What the RPC methods of invoices and payments take."""

from decimal import Decimal

from marshmallow import Schema, fields, validate

from chassis.types.fields import Flag, Text
from services.billing.rules import MAX_LINES
from services.billing.schemas.values import DayField, DecimalText, PathId, positive_money

QUANTITY = 'A quantity is a decimal string such as "2.5", more than zero, with up to 4 digits after the point.'
RATE = 'A tax rate is a percentage as a decimal string, "0" to "100", with up to 3 digits after the point.'
UNIT_PRICE = 'A unit price is a decimal string such as "12.50" in the client\'s currency; a discount has a minus.'


class Line(Schema):
    """A line. `unit_price` is a string in the client's currency, whose digits are known once the client is."""

    description = Text(1000, single_line=False, min_length=1, required=True)
    quantity = DecimalText(
        whole=8,
        places=4,
        error=QUANTITY,
        required=True,
        validate=validate.Range(min=0, min_inclusive=False, error=QUANTITY),
    )
    unit_price = DecimalText(whole=12, places=4, error=UNIT_PRICE, negative=True, required=True)
    tax_rate = DecimalText(
        whole=3, places=3, error=RATE, load_default=lambda: Decimal(0), validate=validate.Range(max=100, error=RATE)
    )


class OneInvoice(Schema):
    """One invoice of a client."""

    client_id = PathId(required=True)
    invoice_id = PathId(required=True)


class _Content(Schema):
    lines = fields.List(fields.Nested(Line), required=True, validate=validate.Length(min=1, max=MAX_LINES))
    due_date = DayField(load_default=None, allow_none=True)
    notes = Text(4000, single_line=False, load_default=None, allow_none=True)


class CreateInvoice(_Content):
    """`create_invoice`: a draft unless `publish`; `apply_credit` uses the client's credit for it then."""

    client_id = PathId(required=True)
    publish = Flag(load_default=False)
    apply_credit = Flag(load_default=False)


class UpdateDraft(_Content, OneInvoice):
    """`update_draft`: all that a draft has, as it shall be; `version` is the one that was read."""

    version = fields.Integer(required=True, strict=True)


class PublishInvoice(OneInvoice):
    """`publish_invoice`: with `apply_credit` the client's credit is used for it."""

    apply_credit = Flag(load_default=False)


class CancelInvoice(OneInvoice):
    """`cancel_invoice`: `reason` goes into the log."""

    reason = Text(500, load_default=None, allow_none=True)


class RecordPayment(OneInvoice):
    """`record_payment`: money that came in on `date` through `gateway`."""

    amount = positive_money(required=True)
    date = DayField(required=True)
    gateway = Text(64, min_length=1, required=True)
    reference = Text(200, load_default=None, allow_none=True)


class RefundInvoice(OneInvoice):
    """`refund_invoice`: `to` the client's credit or back through the gateway; `reason` goes into the log."""

    amount = positive_money(required=True)
    to = fields.String(required=True, validate=validate.OneOf(("credit", "gateway")))
    reason = Text(500, load_default=None, allow_none=True)
