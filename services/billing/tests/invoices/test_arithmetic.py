"""An invoice's lines as the API takes them, against the same sums in fractions: to the last minor unit, in any
currency."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import ServiceProblem
from chassis.types.money import MAX_MINOR, Money
from services.billing.commands.invoices.drafts import read_lines
from services.billing.commands.invoices.lifecycle import price_lines
from services.billing.schemas.invoices import Line

DIGITS = {"JPY": 0, "EUR": 2, "KWD": 3}


def text_of(number: int, places: int) -> str:
    """`number` of the last of so many places, as people write it."""
    return format(Decimal(number).scaleb(-places), "f")


@st.composite
def invoices(draw):
    """A currency and lines in texts that are short of, at and above what can be billed."""
    currency = draw(st.sampled_from(sorted(DIGITS)))
    line = st.tuples(
        st.integers(1, 10**7) | st.integers(1, 99999), st.integers(-(10**9), 10**11), st.integers(0, 100_000)
    )
    return currency, [
        (text_of(quantity, 4), text_of(price, DIGITS[currency]), text_of(rate, 3))
        for quantity, price, rate in draw(st.lists(line, min_size=1, max_size=8))
    ]


def half_up(exact: Fraction) -> int:
    whole = (abs(exact) + Fraction(1, 2)).__floor__()
    return whole if exact >= 0 else -whole


def modelled(currency: str, lines) -> list[tuple[int, int]] | None:
    """(total, tax) of each line in minor units; None where the invoice cannot be billed."""
    came_to = []
    for quantity, price, rate in lines:
        exact = Fraction(quantity) * Fraction(price) * 10 ** DIGITS[currency]
        total = half_up(exact)
        came_to.append((total, half_up(total * Fraction(rate) / 100)))
        if abs(exact) > MAX_MINOR:
            return None
    subtotal, tax = (sum(figures) for figures in zip(*came_to, strict=True))
    by_rate = Counter()
    for (_, _, rate), (_, line_tax) in zip(lines, came_to, strict=True):
        by_rate[Fraction(rate)] += line_tax
    fits = 0 <= subtotal + tax <= MAX_MINOR and abs(subtotal) <= MAX_MINOR and tax <= MAX_MINOR
    return came_to if fits and min(by_rate.values()) >= 0 else None


@given(invoices())
def test_an_invoice_comes_to_what_its_lines_come_to_or_is_refused(invoice):
    currency, lines = invoice
    given_lines = [
        Line().load({"description": "x", "quantity": quantity, "unit_price": price, "tax_rate": rate})
        for quantity, price, rate in lines
    ]
    expected = modelled(currency, lines)
    try:
        priced, amounts = price_lines(read_lines(given_lines, currency, tax_exempt=False))
    except ServiceProblem as problem:
        assert expected is None and problem.code == "validation"
        return
    assert [(line.total, line.tax) for line in priced] == expected
    assert amounts.total == sum(total + tax for total, tax in expected)
    assert Fraction(Money(amounts.total, currency).amount) * 10 ** DIGITS[currency] == amounts.total


@given(invoices())
def test_without_tax_an_invoice_is_its_subtotal(invoice):
    currency, lines = invoice
    untaxed = [(quantity, price, "0") for quantity, price, _ in lines]
    if modelled(currency, untaxed) is None:
        return
    given_lines = [
        Line().load({"description": "x", "quantity": quantity, "unit_price": price, "tax_rate": rate})
        for quantity, price, rate in lines
    ]
    _, amounts = price_lines(read_lines(given_lines, currency, tax_exempt=True))
    assert (amounts.tax, amounts.total) == (0, sum(total for total, _ in modelled(currency, untaxed)))
