"""Lines of an invoice as its events carry them, bounded."""

import hashlib
from collections.abc import Sequence

from chassis.events.event import canonical
from services.billing.queries.serializers import decimal, money

TEXT_BYTES = 96 * 1024
"""What the texts of an invoice's lines may come to in an event; the rest of it stays well below an event's bound."""


def lines_fact(lines: Sequence, currency: str) -> list[dict]:
    """The rows `lines` of an invoice as events carry them, their texts together no longer than TEXT_BYTES."""
    share = TEXT_BYTES // max(1, len(lines))
    if sum(len(canonical(line.description)) for line in lines) <= TEXT_BYTES:
        share = TEXT_BYTES
    return [
        {
            **_text_fact(line.description, share),
            "quantity": decimal(line.quantity),
            "unit_price": money(line.unit_price_minor, currency),
            "tax_rate": decimal(line.tax_rate),
            "tax": money(line.tax_minor, currency),
            "total": money(line.total_minor, currency),
        }
        for line in lines
    ]


def _text_fact(text: str, most: int) -> dict:
    """`text`, or as much of it as `most` bytes hold, with length and hash of the whole."""
    if len(canonical(text)) <= most:
        return {"description": text}
    cut = text[:most]
    while len(canonical(cut)) > most:
        cut = cut[: len(cut) * 9 // 10]
    whole = text.encode()
    return {
        "description": cut,
        "description_length": len(text),
        "description_sha256": hashlib.sha256(whole).hexdigest(),
    }
