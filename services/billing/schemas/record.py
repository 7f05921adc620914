"""Schemas of the client's record: a tab that is a page of one of billing's lists, and what stands around each."""

from marshmallow import Schema, fields

from chassis.types.answers import Answer, counts_of, page_of
from chassis.types.fields import ClientPageArguments, DayField, Flag, MoneyField
from services.billing.schemas.values import count


class TabArguments(ClientPageArguments):
    """A page of a client's list; `on_record` asks for the head of the record that it is a tab of too."""

    on_record = Flag(load_default=False)


class TotalsAnswer(Answer):
    """What lists and heads show of a client: `next_due_on` is the first day on which an active or suspended service is
    due next, `sequence` that of the last event which the totals are after."""

    active_services = count()
    outstanding = MoneyField()
    overdue = MoneyField()
    oldest_due_on = DayField(allow_none=True)
    credit_balance = MoneyField()
    next_due_on = DayField(allow_none=True)
    counts = counts_of("services", "suspended_services", "pending_services", "invoices", "orders", "domains")
    sequence = count()


class AgeingAnswer(Answer):
    """What is owed since `from_days` days or longer, up to the next bucket."""

    label = fields.String()
    from_days = count()
    amount = MoneyField()


class BalanceAnswer(Answer):
    """The credit balance at the end of a day."""

    date = DayField()
    balance = MoneyField()


class HeadAnswer(TotalsAnswer):
    """What billing shows on a record around a tab: the totals, and what is drawn above the list."""

    ageing = fields.List(fields.Nested(AgeingAnswer), load_default=None)
    credit_history = fields.List(fields.Nested(BalanceAnswer), load_default=None)


def tab_of(item: type[Schema], **beside: fields.Field) -> type[Schema]:
    """The answer of a list that is a tab: a page, and the `head` where it was asked for."""
    return page_of(item, **beside, head=fields.Nested(HeadAnswer, load_default=None))
