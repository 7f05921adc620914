"""Contact: schemas of a client's people."""

from marshmallow import fields, validate

from chassis.types.answers import Answer, Moment, page_of
from chassis.types.fields import Flag, IdField, Text
from services.clients import rules
from services.clients.schemas import Email, OneClient, PathId

# `invited` is a state of older rows; a contact that is added or changed is one of these.
SETTABLE_STATUSES = ("active", "inactive")


class AddContact(OneClient):
    """`add_contact`: a person of the client, and what they may do in the portal."""

    first_name = Text(100, name=True, min_length=1, required=True)
    last_name = Text(100, name=True, min_length=1, required=True)
    email = Email(required=True)
    phone = Text(40, name=True, load_default="")
    role = fields.String(required=True, validate=validate.OneOf(rules.CONTACT_ROLES))
    allow_duplicate_email = Flag(load_default=False)


class OneContact(OneClient):
    """One contact of a client."""

    contact_id = PathId(required=True)


class UpdateContact(OneContact):
    """`update_contact`: what is given changes, the rest stays."""

    first_name = Text(100, name=True, min_length=1)
    last_name = Text(100, name=True, min_length=1)
    email = Email()
    phone = Text(40, name=True)
    role = fields.String(validate=validate.OneOf(rules.CONTACT_ROLES))
    status = fields.String(validate=validate.OneOf(SETTABLE_STATUSES))
    allow_duplicate_email = Flag(load_default=False)


class ContactAnswer(Answer):
    """A contact. `invited_at`: an invitation is open; `can_sign_in`: a login stands behind the contact."""

    id = IdField()
    first_name = fields.String()
    last_name = fields.String()
    email = fields.String()
    phone = fields.String()
    phone_e164 = fields.String(allow_none=True)
    role = fields.String(validate=validate.OneOf(rules.CONTACT_ROLES))
    status = fields.String(validate=validate.OneOf(rules.CONTACT_STATUSES))
    primary = Flag()
    last_login_at = Moment(allow_none=True)
    invited_at = Moment(allow_none=True)
    can_sign_in = Flag()


class ContactRemoved(Answer):
    """The id of a contact that was taken away."""

    removed = IdField()


ContactPage = page_of(ContactAnswer)
