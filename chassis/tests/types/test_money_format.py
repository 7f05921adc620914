"""Money has one face: the ledger's digits, in every currency there is."""

import re
import unicodedata
from pathlib import Path

import pytest
from iso4217 import Currency

from chassis.types.money import Money, minor_digits
from chassis.types.money_format import format_money

ROOT = Path(__file__).parents[3]
IN_USE = sorted(one.code for one in Currency if one.exponent is not None)


@pytest.mark.parametrize("currency", IN_USE)
def test_an_amount_is_written_with_the_digits_of_iso_4217(currency):
    digits = minor_digits(currency)
    text = format_money(Money(120159, currency))
    sign, written = re.fullmatch(r"([^0-9]+)([0-9].*)", text).groups()
    assert written.replace(",", "") == Money(120159, currency).amount
    assert len(written.rpartition(".")[2]) == digits if digits else written == "120,159"
    assert sign[-1] == "\u00a0" or unicodedata.category(sign[-1]) == "Sc"
    assert format_money(Money(-120159, currency)) == f"\u2212{text}"


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (120159, "RSD", "RSD\u00a01,201.59"),
        (33, "RSD", "RSD\u00a00.33"),
        (4760, "PLN", "PLN\u00a047.60"),
        (1055, "IRR", "IRR\u00a010.55"),
        (0, "GBP", "£0.00"),
        (-5, "USD", "\u2212$0.05"),
        (10**14, "EUR", "€1,000,000,000,000.00"),
    ],
)
def test_an_amount_reads_as_people_write_it(minor, currency, text):
    assert format_money(Money(minor, currency)) == text


def test_nothing_else_writes_money():
    elsewhere = [
        str(file.relative_to(ROOT))
        for folder in ("chassis", "gateway", "services", "tools")
        for file in (ROOT / folder).rglob("*.py")
        if "format_currency" in file.read_text() and file != Path(__file__)
    ]
    assert elsewhere == []
