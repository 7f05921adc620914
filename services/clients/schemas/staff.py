"""What the RPC methods of staff accounts take."""

from marshmallow import Schema, ValidationError, fields, validate

from chassis.permissions import Permission
from chassis.types.fields import Flag, PageArguments, Text
from services.clients import rules
from services.clients.schemas import Email, PathId, Storable

TOO_LONG = 1024


class Permissions(fields.Field[dict]):
    """Single permissions, `{slug: true|false}`; each wrong one is named."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, dict):
            raise ValidationError('Permissions are {"clients.view": true}.')
        known = set(map(str, Permission))
        wrong = {slug: ["There is no such permission."] for slug in value if slug not in known}
        wrong |= {
            slug: ["true or false."] for slug, given in value.items() if slug in known and not isinstance(given, bool)
        }
        if wrong:
            raise ValidationError(wrong)
        return value


class Password(Storable):
    """A password to be set; the rules of passwords are the command's."""

    def __init__(self, **kwargs):
        super().__init__(validate=validate.Length(max=TOO_LONG), **kwargs)


class StaffPage(PageArguments):
    """A page of staff, of one status where it is given."""

    status = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(("active", "invited", "disabled"))
    )


class OneStaff(Schema):
    """One account."""

    staff_id = PathId(required=True)


class OneStaffToken(OneStaff):
    """A token of an account."""

    token_id = PathId(required=True)


class CreateStaff(Schema):
    """A new account."""

    name = Text(100, name=True, min_length=1, required=True)
    email = Email(required=True)
    role = fields.String(required=True, validate=validate.OneOf(rules.STAFF_ROLES))
    permissions = Permissions(load_default=dict)
    password = Password(load_default=None, allow_none=True)
    second_factor_required = Flag(load_default=False)


class UpdateStaff(OneStaff):
    """What changes of an account; `version` is the one that was read."""

    name = Text(100, name=True, min_length=1)
    email = Email()
    role = fields.String(validate=validate.OneOf(rules.STAFF_ROLES))
    permissions = Permissions()
    password = Password()
    second_factor_required = Flag()
    version = fields.Integer(strict=True, allow_none=True)


class LinkCode(Schema):
    """The code of a link that sets a password."""

    code = Storable(required=True, validate=validate.Length(max=200))


class UseLink(LinkCode):
    """The same, with the password to be."""

    password = Password(required=True)


class Step(Schema):
    """The second step of a sign-in."""

    step = Storable(required=True, validate=validate.Length(max=200))


class FinishSignIn(Step):
    """The same, with the code."""

    code = Storable(required=True, validate=validate.Length(min=1, max=64))
    user_agent = Storable(load_default="", allow_none=True, validate=validate.Length(max=500))
