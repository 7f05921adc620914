"""Sign-in: schemas of passwords, second factors and one-time links, for the admin and for the portal."""

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.permissions import Permission
from chassis.types.answers import Answer, Moment, many_of
from chassis.types.fields import Flag, IdField, PathId
from services.clients import rules
from services.clients.schemas import Storable

TOO_LONG = 1024


class Password(Storable):
    """A password to be set; the rules of passwords are the command's."""

    def __init__(self, **kwargs):
        super().__init__(validate=validate.Length(max=TOO_LONG), **kwargs)


class Browser(Schema):
    """The browser that signs in, and the hash of the session's token that it holds from before, which ends."""

    user_agent = Storable(load_default="", allow_none=True, validate=validate.Length(max=500))
    replaces = fields.String(load_default=None, allow_none=True, validate=validate.Regexp("^[0-9a-f]{64}$"))


class SignIn(Browser):
    """`sign_in`: email and password as typed. Too long ones are refused before anything is hashed."""

    email = Storable(required=True, validate=validate.Length(max=254))
    password = Password(required=True)


class SignInOnce(Browser):
    """`sign_in_once`: the code of a one-time link."""

    code = Storable(required=True, validate=validate.Length(max=200))


class LinkCode(Schema):
    """The code of a link that sets a password."""

    code = Storable(required=True, validate=validate.Length(max=200))


class UseLink(LinkCode):
    """The same, with the password to be."""

    password = Password(required=True)


class AcceptInvitation(UseLink):
    """An invitation's code, and the password to be or to prove oneself by."""

    user_agent = Storable(load_default="", allow_none=True, validate=validate.Length(max=500))


class Step(Schema):
    """A pending sign-in, by its token."""

    step = Storable(required=True, validate=validate.Length(max=200))


class FinishSignIn(Step, Browser):
    """The same, with the code of the second factor."""

    code = Storable(required=True, validate=validate.Length(min=1, max=64))


class AskPassword(Schema):
    """The email whose password was forgotten, as typed."""

    email = Storable(required=True, validate=validate.Length(max=254))


class ChooseClient(Schema):
    """The contact as whom one wants to be in the portal."""

    contact_id = PathId(required=True)


class Viewer(Answer):
    """A staff member and all that they may do."""

    id = IdField()
    name = fields.String()
    email = fields.String()
    role = fields.String(validate=validate.OneOf(rules.STAFF_ROLES))
    permissions = fields.List(fields.String(validate=validate.OneOf([str(one) for one in Permission])))


class PendingOrStarted(Answer):
    """Either a session's token with what belongs to it, or the token of a pending sign-in, `step`."""

    token = fields.String(load_default=None, allow_none=False)
    step = fields.String(load_default=None, allow_none=False)

    @validates_schema
    def _either(self, data, **_options):
        if (data["token"] is None) == (data["step"] is None):
            raise ValidationError("Either a session or a pending sign-in.")


class StaffSignIn(PendingOrStarted):
    """A staff member's session, or their pending sign-in."""

    viewer = fields.Nested(Viewer, load_default=None, allow_none=False)


class PortalSignIn(PendingOrStarted):
    """A contact's session, with whether a client has to be chosen first, or their pending sign-in."""

    choose = Flag(load_default=None, allow_none=False)


class StaffSession(Answer):
    """A staff member's new session, its token shown this once."""

    token = fields.String()
    viewer = fields.Nested(Viewer)


class FinishedSignIn(StaffSession):
    """The same; with backup codes where a second factor was set up."""

    backup_codes = fields.List(fields.String(), allow_none=True)


class PortalSession(Answer):
    """A contact's new session, its token shown this once."""

    token = fields.String()
    choose = Flag()


class FactorKey(Answer):
    """A second factor's secret, and as a key URI."""

    secret = fields.String()
    uri = fields.String()


class StaffStep(Answer):
    """What a staff member's pending sign-in asks for: a code, or the setting up of a second factor."""

    enrol = fields.Nested(FactorKey, allow_none=True)


class PortalStep(Answer):
    """A contact's pending sign-in waits for its code."""

    waits = Flag()


class PersonOfLink(Answer):
    """Whose password a link sets."""

    name = fields.String()
    email = fields.String()


class EmailOfLink(Answer):
    """Whose password a link sets, by email; the email that was confirmed."""

    email = fields.String()


class EmailChange(EmailOfLink):
    """The email that a link confirms, and the one before."""

    old_email = fields.String()


class PortalClient(Answer):
    """A client as its own people know it."""

    id = IdField()
    name = fields.String()
    language = fields.String()
    status = fields.String(validate=validate.OneOf(rules.CLIENT_STATUSES))


class InvitationAnswer(PersonOfLink):
    """Whom an invitation is for, and whether the email has a password."""

    client = fields.Nested(PortalClient)
    has_password = Flag()


class Choice(Answer):
    """A client that may be chosen, and the contact that one is there."""

    contact_id = IdField()
    role = fields.String(validate=validate.OneOf(rules.CONTACT_ROLES))
    client = fields.Nested(PortalClient)


class PortalMe(Answer):
    """Who is in the portal; before a client is chosen there is none."""

    contact_id = IdField()
    client_id = IdField(allow_none=True)


class ChosenClient(Answer):
    """A client by its id."""

    client_id = IdField()


class PasswordChanged(Answer):
    """A password was set."""

    changed = Flag()


class Asked(Answer):
    """A mail was asked for; whether there is one is not in the answer."""

    asked = Flag()


class Accepted(Answer):
    """An invitation was accepted."""

    accepted = Flag()


class SignedOut(Answer):
    """A session was ended by its owner."""

    signed_out = Flag()


class Reauthenticated(Answer):
    """When the person of a session last proved who they are, in seconds of the epoch."""

    authenticated_at = fields.Float()


class SessionsEnded(Answer):
    """How many sessions were ended."""

    ended = fields.Integer(strict=True)


class SessionAnswer(Answer):
    """A live session; `current` is the one that asks."""

    id = IdField()
    created_at = Moment()
    last_seen_at = Moment()
    expires_at = Moment()
    ip = fields.String(allow_none=True)
    user_agent = fields.String()
    current = Flag()


class SecondFactorAnswer(Answer):
    """A second factor: whether it is on, since when, and how many backup codes are left."""

    on = Flag()
    since = Moment(allow_none=True)
    backup_codes = fields.Integer(strict=True)


class SecondFactorOff(Answer):
    """A second factor was taken away."""

    second_factor = fields.String(validate=validate.OneOf(("off",)))


class BackupCodes(Answer):
    """New backup codes, shown this once."""

    backup_codes = fields.List(fields.String())


Choices = many_of(Choice)
