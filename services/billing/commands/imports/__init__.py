"""Commands of the import of invoices."""
