"""What the RPC methods of the portal take. None of them takes a client: that one is in the signed context."""

from marshmallow import Schema, fields, validate

from chassis.types.fields import Text
from services.clients import rules
from services.clients.schemas import Email, PathId, Profile, Storable
from services.clients.schemas.contacts import SETTABLE_STATUSES
from services.clients.schemas.my_account import CurrentPassword
from services.clients.schemas.profile import MAX_VALUES
from services.clients.schemas.staff import UseLink

COMPANY = ("company", "address1", "address2", "city", "state", "postcode", "country", "language")


class ChooseClient(Schema):
    """The contact as whom one wants to be in the portal."""

    contact_id = PathId(required=True)


class Accept(UseLink):
    """An invitation's code, and the password to be or to prove oneself by."""

    user_agent = Storable(load_default="", allow_none=True, validate=validate.Length(max=500))


class AskPassword(Schema):
    """The email whose password was forgotten, as typed."""

    email = Storable(required=True, validate=validate.Length(max=254))


class AskEmail(CurrentPassword):
    """The email to be."""

    email = Email(required=True)


class UpdateCompany(Profile):
    """What a client may change of its own profile, and the version that the caller has seen."""

    class Meta:
        fields = (*COMPANY, "version")

    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=2**31 - 1))

    def __init__(self, **options):
        super().__init__(partial=COMPANY, **options)


class UpdateMyself(Schema):
    """One's own names and phone."""

    first_name = Text(100, name=True, min_length=1)
    last_name = Text(100, name=True, min_length=1)
    phone = Text(40, name=True)


class SetMyValues(Schema):
    """Values of the fields that a client may edit, by id."""

    values = fields.Dict(
        keys=Storable(), values=fields.Raw(allow_none=True), required=True, validate=validate.Length(max=MAX_VALUES)
    )


class OneOfUs(Schema):
    """A contact of the caller's client."""

    contact_id = PathId(required=True)


class AddOneOfUs(UpdateMyself):
    """A new contact of the caller's client."""

    first_name = Text(100, name=True, min_length=1, required=True)
    last_name = Text(100, name=True, min_length=1, required=True)
    phone = Text(40, name=True, load_default="")
    email = Email(required=True)
    role = fields.String(required=True, validate=validate.OneOf(rules.CONTACT_ROLES))


class UpdateOneOfUs(UpdateMyself, OneOfUs):
    """What is given of a contact changes."""

    email = Email()
    role = fields.String(validate=validate.OneOf(rules.CONTACT_ROLES))
    status = fields.String(validate=validate.OneOf(SETTABLE_STATUSES))


class AccessPage(Schema):
    """Where the page of the account's access begins: before this moment."""

    before = fields.AwareDateTime(load_default=None, allow_none=True)
