"""Schemas of domains."""

from marshmallow import ValidationError, fields, post_load, validate

from chassis.types.answers import Answer
from chassis.types.domain_names import DomainNameError, to_ascii
from chassis.types.fields import DayField, Flag, IdField, Text
from services.billing.rules import DOMAIN_KINDS, DOMAIN_STATUSES
from services.billing.schemas.record import tab_of
from services.billing.schemas.values import ClientArguments, RecordedDay, one_of

NAMESERVERS = (2, 13)


class DomainNameField(fields.String):
    """A domain or host name as people write it -> its one ASCII spelling."""

    def _deserialize(self, value, attr, data, **kwargs):
        try:
            return to_ascii(super()._deserialize(value, attr, data, **kwargs))
        except DomainNameError as error:
            raise ValidationError(str(error)) from error


def _nameservers(names: list[str]) -> None:
    if names and not NAMESERVERS[0] <= len(names) <= NAMESERVERS[1]:
        raise ValidationError("Give two to thirteen nameservers, or none.")
    if len(set(names)) < len(names):
        raise ValidationError("A nameserver stands in the list twice.")


def nameservers_field(**options) -> fields.List:
    """Two to thirteen nameservers, or none."""
    return fields.List(DomainNameField(), validate=_nameservers, **options)


class DomainArguments(ClientArguments):
    """One domain of a client; a malformed id is like one that does not exist."""

    domain_id = fields.String(required=True)


class AddDomain(ClientArguments):
    """`add_domain`: the name, how it comes to the client, and its term."""

    name = DomainNameField(required=True, validate=validate.Length(min=1))
    kind = one_of(DOMAIN_KINDS, required=True)
    registrar = Text(100, min_length=1, name=True, required=True)
    registered_on = RecordedDay(load_default=None, allow_none=True)
    expires_on = RecordedDay(load_default=None, allow_none=True)
    auto_renew = Flag(load_default=False)
    nameservers = nameservers_field(load_default=list)

    @post_load
    def in_order(self, given, **_kwargs):
        """A term ends after it began."""
        if given["registered_on"] and given["expires_on"] and given["expires_on"] <= given["registered_on"]:
            raise ValidationError({"expires_on": ["The day of expiry comes after that of registration."]})
        return given


class UpdateDomain(DomainArguments):
    """`update_domain`: what is given is changed, the rest stays."""

    registrar = Text(100, min_length=1, name=True)
    expires_on = RecordedDay(allow_none=True)
    auto_renew = Flag()
    nameservers = nameservers_field()


class SetDomainStatus(DomainArguments):
    """`set_domain_status`: the state to move to."""

    status = one_of(DOMAIN_STATUSES, required=True)


class HeldDomainAnswer(Answer):
    """A domain, but for what staff alone see of it."""

    id = IdField()
    name = fields.String()
    status = one_of(DOMAIN_STATUSES)
    registered_on = DayField(allow_none=True)
    expires_on = DayField(allow_none=True)
    auto_renew = Flag()
    nameservers = fields.List(fields.String())


class DomainAnswer(HeldDomainAnswer):
    """A domain; `moves` are the states that it can be moved to."""

    registrar = fields.String(allow_none=True)
    moves = fields.List(one_of(DOMAIN_STATUSES))


DomainPageAnswer = tab_of(DomainAnswer)
