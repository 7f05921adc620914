"""My account: request schemas of the signed-in person's own account, staff or contact."""

from marshmallow import Schema, fields, validate

from chassis.types.fields import PathId, Text
from services.clients import rules
from services.clients.schemas import Storable
from services.clients.schemas.sign_in import Password
from services.clients.schemas.staff import PERMISSION


class Name(Schema):
    """One's own name."""

    name = Text(100, name=True, min_length=1, required=True)


class CurrentPassword(Schema):
    """The password that one has."""

    current_password = Password(required=True)


class ChangePassword(CurrentPassword):
    """The one that one has, and the one to be."""

    new_password = Password(required=True)


class Code(Schema):
    """A code of the authenticator app."""

    code = Storable(required=True, validate=validate.Length(min=1, max=64))


class OneSession(Schema):
    """One of one's sessions."""

    session_id = PathId(required=True)


class OneToken(Schema):
    """One of one's tokens."""

    token_id = PathId(required=True)


class CreateToken(Schema):
    """A new token: what it may do (null: all that its owner may), and how many days."""

    name = Text(100, name=True, min_length=1, required=True)
    permissions = fields.List(
        PERMISSION,
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1),
    )
    days = fields.Integer(load_default=90, strict=True, validate=validate.Range(min=1, max=rules.TOKEN_DAYS))
