"""Decimal strings: numbers of requests, read by their value."""

import re
from decimal import Decimal

# As many digits as a Decimal keeps exactly (28), and room for zeros that say nothing.
_PLAIN = re.compile(r"(-?(?:0|[1-9][0-9]{0,17}))(?:\.([0-9]{1,20}))?", re.ASCII)


def parse_decimal(text: object) -> Decimal | None:
    """Read a plain decimal string; zeros at its end do not count, "1.500" is 1.5. None for what is none: a JSON number,
    an exponent, a plus, a comma, another alphabet's digits, more than 18 digits before the point."""
    found = _PLAIN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    places = (found[2] or "").rstrip("0")
    return Decimal(f"{found[1]}.{places}" if places else found[1]) if len(places) <= 10 else None


def places_of(value: Decimal) -> int:
    """How many digits a number has after the point, zeros at the end aside."""
    return max(0, -int(value.normalize().as_tuple().exponent))
