"""Impersonation (Login as Client): schemas of its start, its list and its end."""

from marshmallow import Schema, fields, validate

from chassis.types.answers import Answer, Moment, page_of
from chassis.types.fields import Flag, IdField, PathId, Text
from services.clients import rules
from services.clients.schemas import NamedAnswer, OneClient, Storable

MINUTES = (10, 20, 30)


class StartImpersonation(OneClient):
    """`start_impersonation`: why, and after how many minutes it ends at the latest."""

    reason = Text(500, min_length=1, required=True, single_line=False)
    minutes = fields.Integer(strict=True, load_default=max(MINUTES), validate=validate.OneOf(MINUTES))


class EnterImpersonation(Schema):
    """A one-time code, and the hash of the secret by which a browser is known, once it has one."""

    code = Storable(required=True, validate=validate.Length(max=200))
    browser = fields.String(load_default=None, allow_none=True, validate=validate.Regexp("^[0-9a-f]{64}$"))


class ConfirmBrowser(Schema):
    """An impersonation, and the hash of the secret of the browser that wants to enter it."""

    impersonation_id = PathId(required=True)
    browser = fields.String(required=True, validate=validate.Regexp("^[0-9a-f]{64}$"))


class OneImpersonation(OneClient):
    """An impersonation of a client."""

    impersonation_id = PathId(required=True)


class ImpersonationPage(Schema):
    """A page in the browser, by an id that it gave itself, and whether it was opened or left."""

    page = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{32}\Z", error="Not the id of a page."))
    open = Flag(required=True)


class Refusal(Schema):
    """What was refused: a permission of the portal, or `admin`."""

    what = fields.String(required=True, validate=validate.OneOf(list(rules.NOT_AS_CLIENT)))


class ImpersonationAnswer(Answer):
    """An impersonation: who was logged in as whom, why, and how it ended; never from where."""

    id = IdField()
    staff = fields.Nested(NamedAnswer)
    contact = fields.Nested(NamedAnswer)
    reason = fields.String()
    started_at = Moment()
    entered_at = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)
    end_cause = fields.String(allow_none=True)
    ends_at = Moment()


class StartedImpersonation(ImpersonationAnswer):
    """A new impersonation and its one-time code, shown this once, not to a repeat of the request."""

    code = fields.String(load_default=None, allow_none=False)
    code_expires_at = Moment(load_default=None, allow_none=False)


class ImpersonationSession(Answer):
    """The token of an impersonation's session, shown this once; or the id of the impersonation whose browser the admin
    session that started it has to confirm first."""

    token = fields.String(load_default=None, allow_none=False)
    confirm = IdField(load_default=None, allow_none=False)


class BrowserConfirmed(Answer):
    """A browser that may enter an impersonation."""

    confirmed = Flag()


class NotedPage(Answer):
    """The page that was opened or left."""

    page = fields.String()
    open = Flag()


class NotedRefusal(Answer):
    """A refusal is in the log."""

    noted = Flag()


ImpersonationList = page_of(ImpersonationAnswer)
