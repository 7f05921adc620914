"""Content of an invoice, sums and lines, as the events that say all of it have them."""

from collections.abc import Callable

from services.billing.queries.serializers import decimal

WHOLE = {
    "drafted": "lines",
    "published": "lines",
    "imported": "line_items",
}  # such events, and what lines are called there


def content_of(what: str, invoice, money: Callable[[int], dict]) -> dict:
    """What the event `what` says beyond the state of an invoice; nothing for one that does not say all."""
    if what not in WHOLE:
        return {}
    lines = [
        {
            "description": description,
            "quantity": decimal(quantity),
            "unit_price": money(unit),
            "tax_rate": decimal(rate),
            "tax": money(tax),
            "total": money(total),
        }
        for description, quantity, unit, rate, total, tax in invoice.lines
    ]
    return {"subtotal": money(invoice.subtotal), "tax_total": money(invoice.tax), WHOLE[what]: lines}
