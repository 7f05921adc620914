"""A client's invoices from issue to payment."""

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from services.billing.rules import amount_due, invoice_number, line_amounts
from services.billing.seller import DEVELOPMENT
from tools.seed import texts
from tools.seed.account import BILLING, Account
from tools.seed.catalogue import PRODUCTS, UNITS_OF_A_EURO, price
from tools.seed.history import Actor, Change
from tools.seed.invoice_content import content_of
from tools.seed.ledger import Ledger
from tools.seed.rng import DAY, HOUR, days_ago

TERMS = (14, 14, 14, 30)
GATEWAYS = ("card", "card", "card", "bank transfer", "direct debit")
SOURCE = "previous system"


@dataclass
class Invoice:
    """An invoice on its way. `due_day` and the days of issue are counted back from today; `ending` is what becomes of
    it."""

    id: str
    lines: list[tuple]
    issued: int | None = None
    due_day: int | None = None
    number: int | None = None
    status: str = "draft"
    ending: str = "open"
    subtotal: int = 0
    tax: int = 0
    credit: int = 0
    paid: int = 0
    external_id: str | None = None
    created: int = 0
    order: object = None

    @property
    def total(self) -> int:
        """What its lines come to with tax."""
        return self.subtotal + self.tax

    @property
    def due(self) -> int:
        """What is still to be paid."""
        return amount_due(self.status, self.total, self.credit, self.paid)


class Invoices:
    """Issues, imports and collects; approves an order when its invoice is paid."""

    def __init__(self, account: Account):
        self.account, self.draw = account, account.draw
        self.all: list[Invoice] = []
        self.payments: list[list] = []
        self.ledger = Ledger(account)
        vat = "0" if account.client.tax_exempt else account.client.country.vat
        self.rate = Decimal(vat)

    def plan(self) -> None:
        """Put the invoices and gifts of credit of a client's life before it."""
        account, volumes = self.account, self.account.volumes
        moving = self.draw.at(volumes.moved_in)
        cause, by = self.draw.new_request(), account.shared.staff[1]
        for place, day in enumerate(volumes.invoices):
            invoice = self._new(self._lines(), self._ending(day))
            if day > volumes.moved_in:
                invoice.external_id = f"{volumes.index}-{place + 1}"
                account.later(moving, self._import, invoice, day, by, cause)
            else:
                account.later(self.draw.at(day), self.publish, invoice, day, BILLING)
        if volumes.has_draft:
            account.later(self.draw.at(1), self._drafted, self._new(self._lines(), "draft"))
        for _ in range(self.draw.choices((0, 1, 2, 3), (93, 5, 1, 1) if account.brief else (70, 17, 9, 4))[0]):
            account.later(int(account.client.joined_at * self.draw.random()), self.ledger.gift)

    def _ending(self, day: int) -> str:
        open_share = 55 if day <= 14 else 25 if day <= 45 else 6
        rest = (100 - open_share) / 100
        return self.draw.choices(
            ("open", "paid", "cancelled", "refunded"), (open_share, 97.5 * rest, 1.5 * rest, rest)
        )[0]

    def _lines(self) -> list[tuple]:
        currency, lines = self.account.currency, []
        for _ in range(self.draw.choices((1, 2, 3), (62, 28, 10))[0]):
            name, euro, *_ = self.draw.weighted(PRODUCTS, 2)
            lines.append((f"{name}, one month", Decimal(1), self.account.discounted(price(euro, "monthly", currency))))
        if self.draw.chance(8):
            hours = Decimal(self.draw.randint(2, 14)) / 2
            lines.append(("Consulting, hours", hours, 80 * UNITS_OF_A_EURO[currency]))
        return lines

    def _new(self, lines: list[tuple], ending: str) -> Invoice:
        invoice = Invoice(self.draw.new_id(self.account.now), [], ending=ending)
        for description, quantity, unit in lines:
            amounts = line_amounts(quantity, unit, self.rate)
            invoice.lines.append((description, quantity, unit, self.rate, amounts.total, amounts.tax))
            invoice.subtotal += amounts.total
            invoice.tax += amounts.tax
        self.all.append(invoice)
        return invoice

    def for_order(self, description: str, unit: int, ending: str, order) -> Invoice:
        """The invoice of an order's item, not yet issued."""
        invoice = self._new([(description, Decimal(1), unit)], ending)
        invoice.order = order
        return invoice

    def publish(self, invoice: Invoice, day: int, by: Actor, cause: str | None = None) -> None:
        """Give it its number; use credit; and see to what becomes of it."""
        account = self.account
        self._issue(invoice, day)
        invoice.status, invoice.created = "unpaid", account.now
        account.outstanding += invoice.due
        cause = self._record("published", invoice, by, cause=cause)
        if account.credit and invoice.ending != "cancelled" and self.draw.chance(70):
            self.ledger.apply(invoice, cause)
        if invoice.due == 0:
            self._settled(invoice, BILLING, cause)
        elif invoice.ending in ("paid", "refunded"):
            account.later(account.now + int(self.draw.random() * 12 * DAY), self._pay, invoice)
        elif invoice.ending == "cancelled":
            account.later(account.now + HOUR + int(self.draw.random() * 3 * DAY), self.cancel, invoice)
        elif self.draw.chance(8):
            account.later(account.now + 5 * DAY, self._pay_part, invoice)
        self._await_overdue(invoice)

    def _issue(self, invoice: Invoice, day: int) -> None:
        invoice.issued, invoice.due_day = day, day - self.draw.choice(TERMS)
        if invoice.due_day == 1:
            invoice.due_day = 0  # it would be overdue since midnight, after every event that is made here
        invoice.number = self.account.numbers.next("invoice", day)

    def _await_overdue(self, invoice: Invoice) -> None:
        if invoice.due_day > 0:
            self.account.later(-(invoice.due_day - 1) * DAY + HOUR // 12, self._overdue, invoice)

    def _import(self, invoice: Invoice, day: int, by: Actor, cause: str) -> None:
        account = self.account
        self._issue(invoice, day)
        invoice.created = account.now
        late = days_ago(account.now) < invoice.due_day
        invoice.status = ("overdue" if late else "unpaid") if invoice.ending == "open" else invoice.ending
        if invoice.status in ("paid", "refunded") and invoice.total:
            invoice.paid = invoice.total
            refunded = invoice.total if invoice.status == "refunded" else 0
            self._payment(invoice, invoice.total, "import", None, by, refunded, on=day)
        account.outstanding += invoice.due
        extra = {"source": SOURCE, "external_id": invoice.external_id, "lines": len(invoice.lines)}
        self._record("imported", invoice, by, extra, cause=cause)
        if invoice.status == "unpaid":
            self._await_overdue(invoice)

    def _drafted(self, invoice: Invoice) -> None:
        invoice.created = self.account.now
        self._record("drafted", invoice, self.account.staff())

    def _overdue(self, invoice: Invoice) -> None:
        if invoice.status == "unpaid":
            invoice.status = "overdue"
            self._record("overdue", invoice, BILLING, changes=[Change("status", "unpaid", "overdue")])

    def cancel(self, invoice: Invoice, by: Actor | None = None, cause: str | None = None) -> None:
        """Take it back, if nothing was paid on it."""
        if invoice.due and not invoice.paid and not invoice.credit:
            self.account.outstanding -= invoice.due
            change = Change("status", invoice.status, "cancelled")
            invoice.status = "cancelled"
            self._record("cancelled", invoice, by or self.account.staff(), changes=[change], cause=cause)

    def _pay(self, invoice: Invoice) -> None:
        account, gateway = self.account, self.draw.choice(GATEWAYS)
        amount, by = invoice.due, BILLING if gateway != "bank transfer" else account.staff()
        more = (
            self.draw.randint(1, 9) * 10 * UNITS_OF_A_EURO[account.currency]
            if gateway == "bank transfer" and self.draw.chance(12)
            else 0
        )
        account.outstanding -= amount
        invoice.paid += amount
        before = invoice.status
        cause = self._paid_in(invoice, amount + more, gateway, by, more)
        self._settled(invoice, by, cause, before)
        if more:
            self.ledger.add(more, "overpayment", "Bank transfer above the invoice's total", by, invoice, cause)
        if invoice.ending == "refunded":
            account.later(account.now + DAY + int(self.draw.random() * 9 * DAY), self._refund, invoice)

    def _pay_part(self, invoice: Invoice) -> None:
        part = invoice.due // 3
        if part and invoice.status in ("unpaid", "overdue"):
            self.account.outstanding -= part
            invoice.paid += part
            self._paid_in(invoice, part, "bank transfer", self.account.staff())

    def _settled(self, invoice: Invoice, by: Actor, cause: str, before: str = "unpaid") -> None:
        invoice.status = "paid"
        self._record("paid", invoice, by, changes=[Change("status", before, "paid")], cause=cause)
        if invoice.order:
            invoice.order(by, cause)

    def _paid_in(self, invoice: Invoice, amount: int, gateway: str, by: Actor, credited: int = 0) -> str:
        reference = f"{gateway[:2].upper()}-{self.draw.randint(10**6, 10**7 - 1)}"
        payment = self._payment(
            invoice, amount, gateway, reference, by, 0, on=days_ago(self.account.now), credited=credited
        )
        return self.account.record(
            "payment.recorded",
            ("payment", payment),
            by,
            {
                "invoice_id": invoice.id,
                "invoice_number": invoice_number(invoice.number),
                "amount": self.account.money(amount),
                "date": self.account.calendar.day(days_ago(self.account.now)),
                "gateway": gateway,
                "reference": reference,
                "credited": self.account.money(credited),
            },
        )

    def _payment(
        self,
        invoice: Invoice,
        amount: int,
        gateway: str,
        reference: str | None,
        by: Actor,
        refunded: int,
        on: int,
        credited: int = 0,
    ) -> str:
        payment = self.draw.new_id(self.account.now)
        self.payments.append(
            [
                payment,
                self.account.client.id,
                invoice.id,
                self.account.currency,
                amount,
                refunded,
                self.account.calendar.day(on),
                gateway,
                reference,
                *by[:3],
                self.account.stamp(),
                credited,
            ]
        )
        return payment

    def _refund(self, invoice: Invoice) -> None:
        amount, back = 0, None
        for payment in self.payments:
            if payment[2] == invoice.id and payment[4] == invoice.paid:
                payment[5] = amount = payment[4]
                back = payment[0]
        if amount and not invoice.order:
            invoice.status = "refunded"
            self._record(
                "refunded",
                invoice,
                self.account.staff(),
                {
                    "amount": self.account.money(amount),
                    "to": "gateway",
                    "payments": [{"id": back, "amount": self.account.money(amount)}],
                },
                changes=[Change("status", "paid", "refunded")],
            )

    def _record(
        self,
        what: str,
        invoice: Invoice,
        by: Actor,
        extra: dict | None = None,
        *,
        changes: list | None = None,
        cause: str | None = None,
    ) -> str:
        account, day = self.account, self.account.calendar.day
        facts = {
            "number": invoice_number(invoice.number),
            "status": invoice.status,
            "issue_date": None if invoice.issued is None else day(invoice.issued),
            "due_date": None if invoice.due_day is None else day(invoice.due_day),
            "total": account.money(invoice.total),
            "amount_due": account.money(invoice.due),
            "credit_applied": account.money(invoice.credit),
            "paid": account.money(invoice.paid),
            **content_of(what, invoice, account.money),
            **(extra or {}),
        }
        return account.record(f"invoice.{what}", ("invoice", invoice.id), by, facts, changes=changes, cause=cause)

    def write(self) -> None:
        """All rows of invoices, lines and payments, as they have become. What was never issued leaves nothing."""
        account = self.account
        for invoice in self.all:
            if invoice.created:
                self._write(invoice)
        for payment in self.payments:
            account.rows.add("billing.payments", *payment)

    def _write(self, invoice: Invoice) -> None:
        account, draft = self.account, invoice.issued is None
        created = account.calendar.stamp(invoice.created)
        imported = invoice.external_id is not None
        account.rows.add(
            "billing.invoices",
            invoice.id,
            account.client.id,
            invoice.number,
            invoice.status,
            account.currency,
            None if draft else account.calendar.day(invoice.issued),
            None if draft else account.calendar.day(invoice.due_day),
            invoice.subtotal,
            invoice.tax,
            invoice.total,
            invoice.credit,
            invoice.paid,
            self.draw.choice(texts.INVOICE_NOTES) if self.draw.chance(6) else None,
            SOURCE if imported else None,
            invoice.external_id,
            "\\x" + sha256(invoice.id.encode()).hexdigest() if imported else None,
            created,
            None if draft or imported else created,
        )
        if not draft:
            origin = "imported" if imported else "published"
            account.rows.add(
                "billing.invoice_documents", invoice.id, origin, account.client.buyer, str(DEVELOPMENT.id), created
            )
        for position, line in enumerate(invoice.lines, 1):
            account.rows.add("billing.invoice_lines", invoice.id, position, *line)
