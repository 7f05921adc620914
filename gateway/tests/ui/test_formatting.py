"""Values written for people."""

from datetime import date

import pytest

from chassis.types.money import minor_digits
from gateway.ui import formatting
from tests.support.pages.samples import NOW


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1284.40", "GBP", "£1,284.40"),
        ("9420.00", "USD", "$9,420.00"),
        ("-25.00", "EUR", "−€25.00"),
        ("1200", "JPY", "¥1,200"),
        ("0.10", "EUR", "€0.10"),
        ("9007199254740993.07", "EUR", "€9,007,199,254,740,993.07"),
        ("1.234", "KWD", "KWD\u00a01.234"),
    ],
)
def test_money_is_written_with_its_currency_and_never_through_a_float(amount, currency, text):
    assert formatting.money({"amount": amount, "currency": currency}) == text


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("", ["−£1,284.40", "22 Nov 2026", "22 November 2026", "1,284 rows", "2.5", "Today 16:05"]),
        ("en", ["−£1,284.40", "22 Nov 2026", "22 November 2026", "1,284 rows", "2.5", "Today 16:05"]),
        ("xx", ["−£1,284.40", "22 Nov 2026", "22 November 2026", "1,284 rows", "2.5", "Today 16:05"]),
        ("de", ["-1.284,40\u00a0£", "22.11.2026", "22. November 2026", "1.284 rows", "2,5", "Today 16:05"]),
        (
            "pt-BR",
            ["-£\u00a01.284,40", "22 de nov. de 2026", "22 de novembro de 2026", "1.284 rows", "2,5", "Today 16:05"],
        ),
    ],
)
def test_dates_numbers_and_amounts_follow_a_language_and_words_stay_english(language, texts):
    with formatting.written_in(language):
        written = [
            formatting.money({"amount": "-1284.40", "currency": "GBP"}),
            formatting.day("2026-11-22"),
            formatting.long_day("2026-11-22"),
            formatting.plural(1284, "row"),
            formatting.quantity("2.5000"),
            formatting.short_moment("2026-11-22T16:05:00Z", NOW),
        ]
    assert written == texts
    assert formatting.day("2026-11-22") == "22 Nov 2026"


@pytest.mark.parametrize(
    ("currency", "amount", "text"), [("JPY", "1200", "1.200\u00a0¥"), ("KWD", "1.200", "1,200\u00a0KWD")]
)
def test_an_amount_has_the_digits_of_its_currency_in_every_language(currency, amount, text):
    with formatting.written_in("de"):
        assert formatting.money({"amount": amount, "currency": currency}) == text


def test_every_currency_of_a_choice_can_be_billed():
    assert len(formatting.currencies()) > 140
    assert all(formatting.currency_look(code)["digits"] == minor_digits(code) for code, _ in formatting.currencies())


def test_a_credit_shows_its_sign_and_zero_has_none():
    pounds = [{"amount": amount, "currency": "GBP"} for amount in ("240.00", "-25.00", "0.00")]
    assert [formatting.signed_money(value) for value in pounds] == ["+£240.00", "−£25.00", "£0.00"]


def test_a_negated_amount_keeps_its_digits():
    assert formatting.negated({"amount": "25.00", "currency": "GBP"}) == {"amount": "-25.00", "currency": "GBP"}


def test_times_are_shown_in_utc_whatever_their_offset():
    assert formatting.moment("2026-11-22T18:05:00+02:00") == "22 Nov 2026, 16:05"


@pytest.mark.parametrize(
    ("time", "text"),
    [
        ("2026-11-22T16:42:00Z", "just now"),
        ("2026-11-22T16:05:00Z", "37 min ago"),
        ("2026-11-21T18:44:00Z", "21 h ago"),
        ("2026-11-21T16:10:00Z", "yesterday"),
        ("2026-11-20T13:02:00Z", "2 days ago"),
        ("2026-08-01T00:00:00Z", "3 months ago"),
        ("2023-03-14T00:00:00Z", "3 years ago"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit_that_fits(time, text):
    assert formatting.ago(time, NOW) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("2026-11-22", "today"),
        ("2026-11-23", "tomorrow"),
        ("2026-12-03", "in 11 days"),
        ("2026-10-09", "44 days ago"),
    ],
)
def test_a_date_is_seen_from_today(day, text):
    assert formatting.from_today(day, date(2026, 11, 22)) == text


@pytest.mark.parametrize(
    ("time", "text"),
    [
        ("2026-11-22T16:05:00Z", "Today 16:05"),
        ("2026-11-21T10:48:00Z", "Yesterday 10:48"),
        ("2026-11-20T00:05:00Z", "20 Nov 00:05"),
        ("2025-12-04T09:15:00Z", "4 Dec 2025"),
    ],
)
def test_a_feed_shortens_its_times(time, text):
    assert formatting.short_moment(time, NOW) == text


def test_a_day_of_another_year_names_its_year():
    today = date(2026, 11, 22)
    assert formatting.day_heading("2026-11-22", today) == "Sunday 22 November"
    assert formatting.day_heading("2025-11-17", today) == "Monday 17 November 2025"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Brightwater Studio Ltd", "BS"),
        ("Kestrel & Vane Architects", "KV"),
        ("Łukasz", "Ł"),
        ("!!!", "?"),
    ],
)
def test_initials_come_from_the_first_two_words(name, letters):
    assert formatting.initials(name) == letters


@pytest.mark.parametrize(
    ("slug", "text"),
    [
        ("customer_reply", "Customer reply"),
        ("tax_id", "Tax ID"),
        ("semi_annual", "Semi-annual"),
        ("active", "Active"),
    ],
)
def test_slugs_read_as_words(slug, text):
    assert formatting.words(slug) == text


@pytest.mark.parametrize("value", [None, "", "red", "#fff", "#3b82f6;x", "#3b82f6\n", "javascript:alert(1)"])
def test_a_colour_that_is_not_six_hex_digits_is_grey(value):
    assert formatting.colour(value) == "#98a2b3"


def test_quantities_and_percentages_lose_their_idle_zeros():
    assert (formatting.quantity("2.5000"), formatting.quantity("100"), formatting.percent("20.00")) == (
        "2.5",
        "100",
        "20%",
    )


def test_countries_stand_where_a_reader_looks_for_them():
    names = [name for _, name in formatting.countries()]
    assert names.index("Afghanistan") < names.index("Åland Islands") < names.index("Zimbabwe")
    assert names.index("Türkiye") < names.index("Turks & Caicos Islands")


def test_the_choices_of_country_and_currency_hold_what_the_chinook_clients_need():
    countries = dict(formatting.countries())
    assert {"BR", "CA", "CZ", "GB", "IN", "US"} <= countries.keys() and countries["GB"] == "United Kingdom"
    assert {"EUR", "GBP", "JPY", "KWD", "USD"} <= dict(formatting.currencies()).keys()
