"""Commands of invoices and payments."""
