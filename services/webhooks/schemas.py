"""Request and response schemas of the webhooks service's RPC methods."""

import re
from datetime import UTC

from marshmallow import Schema, ValidationError, fields, validate

from chassis.types.answers import Answer, Moment, counts_of, list_of, page_of
from chassis.types.domain_names import DomainNameError, to_ascii
from chassis.types.fields import Flag, PageArguments, PathId, Text, WholeNumber
from services.webhooks.rules import DELIVERY_STATUSES, MOST_FILTERS, REASONS, SCHEMES, STATUSES

LONGEST_URL = 2000
LONGEST_OVERLAP = 7 * 24
_FILTER = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?", re.ASCII)


class Filter(fields.String):
    """A type of event such as `invoice.paid.v1`, or the beginning of several such as `invoice.*`."""

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > 100 or not _FILTER.fullmatch(text):
            raise ValidationError("An event such as invoice.paid.v1, or invoice.* for all that begin so.")
        return text


class Email(fields.String):
    """An address that a mail can be sent to."""

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        local, _, domain = text.rpartition("@")
        try:
            if len(text) > 254 or not re.fullmatch(r"""[^\s@<>()\[\]\\,;:"]+""", local):
                raise ValidationError("Not an email such as name@example.com.")
            to_ascii(domain)
        except DomainNameError as error:
            raise ValidationError("Not an email such as name@example.com.") from error
        return text


class OneEndpoint(Schema):
    """An endpoint by its id."""

    endpoint_id = PathId(required=True)


class _EndpointFields(Schema):
    """What of an endpoint can be changed."""

    url = Text(LONGEST_URL, min_length=1, required=True)
    description = Text(200, load_default="")
    filters = fields.List(Filter(), load_default=list, validate=validate.Length(max=MOST_FILTERS))
    personal = Flag(load_default=False)
    alert_email = Email(load_default=None, allow_none=True)


class CreateEndpoint(_EndpointFields):
    """`create_endpoint`: also how its requests are signed."""

    scheme = fields.String(load_default="v1", validate=validate.OneOf(SCHEMES))


class UpdateEndpoint(_EndpointFields):
    """`update_endpoint`: what shall change."""

    endpoint_id = PathId(required=True)

    def __init__(self, **options):
        super().__init__(partial=tuple(_EndpointFields().fields), **options)


class RotateSecret(OneEndpoint):
    """`rotate_secret`: for how many hours the secret before signs as well."""

    overlap_hours = WholeNumber(load_default=24, validate=validate.Range(min=0, max=LONGEST_OVERLAP), strict=True)


class DeliveryPage(PageArguments, OneEndpoint):
    """A page of an endpoint's deliveries, of one status or of all."""

    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(DELIVERY_STATUSES))


class OneDelivery(OneEndpoint):
    """A delivery by its id."""

    delivery_id = PathId(required=True)


class RedeliverSince(OneEndpoint):
    """`redeliver_since`: from when on, and whether only what was given up."""

    since = fields.AwareDateTime(required=True, format="iso", default_timezone=UTC)
    failed_only = Flag(load_default=False)


class EndpointAnswer(Answer):
    """An endpoint; its secrets are read apart."""

    id = PathId()
    url = fields.String()
    description = fields.String()
    filters = fields.List(fields.String())
    personal = Flag()
    scheme = fields.String(validate=validate.OneOf(SCHEMES))
    alert_email = fields.String(allow_none=True)
    status = fields.String(validate=validate.OneOf(STATUSES))
    reason = fields.String(allow_none=True, validate=validate.OneOf(REASONS))
    disabled_at = Moment(allow_none=True)
    failing_since = Moment(allow_none=True)
    created_at = Moment()


EndpointList = list_of(EndpointAnswer)


class DeletedEndpoint(Answer):
    """That an endpoint is gone."""

    id = PathId()
    deleted = Flag()


class SecretAnswer(Answer):
    """What a receiver verifies with: the shared secret (`whsec_`), or the public key (`whpk_`)."""

    key = fields.String()
    created_at = Moment()
    expires_at = Moment(allow_none=True)


SecretList = list_of(SecretAnswer)


class DeliveryAnswer(Answer):
    """A delivery; `last_answer` is the last status, or why there was none, `due_at` when its lane is tried next."""

    id = PathId()
    event_id = PathId()
    type = fields.String()
    stream = fields.String()
    status = fields.String(validate=validate.OneOf(DELIVERY_STATUSES))
    tries = fields.Integer()
    last_answer = fields.String(allow_none=True)
    created_at = Moment()
    ended_at = Moment(allow_none=True)
    due_at = Moment(allow_none=True)


DeliveryList = page_of(DeliveryAnswer, counts=counts_of(*DELIVERY_STATUSES))


class AttemptAnswer(Answer):
    """An attempt: the request, and its answer or why there was none."""

    id = PathId()
    began_at = Moment()
    milliseconds = fields.Integer()
    url = fields.String()
    request_headers = fields.Dict(keys=fields.String(), values=fields.String())
    status = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)
    headers = fields.Dict(keys=fields.String(), values=fields.String())
    body = fields.String()


class DeliveryRecord(DeliveryAnswer):
    """A delivery with its request's body, cut, and its attempts, the newest first."""

    request_body = fields.String()
    attempts = fields.List(fields.Nested(AttemptAnswer))


class Redelivered(Answer):
    """How many deliveries were set waiting again."""

    deliveries = fields.Integer()
