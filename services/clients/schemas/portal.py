"""Portal: schemas of a client's own view. No request takes a client: that one is in the signed context."""

from datetime import UTC

from marshmallow import Schema, ValidationError, fields, validate

from chassis.types.answers import Answer, AnyOf, Moment, page_of
from chassis.types.fields import Flag, IdField, PathId
from services.clients import rules
from services.clients.profile_fields import PERSON, names
from services.clients.schemas import CustomFieldValueAnswer, Email, Profile, profile_answer, profile_part
from services.clients.schemas.contacts import SETTABLE_STATUSES, ContactAnswer
from services.clients.schemas.my_account import CurrentPassword
from services.clients.schemas.profile import BY_FIELD
from services.clients.schemas.sign_in import SecondFactorAnswer, SessionAnswer

EDITABLE = names(of="client", portal="editable")


class AskEmail(CurrentPassword):
    """The email to be."""

    email = Email(required=True)


class UpdateCompany(Profile):
    """What a client may change of its own profile, and the version that the caller has seen."""

    class Meta:
        fields = (*EDITABLE, "version")

    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=2**31 - 1))

    def __init__(self, **options):
        super().__init__(partial=EDITABLE, **options)


class UpdatePerson(profile_part(*names(of="contact", portal="editable"), partial=True)):
    """One's own names and phone."""


class SetCompanyValues(Schema):
    """Values of the fields that a client may edit, by id. `was` are values that the caller had seen: 409 where one is
    another by now."""

    values = fields.Dict(required=True, **BY_FIELD)
    was = fields.Dict(load_default=dict, **BY_FIELD)


class PortalContact(Schema):
    """A contact of the caller's client."""

    contact_id = PathId(required=True)


class AddPortalContact(profile_part(*PERSON)):
    """A new contact of the caller's client."""

    role = fields.String(required=True, validate=validate.OneOf(rules.CONTACT_ROLES))


class UpdatePortalContact(profile_part(*PERSON, partial=True), PortalContact):
    """What is given of a contact changes."""

    role = fields.String(validate=validate.OneOf(rules.CONTACT_ROLES))
    status = fields.String(validate=validate.OneOf(SETTABLE_STATUSES))


class _Before(fields.AwareDateTime):
    """A moment with its offset, in a year that there is in UTC."""

    def _deserialize(self, value, attr, data, **kwargs):
        try:
            return super()._deserialize(value, attr, data, **kwargs).astimezone(UTC)
        except OverflowError as error:
            raise ValidationError("Not a moment in UTC.") from error


class AccessPage(Schema):
    """Where the page of the account's access begins: before this moment."""

    before = _Before(load_default=None, allow_none=True)


class PortalAccount(Answer):
    """What a contact sees of their own login."""

    email = fields.String()
    second_factor = fields.Nested(SecondFactorAnswer)
    sessions = fields.List(fields.Nested(SessionAnswer))


class PersonAnswer(profile_answer(*names(of="contact", in_portal=True))):
    """One's own contact."""

    role = fields.String(validate=validate.OneOf(rules.CONTACT_ROLES))
    primary = Flag()


class CompanyAnswer(Answer):
    """The client as its own people see it."""

    name = fields.String()
    joined_at = Moment()
    version = fields.Integer(strict=True)
    profile = fields.Nested(profile_answer(*names(of="client", in_portal=True)))
    fields = fields.List(fields.Nested(CustomFieldValueAnswer))


class PortalContactRow(ContactAnswer):
    """A contact in the portal's list, with whether a second factor is on."""

    second_factor = Flag()


class PortalInvitation(Answer):
    """Until when an invitation that was mailed is good."""

    expires_at = Moment()


class SignInEntry(Answer):
    """A sign-in of one of the client's people, or one that failed."""

    kind = fields.String(validate=validate.OneOf(("sign_in", "failed")))
    occurred_at = Moment()
    contact_id = IdField()
    name = fields.String(allow_none=True)
    ip = fields.String(allow_none=True)
    user_agent = fields.String()
    reason = fields.String(allow_none=True)


class ImpersonationEntry(Answer):
    """An impersonation by support; nothing of where the staff member sits."""

    kind = fields.String(validate=validate.OneOf(("impersonation",)))
    occurred_at = Moment()
    ended_at = Moment(allow_none=True)
    name = fields.String()
    reason = fields.String()
    seconds = fields.Integer(strict=True, allow_none=True)


class AccessAnswer(Answer):
    """The newest entries of the client's access, and where the next ones begin."""

    data = fields.List(AnyOf(SignInEntry, ImpersonationEntry))
    before = Moment(allow_none=True)


PortalContactList = page_of(PortalContactRow)
