"""Commands of the billing account and of its totals."""
