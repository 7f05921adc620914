"""What the RPC methods of the credit ledger take."""

from marshmallow import Schema

from chassis.types.fields import IdField, Text
from services.billing.schemas.invoices import OneInvoice
from services.billing.schemas.values import PathId, positive_money


class AddCredit(Schema):
    """`add_credit`: what is given and why; `invoice_id` names the invoice that it is about."""

    client_id = PathId(required=True)
    amount = positive_money(required=True)
    description = Text(500, min_length=1, required=True)
    invoice_id = IdField(load_default=None, allow_none=True)


class ReverseCredit(Schema):
    """`reverse_credit`: which entry was wrong, and why."""

    client_id = PathId(required=True)
    entry_id = PathId(required=True)
    description = Text(500, min_length=1, required=True)


class ApplyCredit(OneInvoice):
    """`apply_credit`: how much; as much as there is and as is due unless given."""

    amount = positive_money(load_default=None, allow_none=True)
