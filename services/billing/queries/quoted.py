"""Invoices that a text quotes by their numbers, as banks send what payers have written: `RE INV 02919 RF`."""

import re

from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from chassis.db.compiled import CompiledSelect
from services.billing.models import Invoice
from services.billing.queries.invoices import invoice_to_wire
from services.billing.rules import INVOICE_PREFIX, OPEN_INVOICE

MOST = 5
_QUOTED = re.compile(
    rf"(?<![0-9a-z])({INVOICE_PREFIX}[\s.:#-]{{0,3}})?0*([1-9][0-9]{{0,17}})(?![0-9a-z])", re.IGNORECASE
)
_INVOICES = CompiledSelect(
    select(Invoice.__table__).where(Invoice.number == any_(bindparam("numbers", type_=ARRAY(BigInteger))))
)


def quoted_numbers(text: str) -> list[int]:
    """The numbers in `text` that may be an invoice's: those after the prefix alone where there are any, else all."""
    found = [(bool(match[1]), int(match[2])) for match in _QUOTED.finditer(text)]
    named = [number for prefixed, number in found if prefixed]
    return list(dict.fromkeys(named or [number for _, number in found]))


def quoted_invoices(session: Session, text: str) -> dict:
    """The first MOST issued invoices that `text` quotes, each with its `client_id`; what is owed before the rest."""
    numbers = quoted_numbers(text)
    rows = _INVOICES.all(session, numbers=numbers) if numbers else []
    rows = sorted(rows, key=lambda row: (row.status not in OPEN_INVOICE, numbers.index(row.number)))[:MOST]
    return {"data": [{**invoice_to_wire(row), "client_id": str(row.client_id)} for row in rows]}
