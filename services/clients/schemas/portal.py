"""What the doors of the portal take."""

from marshmallow import Schema

from services.clients.schemas import PathId


class ChooseClient(Schema):
    """The contact as whom one wants to be in the portal."""

    contact_id = PathId(required=True)
