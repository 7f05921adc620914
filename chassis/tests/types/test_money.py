"""Money never meets a float, and says so."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.types.decimals import parse_decimal
from chassis.types.money import MAX_MINOR, Money, MoneyError, minor_digits, round_minor


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3)])
def test_each_currency_has_the_digits_of_iso_4217(currency, digits):
    assert minor_digits(currency) == digits


@pytest.mark.parametrize("currency", ["XXX", "XAU", "usd", "US", "", "EURO", "ＵＳＤ"])
def test_what_is_no_currency_in_use_is_refused(currency):
    with pytest.raises(MoneyError):
        minor_digits(currency)


NO_AMOUNTS = [
    "NaN",
    "Infinity",
    "1e309",
    "1e2",
    "12.345",
    "١٢",
    "1,000",
    "",
    " 1",
    "1 ",
    "+1",
    "01",
    "1.",
    ".5",
    "1000000000000.01",
    "-1000000000000.01",
    "1" * 19,
    "0." + "0" * 21,
    12.5,
    12,
    True,
    None,
    Decimal("1.5"),
]


@pytest.mark.parametrize("amount", NO_AMOUNTS)
def test_what_is_no_plain_amount_is_refused(amount):
    with pytest.raises(MoneyError):
        Money.parse(amount, "USD")


SAME_VALUE = [("12.5", "12.50000"), ("12", "12.000"), ("0", "0.0"), ("-0.5", "-0.50"), ("1", "1.00000000000000000000")]


@pytest.mark.parametrize(("short", "long"), SAME_VALUE)
def test_zeros_at_the_end_say_nothing(short, long):
    assert Money.parse(short, "EUR") == Money.parse(long, "EUR") and parse_decimal(short) == parse_decimal(long)


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD", "CLF"])
def test_an_amount_goes_to_the_same_bound_in_every_currency(currency):
    most = Money(MAX_MINOR, currency)
    assert Money.parse(most.amount, currency) == most and Money.parse(f"-{most.amount}", currency).minor == -MAX_MINOR
    assert MAX_MINOR < 2**53
    for more in (MAX_MINOR + 1, -MAX_MINOR - 1):
        with pytest.raises(MoneyError, match=f"An amount is at most {most.amount} {currency}"):
            Money.parse(Money(more, currency).amount, currency)


def test_what_a_service_answers_is_read_however_much_it_is():
    assert Money.from_wire({"amount": "1000000000000001", "currency": "JPY"}).minor == 10**15 + 1


def test_a_yen_has_no_decimals():
    with pytest.raises(MoneyError):
        Money.parse("1.5", "JPY")
    assert Money.parse("15", "JPY") == Money(15, "JPY")


@given(st.integers(-MAX_MINOR, MAX_MINOR), st.sampled_from(["USD", "JPY", "KWD"]))
def test_every_amount_survives_the_wire(minor, currency):
    money = Money(minor, currency)
    assert Money.parse(money.to_wire()["amount"], money.to_wire()["currency"]) == money


def test_amounts_keep_all_their_digits():
    assert Money(1250, "EUR").to_wire() == {"amount": "12.50", "currency": "EUR"}
    assert Money(-5, "USD").amount == "-0.05"
    assert Money(0, "KWD").amount == "0.000"


def test_two_currencies_are_never_added():
    assert Money(10, "USD") + Money(20, "USD") == Money(30, "USD")
    with pytest.raises(MoneyError):
        Money(1, "USD") + Money(1, "EUR")


@pytest.mark.parametrize(("exact", "rounded"), [("0.5", 1), ("1.5", 2), ("2.4999", 2), ("-0.5", -1), ("2.5", 3)])
def test_halves_round_away_from_zero(exact, rounded):
    assert round_minor(Decimal(exact)) == rounded
