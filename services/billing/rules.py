"""Rules of money, states and dates: pure functions, no I/O.

Amounts are integers of the currency's minor unit. Half a unit rounds up, away from zero.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from chassis.types.money import MAX_MINOR, MoneyError, round_minor

BILLING_CYCLES = ("monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time")
MONTHS = {"monthly": 1, "quarterly": 3, "semi_annual": 6, "annual": 12, "biennial": 24}  # one_time is due once
INVOICE_STATUSES = ("draft", "unpaid", "paid", "overdue", "cancelled", "refunded")
DOCUMENT_ORIGINS = ("published", "imported", "recorded_later")
OPEN_INVOICE = ("unpaid", "overdue")
SUBSCRIPTION_STATUSES = ("active", "pending", "suspended", "cancelled", "terminated")
ORDER_STATUSES = ("pending", "active", "fraud", "cancelled")
DOMAIN_STATUSES = ("pending", "active", "expired", "redemption", "pending_transfer", "transferred_away", "cancelled")
CLOSED_DOMAIN = ("transferred_away", "cancelled")
IMPORT_KINDS = ("invoices", "invoice_lines")
CREDIT_KINDS = ("added", "applied", "refund", "overpayment", "correction")

DUE_DAYS = 14  # an invoice without a due date of its own is due so many days after it was published
PAID_BEFORE_MONTHS = (
    60  # a payment may be older than its invoice (money on account, books made up late), but not by more
)
MAX_LINES = 200

# from -> to; a state without targets is final
INVOICE_MOVES = {
    "draft": {"unpaid", "cancelled"},
    "unpaid": {"paid", "overdue", "cancelled"},
    "overdue": {"paid", "cancelled"},
    "paid": {"refunded"},
    "cancelled": set(),
    "refunded": set(),
}
SUBSCRIPTION_MOVES = {
    "pending": {"active", "cancelled"},
    "active": {"suspended", "cancelled"},
    "suspended": {"active", "terminated", "cancelled"},
    "terminated": set(),
    "cancelled": set(),
}
# what staff do to a subscription: the states it may be in before, and the state after; together they are SUBSCRIPTION_MOVES
SUBSCRIPTION_ACTIONS = {
    "activate": ({"pending"}, "active"),
    "suspend": ({"active"}, "suspended"),
    "unsuspend": ({"suspended"}, "active"),
    "cancel": ({"pending", "active", "suspended"}, "cancelled"),
    "terminate": ({"suspended"}, "terminated"),
}
# A registration that fails and a transfer that is refused are cancelled. An expired name is renewed (active), goes to
# redemption or leaves; out of redemption it is restored (active) or lost. What left or was given up comes back as a new
# domain.
DOMAIN_MOVES = {
    "pending": {"active", "cancelled"},
    "pending_transfer": {"active", "cancelled"},
    "active": {"expired", "transferred_away", "cancelled"},
    "expired": {"active", "redemption", "transferred_away", "cancelled"},
    "redemption": {"active", "cancelled"},
    "transferred_away": set(),
    "cancelled": set(),
}
# how a domain comes to a client -> the state it begins in
DOMAIN_KINDS = {"register": "pending", "transfer": "pending_transfer", "existing": "active"}
ORDER_MOVES = {"pending": {"active", "fraud", "cancelled"}, "active": set(), "fraud": set(), "cancelled": set()}

# How a client's portal groups states: what an order was ended for (fraud) is the staff's own knowledge, and so is a
# draft.
INVOICE_GROUPS = {"to_pay": OPEN_INVOICE, "paid": ("paid",), "other": ("cancelled", "refunded")}
ORDER_GROUPS = {"pending": ("pending",), "active": ("active",), "cancelled": ("cancelled", "fraud")}
SUBSCRIPTION_GROUPS = {
    "active": ("active",),
    "suspended": ("suspended",),
    "pending": ("pending",),
    "ended": ("cancelled", "terminated"),
}

# (label, first day of being late); the first bucket also holds what has no due date
AGEING = (("Not due", 0), ("1–30 days", 1), ("31–60 days", 31), ("Over 60 days", 61))


def may_move(moves: dict[str, set[str]], old: str, new: str) -> bool:
    """Whether the table of states `moves` leads from `old` to `new`."""
    return new in moves[old]


@dataclass(frozen=True)
class LineAmounts:
    """What one line comes to, in minor units: `total` without tax, and its `tax` at `rate` percent."""

    total: int
    tax: int
    rate: Decimal = Decimal(0)


@dataclass(frozen=True)
class InvoiceAmounts:
    """What an invoice comes to: sums of its lines' rounded figures, in minor units."""

    subtotal: int
    tax: int

    @property
    def total(self) -> int:
        """What the client has to pay: subtotal and tax."""
        return self.subtotal + self.tax


def line_amounts(quantity: Decimal, unit_price: int, tax_rate: Decimal = Decimal(0)) -> LineAmounts:
    """`quantity` × `unit_price` rounded, and that total × `tax_rate` percent rounded; MoneyError when it is too
    large."""
    exact = quantity * unit_price
    if abs(exact) > MAX_MINOR:
        raise MoneyError("This line comes to more than can be billed.")
    total = round_minor(exact)
    return LineAmounts(total, round_minor(total * tax_rate / 100), tax_rate)


def invoice_amounts(lines: Iterable[LineAmounts]) -> InvoiceAmounts:
    """The sums of `lines`; MoneyError when they cannot be billed: they come to less than nothing or to too much, or the
    tax of one rate is below zero, which nobody owes on what is not."""
    sums, taxes = InvoiceAmounts(0, 0), Counter()
    for line in lines:
        sums = InvoiceAmounts(sums.subtotal + line.total, sums.tax + line.tax)
        taxes[line.rate.normalize()] += line.tax
    if sums.total < 0:
        raise MoneyError("These lines come to less than nothing.")
    if below := [rate for rate, tax in taxes.items() if tax < 0]:
        raise MoneyError(
            f"The tax at {below[0]:f}% comes to less than nothing: give a discount the rate that it lowers."
        )
    if max(sums.total, abs(sums.subtotal), sums.tax) > MAX_MINOR:
        raise MoneyError("These lines come to more than can be billed.")
    return sums


def tax_by_rate(lines: Iterable[tuple[Decimal, LineAmounts]]) -> list[tuple[Decimal, InvoiceAmounts]]:
    """What the lines of each tax rate come to, the highest rate first."""
    by_rate: dict[Decimal, InvoiceAmounts] = {}
    for rate, line in lines:
        so_far = by_rate.get(rate, InvoiceAmounts(0, 0))
        by_rate[rate] = InvoiceAmounts(so_far.subtotal + line.total, so_far.tax + line.tax)
    return sorted(by_rate.items(), reverse=True)


def amount_due(status: str, total: int, credit_applied: int, paid: int) -> int:
    """What is still to be paid: nothing once an invoice is paid, cancelled or refunded."""
    return total - credit_applied - paid if status in ("draft", *OPEN_INVOICE) else 0


def days_late(due_date: date | None, today: date) -> int:
    """Whole days since the due date; 0 on the due date, before it, and where there is none."""
    return max(0, (today - due_date).days) if due_date else 0


def issue_date_fault(issue_date: date, today: date) -> str | None:
    """Why an invoice cannot have been issued on that day; None when it can."""
    return "An invoice's date is not in the future." if issue_date > today else None


def due_date_fault(due_date: date | None, issue_date: date) -> str | None:
    """Why an invoice of `issue_date` cannot be due on that day; None when it can, or has no due date."""
    if due_date is None or due_date >= issue_date:
        return None
    return f"A due date is not before its invoice's date: {due_date} is before {issue_date}."


def payment_date_fault(paid_on: date, issue_date: date, today: date) -> str | None:
    """Why an invoice of `issue_date` cannot have been paid on that day; None when it can."""
    if paid_on > today:
        return "A payment's date is not in the future."
    first = months_later(min(issue_date, today), -PAID_BEFORE_MONTHS)
    return f"A payment of this invoice is not before {first}." if paid_on < first else None


def open_status(due_date: date | None, today: date) -> str:
    """The state of an invoice that is owed: `overdue` from the day after its due date on."""
    return "overdue" if days_late(due_date, today) else "unpaid"


def ageing(owed: Iterable[tuple[date | None, int]], today: date) -> list[int]:
    """Sums of `owed` (due date, minor units) in the buckets of AGEING."""
    sums = [0] * len(AGEING)
    for due_date, minor in owed:
        late = days_late(due_date, today)
        sums[max(place for place, (_, first) in enumerate(AGEING) if late >= first)] += minor
    return sums


def business_today(zone: ZoneInfo, now: datetime | None = None) -> date:
    """The day it is for the business; `now` is an aware time, the clock's unless given."""
    return (now.astimezone(zone) if now else datetime.now(zone)).date()


INVOICE_PREFIX, ORDER_PREFIX, SERVICE_PREFIX = "INV", "ORD", "SVC"


def invoice_number(number: int | None) -> str | None:
    """An invoice's number as people read it, `INV-00042`; None for a draft."""
    return None if number is None else f"{INVOICE_PREFIX}-{number:05d}"


def order_number(number: int) -> str:
    """An order's number as people read it, `ORD-01187`."""
    return f"{ORDER_PREFIX}-{number:05d}"


def service_number(number: int) -> str:
    """A service's number as people read it, `SVC-01234`."""
    return f"{SERVICE_PREFIX}-{number:05d}"


def discounted(price: int, percent: Decimal) -> int:
    """`price` less `percent` percent, rounded to the minor unit."""
    return round_minor(price * (100 - percent) / 100)


def months_later(start: date, months: int) -> date:
    """The same day `months` later, or earlier when below zero; the last of that month where it is shorter: 31 January, a
    month later, is 28 February."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def next_due(start: date, cycle: str) -> date | None:
    """When a subscription that is billed in `cycle` and began on `start` is due again; None for what is paid once."""
    return months_later(start, MONTHS[cycle]) if cycle in MONTHS else None


def monthly_minor(price: int, cycle: str) -> int:
    """What a price for `cycle` comes to a month, rounded to the minor unit; nothing for what is paid once."""
    return round_minor(Decimal(price) / MONTHS[cycle]) if cycle in MONTHS else 0
