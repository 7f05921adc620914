"""What the RPC methods of Login as Client take."""

from marshmallow import Schema, fields, validate

from chassis.types.fields import Flag, Text
from services.clients import rules
from services.clients.schemas import OneClient, PathId, Storable

MINUTES = (10, 20, 30)


class StartImpersonation(OneClient):
    """`start_impersonation`: why, and after how many minutes it ends at the latest."""

    reason = Text(500, min_length=1, required=True, single_line=False)
    minutes = fields.Integer(strict=True, load_default=max(MINUTES), validate=validate.OneOf(MINUTES))


class StartImpersonationHere(StartImpersonation):
    """`start_impersonation_here`: as `start_impersonation`, for the browser that asks."""

    user_agent = Storable(required=True, validate=validate.Length(max=500))


class OneImpersonation(OneClient):
    """An impersonation to a client."""

    impersonation_id = PathId(required=True)


class ImpersonationPage(Schema):
    """A page in the browser, by an id that it gave itself, and whether it was opened or left."""

    page = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{32}\Z", error="Not the id of a page."))
    open = Flag(required=True)


class Refusal(Schema):
    """What was refused: a permission of the portal, or `admin`."""

    what = fields.String(required=True, validate=validate.OneOf(list(rules.NOT_AS_CLIENT)))
