"""Rows of an import's files: what they have to look like, and what is read of them. No I/O."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from marshmallow import Schema, ValidationError, fields, validate

from chassis.errors import from_validation
from chassis.types.fields import CurrencyField, Text
from chassis.types.money import Money, MoneyError
from chassis.types.money_format import format_money
from chassis.types.written_numbers import TwoReadings
from services.billing.import_values import PLACES, amount, meant, number, recognised
from services.billing.rules import (
    INVOICE_STATUSES,
    MAX_LINES,
    InvoiceAmounts,
    LineAmounts,
    due_date_fault,
    invoice_amounts,
    issue_date_fault,
    line_amounts,
)
from services.billing.schemas.values import RecordedDay, quantity, tax_rate

_REQUIRED = {"required": "Required."}


class RowFault(Exception):
    """Why a row cannot go in: the column at fault (None for the row as a whole), a code, and a sentence."""

    def __init__(self, field: str | None, code: str, reason: str):
        super().__init__(reason)
        self.field, self.code, self.reason = field, code, reason


# What a file may have of the buyer, each in a column `buyer_…`, and how long it may be.
ADDRESS = {"address1": 500, "address2": 200, "city": 100, "state": 100, "postcode": 20, "country": 100}
BUYER = {"company": 200, "contact": 200, **ADDRESS, "tax_id": 50}
_PREFIX = "buyer_"
BuyerColumns = Schema.from_dict(
    {f"{_PREFIX}{name}": Text(length, single_line=False, load_default="") for name, length in BUYER.items()}
)


class InvoiceColumns(BuyerColumns):
    """The columns of invoices: the buyer as the invoice named it, and the invoice. A draft needs no issue date."""

    external_id = Text(255, identifier=True, required=True, error_messages=_REQUIRED)
    client_external_id = Text(255, identifier=True, required=True, error_messages=_REQUIRED)
    issue_date = RecordedDay(load_default=None)
    due_date = RecordedDay(load_default=None)
    status = fields.String(
        required=True,
        error_messages=_REQUIRED,
        validate=validate.OneOf(INVOICE_STATUSES, error=f"Use {', '.join(INVOICE_STATUSES)}."),
    )
    currency_code = CurrencyField(required=True, error_messages=_REQUIRED)
    total = fields.String(required=True, error_messages=_REQUIRED)


class LineColumns(Schema):
    """The columns of invoice lines."""

    invoice_external_id = Text(255, identifier=True, required=True, error_messages=_REQUIRED)
    description = Text(1000, single_line=False, required=True, error_messages=_REQUIRED)
    quantity = quantity(required=True, error_messages=_REQUIRED)
    unit_price = fields.String(required=True, error_messages=_REQUIRED)
    tax_rate = tax_rate(load_default=Decimal(0))


REQUIRED = {
    kind: tuple(name for name, field in columns().fields.items() if field.required)
    for kind, columns in (("invoices", InvoiceColumns), ("invoice_lines", LineColumns))
}
"""The columns without which no row of a file can go in."""


@dataclass(frozen=True)
class Line:
    """One line that was read."""

    description: str
    quantity: Decimal
    unit_price: int
    amounts: LineAmounts


@dataclass(frozen=True)
class ReadInvoice:
    """One row of invoices that was read; `total` is in minor units of `currency`. `buyer` is what the file has of it,
    by the names of BUYER."""

    external_id: str
    client_external_id: str
    issue_date: date | None
    due_date: date | None
    status: str
    currency: str
    total: int
    buyer: dict[str, str] = field(default_factory=dict)


def read_invoice(content: dict, today: date) -> ReadInvoice:
    """The invoice of a row as it can stand `today`; raises RowFault."""
    row = _load(InvoiceColumns(), recognised(content))
    _check_dates(row, today)
    total = _amount("total", row.pop("total"), row["currency_code"])
    if total < 0:
        raise RowFault("total", "validation", "An invoice's total is not below zero.")
    buyer = _buyer({name: row.pop(f"{_PREFIX}{name}") for name in BUYER})
    return ReadInvoice(currency=row.pop("currency_code"), total=total, buyer=buyer, **row)


def _check_dates(row: dict, today: date) -> None:
    """Refuse dates that the invoice cannot have. Its issue date is that of its payment, too."""
    issued = row["issue_date"]
    if issued is None:
        faults = {"issue_date": "Required." if row["status"] != "draft" else None}
    else:
        faults = {"issue_date": issue_date_fault(issued, today), "due_date": due_date_fault(row["due_date"], issued)}
    for column, fault in faults.items():
        if fault:
            raise RowFault(column, "validation", fault)


def _buyer(cells: dict[str, str]) -> dict[str, str]:
    """What the cells have of a buyer, each in one line; further lines of an address are its second."""
    first, *others = cells["address1"].splitlines() or [""]
    if others and not cells["address2"]:
        cells = {**cells, "address1": first, "address2": "\n".join(others)}
    lines = {name: ", ".join(filter(None, map(str.strip, cell.splitlines()))) for name, cell in cells.items()}
    return {name: line for name, line in lines.items() if line}


def buyer_as_given(buyer: dict, given: dict[str, str]) -> dict:
    """`buyer` with what a file has of it in place of what is known now: an address as a whole, and the name by the
    company or else the contact."""
    if not given:
        return buyer
    people = {name: given.get(name, buyer[name]) for name in ("company", "contact", "tax_id")}
    address = {name: given.get(name, "") for name in ADDRESS} if ADDRESS.keys() & given.keys() else buyer["address"]
    return {**buyer, **people, "name": people["company"] or people["contact"], "address": address}


def read_line(content: dict, currency: str) -> Line:
    """The line of a row, its price in `currency`; raises RowFault."""
    row = _load(LineColumns(), {**content, **{name: _number(name, content.get(name) or "") for name in PLACES}})
    unit_price = _amount("unit_price", row["unit_price"], currency)
    try:
        amounts = line_amounts(row["quantity"], unit_price, row["tax_rate"])
        return Line(row["description"], row["quantity"], unit_price, amounts)
    except MoneyError as error:
        raise RowFault("quantity", "validation", str(error)) from error


def check_total(invoice: ReadInvoice, lines: list[Line]) -> InvoiceAmounts:
    """What the lines come to; raises RowFault unless that is the invoice's total."""
    if not lines:
        raise RowFault(None, "no-lines", "It has no lines.")
    if len(lines) > MAX_LINES:
        raise RowFault(None, "too-many-lines", f"It has {len(lines)} lines; an invoice has at most {MAX_LINES}.")
    try:
        amounts = invoice_amounts(line.amounts for line in lines)
    except MoneyError as error:
        raise RowFault("total", "validation", str(error)) from error
    if amounts.total != invoice.total:
        given, is_ = (format_money(Money(minor, invoice.currency)) for minor in (invoice.total, amounts.total))
        raise RowFault("total", "total-differs", f"The total is {given}, but its lines come to {is_}.")
    return amounts


def _load(schema: Schema, content: dict) -> dict:
    """Load a row; an empty cell is one that is not there. All faulty columns are named in one sentence."""
    try:
        return schema.load({name: value for name, value in content.items() if value not in ("", None)})
    except ValidationError as error:
        problem = from_validation(error)
        faults = [(fault["pointer"].lstrip("/"), fault["message"]) for fault in problem.errors]
        faults = [(name, f"{sentence} {meant(name, content.get(name) or '')}".rstrip()) for name, sentence in faults]
        first, reason = faults[0]
        if len(faults) > 1:
            reason = "; ".join(f"{name}: {sentence}" for name, sentence in faults)
        raise RowFault(first, problem.code, reason) from error


def _amount(field: str, text: str, currency: str) -> int:
    try:
        return Money.parse(amount(text, currency), currency).minor
    except (MoneyError, TwoReadings) as error:
        raise RowFault(field, "validation", str(error)) from error


def _number(field: str, text: str) -> str:
    try:
        return number(field, text)
    except TwoReadings as error:
        raise RowFault(field, "validation", str(error)) from error
