"""Invoices, payments and credit against a model in plain integers: whatever staff do, each amount and each refusal
agrees."""

import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import insert, select

from chassis.errors import ServiceProblem
from chassis.types.money import Money
from services.billing.commands.credits.entries import add_credit, apply_credit, reverse_credit
from services.billing.commands.invoices.drafts import cancel_invoice, create_invoice, publish_invoice
from services.billing.commands.invoices.overdue import mark_overdue
from services.billing.commands.invoices.payments import mark_invoice_paid, record_payment, refund_invoice
from services.billing.models import BillingAccount, ClientTotals, CreditEntry, Invoice
from services.billing.queries.documents import Parties
from services.billing.queries.totals import totals_to_wire
from tests.support.billing_rows import client_terms
from tests.support.outbox_helpers import events_of

TODAY = date(2026, 11, 22)
PLACES = st.integers(-4, -1)  # one of the newest, so that much happens to each
AMOUNTS = st.integers(1, 300)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


@dataclass
class Bill:
    """An invoice as the model sees it; `cash` and `used` are what can still go back of payments and of applied
    credit."""

    total: int
    status: str = "draft"
    paid: int = 0
    credit: int = 0
    cash: int = 0
    used: int = 0

    @property
    def due(self) -> int:
        return self.total - self.paid - self.credit if self.status in ("draft", "unpaid", "overdue") else 0

    @property
    def owed(self) -> bool:
        return self.status in ("unpaid", "overdue")

    def settle(self) -> None:
        if self.owed and self.due == 0:
            self.status = "paid"


@dataclass
class Entry:
    """An entry of the ledger; `bill` is what it was applied to."""

    amount: int
    kind: str
    bill: Bill | None = None
    reversed: bool = False


@dataclass
class Books:
    """All that a client has."""

    bills: list[Bill] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def balance(self) -> int:
        return sum(entry.amount for entry in self.entries)

    def use(self, bill: Bill, amount: int) -> None:
        bill.credit += amount
        bill.used += amount
        self.entries.append(Entry(-amount, "applied", bill))
        bill.settle()

    def pay(self, bill: Bill, amount: int) -> None:
        into = min(amount, bill.due)
        bill.paid += into
        bill.cash += into
        bill.settle()
        if amount > into:
            self.entries.append(Entry(amount - into, "overpayment"))

    def publish(self, bill: Bill, apply: bool) -> None:
        bill.status = "unpaid"
        bill.settle()
        if apply and min(self.balance, bill.due):
            self.use(bill, min(self.balance, bill.due))


def machine_on(session, open_uow):
    """A machine on one database; each example has a client of its own."""

    class Staff(RuleBasedStateMachine):
        @initialize(credit=AMOUNTS, totals=st.lists(st.integers(0, 300), min_size=1, max_size=3), apply=st.booleans())
        def open(self, credit, totals, apply):
            self.client = uuid.uuid4()
            session.execute(insert(BillingAccount).values(client_id=self.client, currency="EUR"))
            session.commit()
            self.books, self.ids, self.entry_ids = Books(), [], []
            self.add(credit)
            for total in totals:
                self.create(total, True, apply)

        @contextmanager
        def expected(self, *refusals: str):
            """The block is refused with one of `refusals`; without one it is not."""
            try:
                yield
            except ServiceProblem as problem:
                assert problem.code in refusals, problem
            else:
                assert not refusals

        def bill(self, place: int) -> tuple[Bill | None, dict]:
            if not self.ids:
                return None, {}
            place = max(place, -len(self.ids))
            return self.books.bills[place], {"client_id": self.client, "invoice_id": self.ids[place]}

        @rule(total=st.integers(0, 300), publish=st.booleans(), apply=st.booleans())
        def create(self, total, publish, apply):
            line = {
                "description": "Hosting",
                "quantity": Decimal(1),
                "unit_price": Decimal(total).scaleb(-2),
                "tax_rate": Decimal(0),
            }
            with self.expected(*["validation"] * (apply and not publish)):
                made = create_invoice(
                    open_uow,
                    client_id=self.client,
                    lines=[line],
                    due_date=None,
                    notes=None,
                    publish=publish,
                    apply_credit=apply,
                    parties=Parties(client_terms(), None),
                    today=TODAY,
                )
                self.ids.append(uuid.UUID(made["id"]))
                self.books.bills.append(bill := Bill(total))
                if publish:
                    self.books.publish(bill, apply)

        @rule(place=PLACES, apply=st.booleans())
        def publish(self, place, apply):
            bill, which = self.bill(place)
            if bill:
                draft = bill.status == "draft"
                with self.expected(*["invalid-state"] * (not draft)):
                    publish_invoice(
                        open_uow, **which, apply_credit=apply, parties=Parties(client_terms(), None), today=TODAY
                    )
                if draft:
                    self.books.publish(bill, apply)

        @rule(place=PLACES)
        def cancel(self, place):
            bill, which = self.bill(place)
            if bill:
                possible = (bill.owed or bill.status == "draft") and not bill.paid and not bill.credit
                with self.expected(*["invalid-state"] * (not possible)):
                    cancel_invoice(open_uow, **which, reason=None)
                bill.status = "cancelled" if possible else bill.status

        @rule(place=PLACES, amount=AMOUNTS)
        def pay(self, place, amount):
            bill, which = self.bill(place)
            if bill:
                owed = bill.owed
                with self.expected(*["invalid-state"] * (not owed)):
                    record_payment(
                        open_uow, **which, amount=eur(amount), date=TODAY, gateway="card", reference=None, today=TODAY
                    )
                if owed:
                    self.books.pay(bill, amount)

        @rule(place=PLACES)
        def mark_paid(self, place):
            bill, which = self.bill(place)
            if bill:
                owed = bill.owed
                with self.expected(*["invalid-state"] * (not owed)):
                    mark_invoice_paid(open_uow, **which, today=TODAY)
                if owed:
                    self.books.pay(bill, bill.due)

        @rule(place=PLACES, amount=st.none() | AMOUNTS)
        def apply(self, place, amount):
            bill, which = self.bill(place)
            if not bill:
                return
            wanted = min(self.books.balance, bill.due) if amount is None else amount
            why = (
                "invalid-state"
                if not bill.owed
                else "validation"
                if wanted > bill.due
                else "insufficient-credit"
                if not wanted or wanted > self.books.balance
                else None
            )
            with self.expected(*[why] * bool(why)):
                apply_credit(open_uow, **which, amount=amount and eur(amount), today=TODAY)
            if not why:
                self.books.use(bill, wanted)

        @rule(place=PLACES, amount=AMOUNTS, everything=st.booleans(), to=st.sampled_from(["credit", "gateway"]))
        def refund(self, place, amount, everything, to):
            bill, which = self.bill(place)
            if not bill:
                return
            cash = bill.cash if bill.owed or bill.status == "paid" else 0
            used = bill.used if bill.status == "paid" else 0
            most = cash + (used if to == "credit" else 0)
            amount = most if everything and most else amount
            why = "invalid-state" if not cash + used else "validation" if amount > most else None
            with self.expected(*[why] * bool(why)):
                refund_invoice(open_uow, **which, amount=eur(amount), to=to, reason=None)
            if not why:
                self._give_back(bill, amount, to)

        def _give_back(self, bill, amount, to):
            of_cash = min(amount, bill.cash)
            bill.cash -= of_cash
            bill.used -= amount - of_cash
            if bill.owed:
                bill.paid -= of_cash
            elif not bill.cash + bill.used:
                bill.status = "refunded"
            if to == "credit":
                self.books.entries.append(Entry(amount, "refund"))

        @rule(amount=AMOUNTS)
        def add(self, amount):
            add_credit(open_uow, client_id=self.client, amount=eur(amount), description="Goodwill", invoice_id=None)
            self.books.entries.append(Entry(amount, "added"))

        @rule(place=PLACES)
        def reverse(self, place):
            if not self.entry_ids:
                return
            place = max(place, -len(self.entry_ids))
            entry = self.books.entries[place]
            why = (
                "invalid-state"
                if entry.kind == "correction"
                else "duplicate"
                if entry.reversed
                else "invalid-state"
                if entry.bill and not entry.bill.owed
                else "insufficient-credit"
                if entry.amount > self.books.balance
                else None
            )
            with self.expected(*[why] * bool(why)):
                reverse_credit(open_uow, client_id=self.client, entry_id=self.entry_ids[place], description="Wrong")
            if not why:
                entry.reversed = True
                self.books.entries.append(Entry(-entry.amount, "correction"))
                if entry.bill:
                    entry.bill.credit += entry.amount
                    entry.bill.used += entry.amount

        @rule()
        def a_month_passes(self):
            mark_overdue(session, client_id=self.client, today=TODAY + timedelta(days=30))
            for bill in self.books.bills:
                bill.status = "overdue" if bill.status == "unpaid" else bill.status

        @invariant()
        def database_agrees(self):
            if not hasattr(self, "client"):
                return
            session.rollback()
            found = {
                row.id: row
                for row in session.scalars(
                    select(Invoice).where(Invoice.client_id == self.client).execution_options(populate_existing=True)
                )
            }
            rows = [found[one] for one in self.ids]
            assert [(row.status, row.paid_minor, row.credit_applied_minor) for row in rows] == [
                (bill.status, bill.paid, bill.credit) for bill in self.books.bills
            ]
            self._ledger_agrees()
            owed = sum(bill.due for bill in self.books.bills if bill.owed)
            published = events_of(session, self.client)
            assert [event["sequence"] for event in published] == list(range(1, len(published) + 1))
            if published:
                totals = session.get(ClientTotals, self.client, populate_existing=True)
                assert (totals.outstanding_minor, totals.credit_minor) == (owed, self.books.balance)
                assert published[-1]["facts"]["totals"] == totals_to_wire(totals)

        def _ledger_agrees(self):
            ledger = session.execute(
                select(CreditEntry.id, CreditEntry.amount_minor, CreditEntry.balance_after_minor, CreditEntry.kind)
                .where(CreditEntry.client_id == self.client)
                .order_by(CreditEntry.seq)
            ).all()
            self.entry_ids = [row.id for row in ledger]
            assert [(row.amount_minor, row.kind) for row in ledger] == [
                (one.amount, one.kind) for one in self.books.entries
            ]
            assert (ledger[-1].balance_after_minor if ledger else 0) == self.books.balance >= 0

    return Staff


def test_whatever_staff_do_the_books_agree(session, open_uow):
    # Without shrinking, which takes minutes on a database: the steps that failed are shown as they were.
    some = settings(max_examples=settings.default.max_examples // 4, stateful_step_count=30, phases=[Phase.generate])
    run_state_machine_as_test(machine_on(session, open_uow), settings=some)
    numbers = sorted(number for number in session.scalars(select(Invoice.number)) if number)
    assert numbers == list(range(1, len(numbers) + 1))
