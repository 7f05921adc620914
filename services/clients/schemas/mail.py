"""Schemas of mail: who gets it."""

from marshmallow import fields

from chassis.types.answers import Answer
from chassis.types.fields import Flag


class RecipientAnswer(Answer):
    """Somebody who is mailed."""

    name = fields.String()
    email = fields.String()


class RecipientsAnswer(Answer):
    """Who is mailed an invoice; `delivers` is false where mail has nowhere to go and waits."""

    recipients = fields.List(fields.Nested(RecipientAnswer))
    delivers = Flag()
