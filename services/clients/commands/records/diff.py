"""Diff of a row: its attributes are set, and what that changed is answered."""

from decimal import Decimal


def apply(row, given: dict, names: dict[str, str] | None = None) -> list[dict]:
    """Set what of `given` {field: value} differs; answers these as an event's changes `{"field", "old", "new"}`.

    `names` maps a field to the attribute that holds it, where that has another name.
    """
    changes = []
    for field, new in given.items():
        attribute = (names or {}).get(field, field)
        old = getattr(row, attribute)
        if old != new:
            changes.append({"field": field, "old": _plain(old), "new": _plain(new)})
            setattr(row, attribute, new)
    return changes


def _plain(value):
    """A value as JSON has it; a percentage with two places."""
    return f"{value:.2f}" if isinstance(value, Decimal) else value
