"""Charts as SVG: what they draw and how they are read out."""

import re
from datetime import date, timedelta

import pytest

from gateway.ui import charts
from tests.support.pages.samples import AGEING, gbp

TODAY = date(2026, 11, 22)


def widths(svg: str) -> list[float]:
    return [float(width) for width in re.findall(r' width="([\d.]+)%" height', svg)]


def test_the_age_bar_gives_each_age_its_share_and_leaves_out_what_is_zero():
    assert widths(charts.age_bar(AGEING)) == [37.84, 37.84, 24.32]


def test_the_age_bar_says_its_amounts():
    assert (
        'aria-label="Not due £486.00, 1–30 days £486.00, 31–60 days £312.40, Over 60 days nothing"'
        in charts.age_bar(AGEING)
    )


def test_a_bar_of_nothing_is_empty():
    assert "<rect" not in charts.bar([("went", 0), ("lost", 0)], "nothing", 0)


def test_a_bar_escapes_what_it_says():
    assert 'aria-label="&lt;b&gt;"' in charts.bar([("a0", 1)], "<b>")


def test_credit_holds_its_level_until_the_next_entry():
    history = [{"date": "2026-11-02", "balance": gbp("0.00")}, {"date": "2026-11-12", "balance": gbp("100.00")}]
    assert 'class="ch-line" d="M34.0 94.0 L129.0 94.0 L129.0 8.0 L224 8.0"' in charts.credit_steps(history, TODAY)


@pytest.mark.parametrize(
    ("highest", "named"),
    [
        (gbp("300.00"), ["£0", "£100", "£200", "£300"]),
        (gbp("1284.40"), ["£0", "£500", "£1,000", "£1,500"]),
        (gbp("0.07"), ["£0.00", "£0.05", "£0.10"]),
        ({"amount": "7", "currency": "JPY"}, ["¥0", "¥5", "¥10"]),
        (
            {"amount": "0.300", "currency": "KWD"},
            ["KWD\u00a00.000", "KWD\u00a00.100", "KWD\u00a00.200", "KWD\u00a00.300"],
        ),
        (gbp("499999999999.99"), ["£0", "£200B", "£400B", "£600B"]),
        (gbp("0.00"), ["£0.00", "£0.01"]),
        ({"amount": "1", "currency": "JPY"}, ["¥0", "¥1"]),
    ],
)
def test_credit_stands_beside_a_scale_of_round_amounts_from_zero(highest, named):
    svg = charts.credit_steps([{"date": "2026-11-02", "balance": highest}], TODAY)
    assert re.findall(r'text-anchor="end">([^<]+)<', svg) == named
    assert f"on a scale from {named[0]} to {named[-1]}" in svg
    lines = re.findall(r'<line class="ch-grid" x1="\d+" x2="\d+" y1="([\d.]+)"', svg)
    assert len(set(lines)) == len(named) and all(8 <= float(y) <= 94 for y in lines)


def test_credit_says_its_highest_and_its_present_balance():
    history = [{"date": "2026-01-01", "balance": gbp("300.00")}, {"date": "2026-06-01", "balance": gbp("240.00")}]
    assert "Highest £300.00 on 1 Jan 2026, now £240.00." in charts.credit_steps(history, TODAY)


def test_credit_of_a_single_day_is_a_level_line():
    assert "M22.0 22.3 L224 22.3" in charts.credit_steps([{"date": "2026-11-22", "balance": gbp("5.00")}], TODAY)


def test_the_heat_map_ends_today_and_starts_eighteen_weeks_back_on_a_monday():
    svg = charts.heat_map([{"date": TODAY.isoformat(), "count": 6}], TODAY)
    assert svg.count("<rect") == 18 * 7 and "22 Nov: 6 events" in svg


def test_days_that_are_yet_to_come_have_no_square():
    assert charts.heat_map([], date(2026, 11, 18)).count("<rect") == 17 * 7 + 3


def test_the_busiest_day_is_darkest_and_a_single_event_stays_pale():
    days = [{"date": "2026-11-22", "count": 40}, {"date": "2026-11-21", "count": 1}]
    svg = charts.heat_map(days, TODAY)
    assert re.search(r'class="h4"[^>]*><title>22 Nov: 40 events', svg)
    assert re.search(r'class="h1"[^>]*><title>21 Nov: 1 event<', svg)


def test_no_activity_is_said():
    assert 'aria-label="No activity in the last 18 weeks."' in charts.heat_map([], TODAY)


def test_the_strip_shows_ninety_days_and_forgets_what_is_older():
    old = {"date": (TODAY - timedelta(days=90)).isoformat(), "count": 9}
    svg = charts.day_strip([old, {"date": TODAY.isoformat(), "count": 2}], TODAY)
    assert svg.count("<rect") == 90 and "Busiest day 22 November 2026 with 2 events." in svg
