"""What the RPC methods of the portal take. None names a client: that is whoever asks."""

from marshmallow import Schema, fields, validate

from chassis.types.fields import Flag, PageArguments
from services.billing.rules import INVOICE_GROUPS, ORDER_GROUPS, SUBSCRIPTION_GROUPS
from services.billing.schemas.domains import nameservers_field
from services.billing.schemas.values import PathId


def _group(groups: dict) -> fields.String:
    return fields.String(load_default=None, allow_none=True, validate=validate.OneOf(tuple(groups)))


class InvoicesPage(PageArguments):
    """A page of invoices, of one group of states where given."""

    status = _group(INVOICE_GROUPS)


class OrdersPage(PageArguments):
    """A page of orders, of one group of states where given."""

    status = _group(ORDER_GROUPS)


class SubscriptionsPage(PageArguments):
    """A page of services, of one group of states where given."""

    status = _group(SUBSCRIPTION_GROUPS)


class DomainsPage(PageArguments):
    """A page of domains."""


class OwnInvoice(Schema):
    """One invoice."""

    invoice_id = PathId(required=True)


class OwnOrder(Schema):
    """One order."""

    order_id = PathId(required=True)


class OwnDomain(Schema):
    """One domain."""

    domain_id = PathId(required=True)


class ChangeDomain(OwnDomain):
    """`portal_update_domain`: what is given is changed, the rest stays."""

    auto_renew = Flag()
    nameservers = nameservers_field()
