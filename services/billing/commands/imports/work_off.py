"""Steps of running imports: each invoice with its lines goes in by one transaction, and a bad one fails alone.

A step takes the next invoices in the order of their issue dates, so that their numbers follow it. Whatever a kill
leaves behind is either wholly in or still staged, so the next step goes on from there.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from time import time

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.db.faults import is_transient
from chassis.errors import ServiceProblem
from chassis.events.unit_of_work import fingerprint, nested_unit_of_work
from chassis.logs import get_logger
from services.billing.clients_rpc_client import Clients
from services.billing.commands.accounts.open import open_missing_accounts
from services.billing.commands.imports.invoices import add_imported_invoice
from services.billing.import_rows import Line, ReadInvoice, RowFault, check_total, read_invoice, read_line
from services.billing.models import Invoice, InvoiceImport, InvoiceImportRow
from services.billing.queries.documents import Parties
from services.billing.seller import Seller

INVOICES_A_STEP = 50
SECONDS_AN_INVOICE = 30

log = get_logger(__name__)
imports, rows = InvoiceImport.__table__, InvoiceImportRow.__table__


class Overtaken(Exception):
    """Another replica, which took this one for dead, has imported the row."""


@dataclass(frozen=True)
class Batch:
    """What a step has read about its invoices before it opens the first transaction."""

    run: Row
    lines: dict[str, list]
    clients: dict[str, str]
    currencies: dict[uuid.UUID, str]
    parties: dict[uuid.UUID, Parties]
    hashes: dict[str, bytes]
    today: date


def import_step(session: Session, *, clients_for: Callable[[str], Clients], seller: Seller | None, today: date) -> bool:
    """Import the next invoices of the oldest running import that can go on; returns whether there was one.

    `clients_for(cause)` is the clients service, called on behalf of the request that started the import.
    """
    running = session.execute(
        select(imports).where(imports.c.status == "running").order_by(imports.c.started_at, imports.c.id)
    ).all()
    session.commit()
    return any(_advance(session, clients_for(run.cause), run, seller, today) for run in running)


def _advance(session: Session, clients: Clients, run: Row, seller: Seller | None, today: date) -> bool:
    if not run.clients_done:
        if not clients.import_has_ended(run.id):
            return False
        session.execute(update(imports).where(imports.c.id == run.id).values(clients_done=True))
        session.commit()
    due = session.execute(
        select(rows)
        .where(rows.c.import_id == run.id, rows.c.kind == "invoices", rows.c.status == "staged")
        .order_by(rows.c.content["issue_date"].astext, rows.c.line)
        .limit(INVOICES_A_STEP)
    ).all()
    if due:
        _work_off(session, clients, run, due, seller, today)
    else:
        _finish(session, run)
    return True


def _work_off(session: Session, clients: Clients, run: Row, due: list, seller: Seller | None, today: date) -> None:
    read = {row.line: _read(row, today) for row in due}
    good = [invoice for invoice in read.values() if isinstance(invoice, ReadInvoice)]
    batch = _look_up(session, clients, run, good, seller, today)
    for row in due:
        invoice = read[row.line]
        if isinstance(invoice, RowFault):
            _fail(session, run, row, invoice)
        else:
            _import_or_fail(session, batch, row, invoice)


def _read(row: Row, today: date) -> ReadInvoice | RowFault:
    try:
        return read_invoice(row.content, today)
    except RowFault as fault:
        return fault


def _look_up(
    session: Session, clients: Clients, run: Row, invoices: list[ReadInvoice], seller: Seller | None, today: date
) -> Batch:
    """Read everything at once: lines, earlier imports of the same ids, clients as they are now, their accounts."""
    ids = [invoice.external_id for invoice in invoices]
    lines = defaultdict(list)
    for line in session.execute(
        select(rows)
        .where(rows.c.import_id == run.id, rows.c.kind == "invoice_lines", rows.c.external_id.in_(ids))
        .order_by(rows.c.line)
    ):
        lines[line.external_id].append(line)
    hashes = dict(
        session.execute(
            select(Invoice.external_id, Invoice.source_hash).where(
                Invoice.source == run.source, Invoice.external_id.in_(ids)
            )
        ).all()
    )
    session.commit()
    found = clients.resolve(run.source, sorted({invoice.client_external_id for invoice in invoices}))
    known = clients.for_billing(sorted(set(found.values())))
    currencies = open_missing_accounts(
        session,
        caller=_caller(run),
        client_ids=[uuid.UUID(one) for one in known],
        read_clients=lambda ids: {one: known[one] for one in ids},
    )
    session.commit()
    parties = {uuid.UUID(one): Parties(client, seller) for one, client in known.items()}
    return Batch(run, lines, found, currencies, parties, hashes, today)


def _import_or_fail(session: Session, batch: Batch, row, invoice: ReadInvoice) -> None:
    try:
        _import(session, batch, row, invoice)
    except Overtaken:
        session.rollback()
    except RowFault as fault:
        session.rollback()
        _fail(session, batch.run, row, fault)
    except ServiceProblem as problem:
        session.rollback()
        _fail(session, batch.run, row, RowFault("total", problem.code, problem.detail))
    except Exception as error:
        session.rollback()
        if is_transient(error):
            raise
        log.error("an invoice could not be stored", import_id=str(batch.run.id), line=row.line, exc_info=error)
        _fail(session, batch.run, row, RowFault(None, "internal", "It could not be stored; the log says why."))


def _import(session: Session, batch: Batch, row, invoice: ReadInvoice) -> None:
    client_id = _client_of(batch, invoice)
    lines = [_read_line(session, batch.run, line, invoice.currency) for line in batch.lines[invoice.external_id]]
    amounts, content = check_total(invoice, lines), content_hash(invoice, lines)
    known = batch.hashes.get(invoice.external_id)
    if known is not None:
        if bytes(known) != content:
            raise RowFault("external_id", "changed", "It differs from what was imported before.")
        _claim(session, row, "unchanged")
        session.commit()
        return
    with nested_unit_of_work(session, "billing", _caller(batch.run), client_id) as uow:
        _claim(session, row, "imported")
        add_imported_invoice(
            uow,
            client_id=client_id,
            invoice=invoice,
            lines=lines,
            amounts=amounts,
            parties=batch.parties[client_id],
            source=batch.run.source,
            source_hash=content,
            today=batch.today,
        )
    session.commit()
    batch.hashes[invoice.external_id] = content


def _read_line(session: Session, run: Row, line, currency: str) -> Line:
    """Read one line; when it is faulty it fails for itself, and its invoice for having it."""
    try:
        if line.reason is not None:
            raise RowFault(line.field, line.code, line.reason)
        return read_line(line.content, currency)
    except RowFault as fault:
        _set(session, run, (rows.c.kind == "invoice_lines") & (rows.c.line == line.line), fault)
        session.commit()
        raise RowFault(None, "line-failed", f"Line {line.line} of its lines cannot be read: {fault.reason}") from fault


def _client_of(batch: Batch, invoice: ReadInvoice) -> uuid.UUID:
    found = batch.clients.get(invoice.client_external_id)
    currency = batch.currencies.get(uuid.UUID(found)) if found else None
    if currency is None:
        raise RowFault(
            "client_external_id",
            "unknown-client",
            f"No client {invoice.client_external_id} came from {batch.run.source}.",
        )
    if currency != invoice.currency:
        raise RowFault("currency_code", "currency-mismatch", f"Its client's currency is {currency}.")
    return uuid.UUID(found)


def content_hash(invoice: ReadInvoice, lines: list[Line]) -> bytes:
    """SHA-256 of an invoice as a file has it: two imports of it are the same when this is. A buyer and tax count where
    the file has some."""
    return fingerprint(
        {
            **({"buyer": invoice.buyer} if invoice.buyer else {}),
            "invoice": [
                str(value)
                for value in (
                    invoice.client_external_id,
                    invoice.issue_date,
                    invoice.due_date,
                    invoice.status,
                    invoice.currency,
                    invoice.total,
                )
            ],
            "lines": [
                [line.description, str(line.quantity.normalize()), line.unit_price, *_rate(line.amounts.rate)]
                for line in lines
            ],
        }
    )


def _rate(rate: Decimal) -> list[str]:
    return [str(rate.normalize())] if rate else []


def _claim(session: Session, row, status: str) -> None:
    """Mark an invoice's row and those of its lines; raises Overtaken when that row has been imported meanwhile."""
    marked = session.scalars(
        update(rows)
        .where(rows.c.import_id == row.import_id, _invoice_and_lines(row))
        .values(status=status, field=None, code=None, reason=None)
        .returning(rows.c.kind)
    )
    if "invoices" not in set(marked):
        raise Overtaken


def _fail(session: Session, run: Row, row, fault: RowFault) -> None:
    """An invoice's row failed with `fault`, and so did its lines that were still waiting for it."""
    _set(session, run, (rows.c.kind == "invoices") & (rows.c.line == row.line), fault)
    if row.external_id is not None:
        lines = (rows.c.kind == "invoice_lines") & (rows.c.external_id == row.external_id)
        _set(session, run, lines, RowFault(None, "invoice-failed", f"Invoice {row.external_id} was not imported."))
    session.commit()


def _set(session: Session, run: Row, which, fault: RowFault) -> None:
    session.execute(
        update(rows)
        .where(rows.c.import_id == run.id, rows.c.status == "staged", which)
        .values(status="failed", field=fault.field, code=fault.code, reason=fault.reason)
    )


def _invoice_and_lines(row):
    return or_(
        (rows.c.kind == "invoices") & (rows.c.line == row.line) & (rows.c.status == "staged"),
        (rows.c.kind == "invoice_lines") & (rows.c.external_id == row.external_id),
    )


def _finish(session: Session, run: Row) -> None:
    """No invoice is left: lines of no invoice fail, and the import is done."""
    _set(
        session,
        run,
        (rows.c.kind == "invoice_lines") & rows.c.external_id.is_(None),
        RowFault("invoice_external_id", "validation", "Required."),
    )
    _set(
        session,
        run,
        rows.c.kind == "invoice_lines",
        RowFault(
            "invoice_external_id", "unknown-invoice", "No invoice with that external_id came in with this import."
        ),
    )
    session.execute(update(imports).where(imports.c.id == run.id).values(status="done", finished_at=func.now()))
    session.commit()


def _caller(run: Row) -> Caller:
    """Whoever started the import: its events are theirs, and its request is their cause."""
    return Caller(
        kind=run.actor_kind,
        id=run.actor_id,
        name=run.actor_name,
        ip=run.actor_ip,
        request_id=run.cause,
        deadline=time() + SECONDS_AN_INVOICE,
    )
