"""Staff account: schemas of accounts, tokens and a staff member's own view."""

from marshmallow import Schema, ValidationError, fields, validate

from chassis.permissions import Permission
from chassis.types.answers import Answer, Moment, counts_of, list_of, page_of
from chassis.types.fields import Flag, IdField, PageArguments, PathId, Text
from services.clients import rules
from services.clients.schemas import Email, NamedAnswer
from services.clients.schemas.sign_in import Password, SecondFactorAnswer, SessionAnswer

ROLES = fields.List(fields.String(validate=validate.OneOf(rules.STAFF_ROLES)))
PERMISSION = fields.String(validate=validate.OneOf([str(one) for one in Permission]))


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


class StaffPage(PageArguments):
    """A page of staff, of one status where it is given."""

    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(rules.STAFF_STATUSES))


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


class TokenAnswer(Answer):
    """An API token; `permissions` is null for all that its owner may do."""

    id = IdField()
    name = fields.String()
    hint = fields.String()
    permissions = fields.List(PERMISSION, allow_none=True)
    created_at = Moment()
    last_used_at = Moment(allow_none=True)
    expires_at = Moment(allow_none=True)


class CreatedToken(TokenAnswer):
    """A new API token; the token itself is shown this once, not to a repeat of the request."""

    token = fields.String(load_default=None, allow_none=False)


class TokenRevoked(Answer):
    """A token that was ended."""

    id = IdField()
    revoked = Flag()


class StaffRow(Answer):
    """A staff account in the list; `overrides` are the single permissions that differ from the role's."""

    id = IdField()
    name = fields.String()
    email = fields.String()
    role = fields.String(validate=validate.OneOf(rules.STAFF_ROLES))
    status = fields.String(validate=validate.OneOf(rules.STAFF_STATUSES))
    overrides = fields.Dict(keys=PERMISSION, values=Flag())
    second_factor = fields.String(validate=validate.OneOf(("on", "off")))
    second_factor_required = Flag()
    last_signed_in_at = Moment(allow_none=True)
    created_at = Moment()


class StaffRecord(StaffRow):
    """A staff account with every permission, given or not."""

    version = fields.Integer(strict=True)
    permissions = fields.Dict(keys=PERMISSION, values=Flag())


RolePresets = Answer.from_dict({role: fields.List(PERMISSION) for role in rules.STAFF_ROLES}, name="RolePresets")


class StaffDetails(StaffRecord):
    """A staff account with its sessions and tokens, and what each role may do."""

    sessions = fields.List(fields.Nested(SessionAnswer))
    tokens = fields.List(fields.Nested(TokenAnswer))
    presets = fields.Nested(RolePresets)
    second_factor_roles = ROLES


class MySecondFactor(SecondFactorAnswer):
    """One's second factor, and whether the account needs one."""

    required = Flag()


class MyAccount(Answer):
    """What somebody sees of themselves."""

    account = fields.Nested(StaffRecord)
    second_factor = fields.Nested(MySecondFactor)
    sessions = fields.List(fields.Nested(SessionAnswer))
    tokens = fields.List(fields.Nested(TokenAnswer))


StaffList = page_of(StaffRow, counts=counts_of(*rules.STAFF_STATUSES), second_factor_roles=ROLES)
StaffNames = list_of(NamedAnswer)
