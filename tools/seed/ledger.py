"""A client's credit ledger: what is given, paid too much, and used for invoices."""

from services.billing.rules import invoice_number
from tools.seed import texts
from tools.seed.account import BILLING, Account
from tools.seed.catalogue import UNITS_OF_A_EURO
from tools.seed.history import Actor


class Ledger:
    """Signed entries, each with the balance after it; the account's `credit` is the last one's."""

    def __init__(self, account: Account):
        self.account, self.draw = account, account.draw
        self.entries = 0

    def gift(self) -> None:
        """Staff gives some credit."""
        amount = self.draw.choice((10, 20, 25, 50, 100)) * UNITS_OF_A_EURO[self.account.currency]
        self.add(amount, "added", self.draw.choice(texts.CREDIT_REASONS), self.account.staff())

    def apply(self, invoice, cause: str) -> None:
        """Use what there is for an invoice, up to what is due on it."""
        account = self.account
        amount = min(account.credit, invoice.due)
        invoice.credit += amount
        account.outstanding -= amount
        entry = self.add(-amount, "applied", "Account credit applied", BILLING, invoice, cause)
        account.rows.add(
            "billing.credit_applications",
            self.draw.new_id(account.now),
            account.client.id,
            invoice.id,
            entry,
            amount,
            account.stamp(),
        )

    def add(self, amount: int, kind: str, description: str, by: Actor, invoice=None, cause: str | None = None) -> str:
        """Add an entry, `amount` below zero for what is used; returns its id."""
        account, entry = self.account, self.draw.new_id(self.account.now)
        account.credit += amount
        self.entries += 1
        account.rows.add(
            "billing.credit_entries",
            entry,
            account.client.id,
            self.entries,
            account.currency,
            amount,
            account.credit,
            kind,
            description,
            invoice and invoice.id,
            *by[:3],
            account.stamp(),
        )
        account.record(
            "credit.applied" if kind == "applied" else "credit.added",
            ("credit", entry),
            by,
            {
                "amount": account.money(amount),
                "balance_after": account.money(account.credit),
                "kind": kind,
                "description": description,
                "invoice_id": invoice and invoice.id,
                "invoice_number": invoice and invoice_number(invoice.number),
            },
            cause=cause,
        )
        return entry
