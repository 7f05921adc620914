"""Documents: buyer and seller of an issued invoice, kept in the transaction that issues it; what was issued before they
were kept gets them by a job."""

import uuid
from collections.abc import Callable
from datetime import datetime

from nameko.extensions import DependencyProvider
from sqlalchemy import Row, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from chassis.logs import get_logger
from services.billing.clients_rpc_client import Clients
from services.billing.models import Invoice, InvoiceDocument, SellerVersion
from services.billing.queries.documents import Parties, buyer_of
from services.billing.seller import Seller

INVOICES_A_STEP = 100

log = get_logger(__name__)
invoices, documents, sellers = Invoice.__table__, InvoiceDocument.__table__, SellerVersion.__table__


def keep_document(session: Session, row: Row, parties: Parties, origin: str, buyer: dict | None = None) -> dict:
    """Keep whom the invoice `row` is to and from, as `parties` are now and the account's address is, for good; returns
    the buyer, which is the one given where there is one."""
    buyer = buyer or buyer_of(session, row.client_id, parties.client)
    seller_id = parties.seller and _keep_seller(session, parties.seller)
    session.execute(insert(documents).values(invoice_id=row.id, origin=origin, buyer=buyer, seller_id=seller_id))
    return buyer


def _keep_seller(session: Session, seller: Seller) -> uuid.UUID:
    session.execute(upsert(sellers).values(id=seller.id, content=seller.content).on_conflict_do_nothing())
    return seller.id


class Search:
    """How far the search for issued invoices without a document has come: `after` which id, and in which hour it last
    came to its end."""

    after: uuid.UUID | None = None
    ended: datetime | None = None


class SearchProvider(DependencyProvider):
    """`self.document_search`: one `Search` for each process, which begins anew with it."""

    def setup(self):
        self._search = Search()

    def get_dependency(self, worker_ctx):
        return self._search


def documents_step(
    session: Session, *, search: Search, clients_for: Callable[[str], Clients], seller: Seller | None, now: datetime
) -> bool:
    """Keep buyer and seller of the next issued invoices that lack them, as they are known now, marked `recorded_later`;
    returns whether it did. Once there is none it rests until the next hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if search.ended == hour:
        return False
    lacking = session.execute(_lacking(search.after)).all()
    session.rollback()
    if not lacking:
        search.after, search.ended = None, hour
        return False
    try:
        known = clients_for("documents").for_billing(sorted({str(row.client_id) for row in lacking}))
    except ServiceProblem as problem:
        log.warning("issued invoices wait for their buyers", reason=problem.code)
        return False
    for row in lacking:
        if client := known.get(str(row.client_id)):
            keep_document(session, row, Parties(client, seller), "recorded_later")
    session.commit()
    search.after = lacking[-1].id
    return True


def _lacking(after: uuid.UUID | None):
    wanted = (
        select(invoices.c.id, invoices.c.client_id)
        .outerjoin(documents, documents.c.invoice_id == invoices.c.id)
        .where(invoices.c.number.is_not(None), documents.c.invoice_id.is_(None))
        .order_by(invoices.c.id)
        .limit(INVOICES_A_STEP)
    )
    return wanted if after is None else wanted.where(invoices.c.id > after)
