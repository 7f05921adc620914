"""Commands of the billing account and its totals."""
