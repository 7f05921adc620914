"""Filters: which fields there are, and how their values are read."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chassis.errors import ServiceProblem
from chassis.filters import checker
from chassis.filters.checker import ABSENT, Check, Checker
from chassis.filters.dates import Span, day_of, span_of
from chassis.filters.fields import Field, Kind, Vocabulary, described, help_text
from chassis.filters.parser import parse
from chassis.filters.tree import Not

STATE = Field("state", "State", Kind.CHOICE, choices=("open", "closed"))
OWNER = Field("owner", "Owner", Kind.CHOICE, nullable=True)
TAG = Field("tag", "Tag", Kind.SET, nullable=True)
NAME = Field("name", "Name", Kind.TEXT)
SEEN = Field("seen", "Seen", Kind.MOMENT, nullable=True)
DUE = Field("due", "Due", Kind.DAY)
COUNT = Field("count", "Count", Kind.NUMBER)
OWED = Field("owed", "Owed", Kind.MONEY)
PAID = Field("paid", "Paid", Kind.FLAG)
CHECKED = Field("field", "VAT checked", Kind.FLAG, nullable=True, member="VAT checked", key=7)
FIELDS = (STATE, OWNER, TAG, NAME, SEEN, DUE, COUNT, OWED, PAID)
NOW = datetime(2026, 3, 31, 23, 30, tzinfo=ZoneInfo("Europe/Berlin"))


def check(text: str):
    words = Vocabulary(
        FIELDS,
        choices={"owner": lambda: {"Ada": 1, "ada": 2, "Zoë": 3}, "tag": lambda: {"VIP": 4, "net 30": 5}},
        members={"field": lambda: [CHECKED]},
    )
    return Checker(words, NOW).check(parse(text))


@pytest.mark.parametrize(
    ("text", "checked"),
    [
        ("state = open", Check(STATE, "=", "open")),
        ("state != OPEN", Not(Check(STATE, "=", "open"))),
        ("owner = ada", Check(OWNER, "=", 2)),
        ("owner = zoe", Check(OWNER, "=", 3)),
        ("owner = null", Check(OWNER, ABSENT)),
        ("owner != null", Not(Check(OWNER, ABSENT))),
        ("owner:*", Not(Check(OWNER, ABSENT))),
        ("tag:vip", Check(TAG, ":", 4)),
        ('tag:"NET 30"', Check(TAG, ":", 5)),
        ('name = "null"', Check(NAME, "=", "null")),
        ("due < -1m", Check(DUE, "<", date(2026, 2, 28))),
        ("count >= 12", Check(COUNT, ">=", 12)),
        ("owed > 100.5 EUR", Check(OWED, ">", (10050, "EUR"))),
        ("owed > 0", Check(OWED, ">", (0, None))),
        ("paid = TRUE", Check(PAID, "=", True)),
        ('field."vat checked" = false', Check(CHECKED, "=", False)),
    ],
)
def test_a_value_is_read_as_its_field_takes_it(text, checked):
    assert check(text) == checked


@pytest.mark.parametrize(
    ("text", "position", "length", "nearest"),
    [
        ("status = open", 1, 6, "state"),
        ("paid = true AND xyzzy = 1", 17, 5, None),
        ('field."VAT chekced" = true', 1, 19, 'field."VAT checked"'),
        ("field = 1", 1, 5, None),
        ("name.first = Ann", 1, 10, None),
        ("state = opn", 9, 3, "open"),
        ('tag:"net 31"', 5, 8, '"net 30"'),
        ("state:open", 6, 1, "="),
        ("state < open", 7, 1, "="),
        ("tag = vip", 5, 1, ":"),
        ("state = null", 9, 4, None),
        ("seen < null", 6, 1, "="),
        ("owner = *", 7, 1, ":"),
        ("name:*", 6, 1, None),
        ("due < soon", 7, 4, None),
        ("due < 2026-02-30", 7, 10, None),
        ("due < -9999y", 7, 6, None),
        ("due < 2026-03-01T10:00:00Z", 7, 20, None),
        ("seen < 2026-03-01T10:00:00", 8, 19, None),
        ("count = 1.5", 9, 3, None),
        ("count = ten", 9, 3, None),
        ("owed > 100", 8, 3, None),
        ("owed > 100 EURO", 16, 0, None),
        ("owed > 100 GPB", 8, 7, "100 GBP"),
        ("owed > 1.234 EUR", 8, 9, None),
        ("owed > 1000000000000000000 EUR", 8, 23, None),
        ("count = 5 EUR", 9, 5, "5"),
        ("paid = ture", 8, 4, "true"),
        ('name = ""', 8, 2, "null"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place_and_the_nearest_that_would(text, position, length, nearest):
    with pytest.raises(ServiceProblem) as refused:
        check(text)
    extra = refused.value.extra
    assert (extra["position"], extra["length"]) == (position, length)
    assert refused.value.errors[0]["position"] == position
    assert extra["nearest"] == nearest


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("-30d", date(2026, 3, 1)),
        ("+1d", date(2026, 4, 1)),
        ("-2w", date(2026, 3, 17)),
        ("-1m", date(2026, 2, 28)),
        ("-13m", date(2025, 2, 28)),
        ("-1y", date(2025, 3, 31)),
        ("today", date(2026, 3, 31)),
        ("this_week", date(2026, 3, 30)),
        ("this_month", date(2026, 3, 1)),
        ("this_year", date(2026, 1, 1)),
        ("30d", None),
        ("-30", None),
        ("-9999y", None),
        ("0000-01-01", None),
    ],
)
def test_a_day_is_named_or_counted_from_today(text, day):
    assert day_of(text, NOW.date()) == day


def test_a_day_of_a_moment_lasts_from_midnight_to_midnight_of_its_zone():
    first = span_of("2026-03-29", NOW)
    assert (first.start.astimezone(UTC), first.end.astimezone(UTC)) == (
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
    )
    moment = datetime(2026, 3, 29, 10, tzinfo=UTC)
    assert span_of("2026-03-29T10:00:00Z", NOW) == Span(moment, moment + timedelta(microseconds=1))
    assert span_of("9999-12-31", NOW) is None


def test_help_and_description_name_all_that_there_is():
    text = help_text(FIELDS, {"`field.x`": "a custom field"})
    assert all(f"`{field.name}`" in text for field in FIELDS) and "`field.x`: a custom field" in text
    assert described(CHECKED) == {
        "name": 'field."VAT checked"',
        "label": "VAT checked",
        "type": "boolean",
        "operators": ["=", "!="],
        "nullable": True,
        "choices": None,
    }


def test_the_choices_are_folded_once_for_a_filter(monkeypatch):
    """A thousand tags, looked through for each of a hundred conditions, would hold the process for seconds."""
    folded = []
    monkeypatch.setattr(checker, "fold", lambda text: folded.append(text) or text.casefold())
    check(" OR ".join(["tag:vip", 'tag:"NET 30"'] * 20))
    assert sorted(folded) == sorted(["VIP", "net 30", *["vip", "NET 30"] * 20])
