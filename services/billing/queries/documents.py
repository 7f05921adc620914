"""Documents of invoices: buyer and seller as they are kept with an issued one, or as both are now."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import UUID as UuidType
from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from services.billing.models import InvoiceDocument, SellerVersion
from services.billing.queries.accounts import ADDRESS, ClientReader, account_of, opening_of
from services.billing.queries.serializers import moment
from services.billing.seller import Seller, seller_to_wire

documents, sellers = InvoiceDocument.__table__, SellerVersion.__table__
_OF_INVOICES = CompiledSelect(
    select(documents, sellers.c.content)
    .outerjoin(sellers, sellers.c.id == documents.c.seller_id)
    .where(documents.c.invoice_id == any_(bindparam("invoice_ids", type_=ARRAY(UuidType))))
)


@dataclass(frozen=True)
class Parties:
    """Whom an invoice is to and from: the client as the clients service has it now, and the seller of the settings."""

    client: dict
    seller: Seller | None

    @property
    def tax_exempt(self) -> bool:
        """Whether the client's lines have no tax."""
        return self.client["tax_exempt"]


def documents_of(session: Session, invoices: Iterable) -> dict[uuid.UUID, dict]:
    """{invoice id: what `get_invoice` shows of its document}, for the rows `invoices`; what has none is left out."""
    currencies = {row.id: row.currency for row in invoices}
    return {
        row.invoice_id: {
            "buyer": row.buyer,
            "seller": row.content and seller_to_wire(row.content, currencies[row.invoice_id]),
            "document": {"origin": row.origin, "taken_at": moment(row.taken_at)},
        }
        for row in _OF_INVOICES.all(session, invoice_ids=list(currencies))
    }


def buyer_of(session: Session, client_id: uuid.UUID, client: dict) -> dict:
    """The buyer that an invoice of this client names now: at the account's own address, else the profile's."""
    account = account_of(session, client_id)
    own = {name: account and getattr(account, name) for name in ADDRESS}
    address = own if any(own.values()) else client["address"] or own
    return {
        **{name: client[name] for name in ("name", "company", "contact", "email", "tax_id", "tax_exempt")},
        "address": {name: address[name] or "" for name in ADDRESS},
    }


def with_current(
    session: Session, read_clients: ClientReader, client_id: uuid.UUID, seller: Seller | None, invoices: list[dict]
) -> list[dict]:
    """`invoices` of a client; those that keep no document show buyer and seller as they are now."""
    if all(invoice["document"] for invoice in invoices):
        return invoices
    client = opening_of(session, read_clients, client_id)
    now = Parties(client, seller)
    return [one if one["document"] else {**one, **current(session, client_id, now, one)} for one in invoices]


def current(session: Session, client_id: uuid.UUID, parties: Parties, invoice: dict) -> dict:
    """What a draft shows of its parties."""
    currency = invoice["total"]["currency"]
    return {
        "buyer": buyer_of(session, client_id, parties.client),
        "seller": parties.seller and seller_to_wire(parties.seller.content, currency),
    }
