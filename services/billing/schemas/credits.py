"""Schemas of the credit ledger."""

from marshmallow import Schema, fields

from chassis.types.answers import Answer, Moment
from chassis.types.fields import IdField, MoneyField, PathId, Text
from services.billing.rules import CREDIT_KINDS
from services.billing.schemas.invoices import OneInvoice
from services.billing.schemas.record import tab_of
from services.billing.schemas.values import ActorAnswer, one_of, positive_money


class AddCredit(Schema):
    """`add_credit`: what is given and why; `invoice_id` names the invoice that it is about."""

    client_id = PathId(required=True)
    amount = positive_money(required=True)
    description = Text(500, min_length=1, required=True)
    invoice_id = IdField(load_default=None, allow_none=True)


class OneCredit(Schema):
    """One entry of a client's ledger."""

    client_id = PathId(required=True)
    entry_id = PathId(required=True)


class ReverseCredit(OneCredit):
    """`reverse_credit`: which entry was wrong, and why."""

    description = Text(500, min_length=1, required=True)


class ApplyCredit(OneInvoice):
    """`apply_credit`: how much; as much as there is and as is due unless given."""

    amount = positive_money(load_default=None, allow_none=True)


class CreditAnswer(Answer):
    """An entry of the ledger; `amount` is signed."""

    id = IdField()
    amount = MoneyField()
    balance_after = MoneyField()
    description = fields.String()
    kind = one_of(CREDIT_KINDS)
    invoice_id = IdField(allow_none=True)
    invoice_number = fields.String(allow_none=True)
    reverses = IdField(allow_none=True)
    actor = fields.Nested(ActorAnswer)
    created_at = Moment()


CreditPageAnswer = tab_of(CreditAnswer)
