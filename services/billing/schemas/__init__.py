"""What the RPC methods take; each aggregate's writes have a file of their own."""

from marshmallow import Schema, fields, validate

from chassis.types.fields import ClientPageArguments, IdField
from services.billing.rules import INVOICE_STATUSES, SUBSCRIPTION_STATUSES
from services.billing.schemas.imports import ImportArguments, ImportFailures, OpenImport, StageImportRows, StartImport

__all__ = [
    "ClientArguments",
    "ClientPageArguments",
    "ClientsArguments",
    "ImportArguments",
    "ImportFailures",
    "InvoiceArguments",
    "InvoicePage",
    "OpenImport",
    "SubscriptionPage",
    "StageImportRows",
    "StartImport",
]


class ClientArguments(Schema):
    """One client."""

    client_id = IdField(required=True)


class ClientsArguments(Schema):
    """A page's worth of clients."""

    client_ids = fields.List(IdField(), required=True, validate=validate.Length(max=100))


class InvoicePage(ClientPageArguments):
    """A page of a client's invoices, of one `status` where given."""

    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(INVOICE_STATUSES))


class SubscriptionPage(ClientPageArguments):
    """A page of a client's services, of one `status` where given."""

    status = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(SUBSCRIPTION_STATUSES))


class InvoiceArguments(ClientArguments):
    """One invoice of a client; a malformed id is like one that does not exist."""

    invoice_id = fields.String(required=True)
