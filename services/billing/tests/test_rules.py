"""Arithmetic, states and dates, over all inputs that a machine can think of."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.types.money import MAX_MINOR, MoneyError
from services.billing import rules

quantities = st.decimals(min_value="-99999999", max_value="99999999", places=4, allow_nan=False, allow_infinity=False)
prices = st.integers(-(10**12), 10**12)
rates = st.decimals(min_value=0, max_value=100, places=3)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def half_up(exact: Fraction) -> int:
    """The whole number next to `exact`, a half going away from zero: the rule written a second way."""
    whole = (abs(exact) + Fraction(1, 2)).__floor__()
    return whole if exact >= 0 else -whole


@given(quantities, prices, rates)
def test_a_line_is_quantity_times_price_and_its_tax_is_of_the_rounded_total(quantity, price, rate):
    exact = Fraction(quantity) * price
    if abs(exact) > MAX_MINOR:
        with pytest.raises(MoneyError):
            rules.line_amounts(quantity, price, rate)
        return
    line = rules.line_amounts(quantity, price, rate)
    assert line.total == half_up(exact)
    assert line.tax == half_up(line.total * Fraction(rate) / 100)


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(-(10**8), 10**8)), max_size=20))
def test_an_invoice_is_the_sum_of_rounded_figures(lines):
    subtotal, tax = sum(total for total, _ in lines), sum(tax for _, tax in lines)
    priced = [rules.LineAmounts(*line) for line in lines]
    if subtotal + tax < 0 or tax < 0:
        with pytest.raises(MoneyError, match="less than nothing"):
            rules.invoice_amounts(priced)
    else:
        assert rules.invoice_amounts(priced) == rules.InvoiceAmounts(subtotal, tax)


@pytest.mark.parametrize(
    "lines",
    [
        [("1", 5000, "0"), ("1", 0, "19"), ("1", -26316, "19"), ("1", 26316, "0")],  # a total of 0.00 with tax −50.00
        [("1", 10000, "20"), ("1", -100, "19")],  # the whole tax is above zero, that at 19% is not
        [("1", 10000, "0"), ("1", -100, "7.000"), ("1", 90, "7")],
    ],
)
def test_the_tax_of_a_rate_is_never_below_zero(lines):
    priced = [rules.line_amounts(Decimal(quantity), price, Decimal(rate)) for quantity, price, rate in lines]
    with pytest.raises(MoneyError, match="The tax at (19|7)% comes to less than nothing"):
        rules.invoice_amounts(priced)


def test_a_discount_lowers_the_tax_of_its_own_rate():
    lines = [("1", 10000, "20"), ("1", -4000, "20.000"), ("1", 500, "7"), ("1", -100, "0")]
    priced = [rules.line_amounts(Decimal(quantity), price, Decimal(rate)) for quantity, price, rate in lines]
    assert rules.invoice_amounts(priced) == rules.InvoiceAmounts(6400, 1235)


@pytest.mark.parametrize(
    ("quantity", "price", "rate", "total", "tax"),
    [
        ("2.5", 99, "0", 248, 0),  # 247.5 rounds up
        ("-2.5", 99, "0", -248, 0),  # and away from zero below it
        ("0.0001", 4999, "20", 0, 0),
        ("0.0001", 5000, "20", 1, 0),  # half a cent; its tax of a fifth of a cent is nothing
        ("3", 115, "17.5", 345, 60),  # 60.375
        ("1", 10, "15", 10, 2),  # 1.5 rounds up
    ],
)
def test_halves_round_up(quantity, price, rate, total, tax):
    assert rules.line_amounts(Decimal(quantity), price, Decimal(rate)) == rules.LineAmounts(total, tax, Decimal(rate))


@given(st.lists(st.tuples(st.none() | days, st.integers(0, 10**9))), days)
def test_ageing_loses_nothing_and_each_bucket_holds_its_days(owed, today):
    sums = rules.ageing(owed, today)
    assert sum(sums) == sum(minor for _, minor in owed)
    for (label, first), (_, after), minor in zip(rules.AGEING, (*rules.AGEING[1:], ("", 10**9)), sums, strict=True):
        held = [m for due, m in owed if first <= max(0, (today - due).days if due else 0) < after]
        assert minor == sum(held), label


@given(days, st.integers(-400, 400))
def test_overdue_begins_the_day_after_the_due_date(due, shift):
    assert rules.open_status(due, due + timedelta(days=shift)) == ("overdue" if shift > 0 else "unpaid")
    assert rules.open_status(None, due) == "unpaid"


def test_the_day_is_that_of_the_business_and_not_of_greenwich():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert rules.business_today(ZoneInfo("UTC"), late) == date(2026, 11, 22)
    assert rules.business_today(ZoneInfo("Europe/Berlin"), late) == date(2026, 11, 23)
    assert rules.business_today(ZoneInfo("America/New_York"), late) == date(2026, 11, 22)


@given(st.sampled_from(rules.INVOICE_STATUSES), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_only_what_is_open_is_due(status, total, credit, paid):
    due = rules.amount_due(status, total, credit, paid)
    assert due == (total - credit - paid if status in ("draft", "unpaid", "overdue") else 0)


@pytest.mark.parametrize(
    ("moves", "states", "final"),
    [
        (rules.INVOICE_MOVES, rules.INVOICE_STATUSES, {"cancelled", "refunded"}),
        (rules.SUBSCRIPTION_MOVES, rules.SUBSCRIPTION_STATUSES, {"terminated", "cancelled"}),
        (rules.ORDER_MOVES, rules.ORDER_STATUSES, {"active", "fraud", "cancelled"}),
    ],
    ids=["invoice", "service", "order"],
)
def test_the_tables_of_states_name_each_state_and_end_where_the_product_says(moves, states, final):
    assert set(moves) == set(states)
    assert {state for state, targets in moves.items() if not targets} == final
    assert set().union(*moves.values()) <= set(states)


def test_a_service_is_suspended_only_when_it_is_active_and_terminated_only_when_suspended():
    assert [
        old for old in rules.SUBSCRIPTION_STATUSES if rules.may_move(rules.SUBSCRIPTION_MOVES, old, "suspended")
    ] == ["active"]
    assert [
        old for old in rules.SUBSCRIPTION_STATUSES if rules.may_move(rules.SUBSCRIPTION_MOVES, old, "terminated")
    ] == ["suspended"]
    assert {
        old for old in rules.SUBSCRIPTION_STATUSES if rules.may_move(rules.SUBSCRIPTION_MOVES, old, "cancelled")
    } == {
        "pending",
        "active",
        "suspended",
    }


def test_numbers_are_read_with_five_digits_at_least():
    assert (rules.invoice_number(42), rules.invoice_number(123456), rules.invoice_number(None)) == (
        "INV-00042",
        "INV-123456",
        None,
    )
    assert rules.order_number(1187) == "ORD-01187"


@given(st.integers(0, 10**12), st.decimals(min_value=0, max_value=100, places=2))
def test_a_discount_takes_its_percentage_and_leaves_between_nothing_and_the_whole(price, percent):
    left = rules.discounted(price, percent)
    assert left == half_up(Fraction(price) * (100 - Fraction(percent)) / 100)
    assert 0 <= left <= price
    assert rules.discounted(price, Decimal(0)) == price and rules.discounted(price, Decimal(100)) == 0


@given(days, st.integers(-240, 240))
def test_months_later_is_that_month_and_that_day_or_the_month_s_last(start, months):
    later = rules.months_later(start, months)
    assert (later.year * 12 + later.month) - (start.year * 12 + start.month) == months
    assert later.day == start.day or (later.day < start.day and (later + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("start", "cycle", "due"),
    [
        ("2026-01-31", "monthly", "2026-02-28"),
        ("2027-12-31", "monthly", "2028-01-31"),
        ("2027-11-30", "quarterly", "2028-02-29"),
        ("2026-08-31", "semi_annual", "2027-02-28"),
        ("2024-02-29", "annual", "2025-02-28"),
        ("2024-02-29", "biennial", "2026-02-28"),
    ],
)
def test_a_service_is_due_again_by_its_cycle(start, cycle, due):
    assert rules.next_due(date.fromisoformat(start), cycle) == date.fromisoformat(due)


def test_what_is_paid_once_is_never_due_again_and_every_other_cycle_is():
    assert {cycle for cycle in rules.BILLING_CYCLES if rules.next_due(date(2026, 11, 22), cycle) is None} == {
        "one_time"
    }
