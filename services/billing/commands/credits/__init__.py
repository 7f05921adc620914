"""Commands of the credit ledger."""
