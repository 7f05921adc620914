"""Filters of the client list: the rows that they find are those of a slow reading in plain Python."""

import random
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from chassis.db.engine import driver_url
from chassis.errors import ServiceProblem
from chassis.filters.faults import too_slow
from chassis.filters.parser import MOST_CHARACTERS, parse
from chassis.filters.tree import Restriction, Value
from chassis.filters.unparser import text_of
from chassis.listings import patience, row_counts
from chassis.listings.row_counts import count_in_time
from chassis.testing.filter_trees import trees
from services.clients import rules
from services.clients.filter_fields import CUSTOM, FIELDS
from services.clients.models import Client
from services.clients.profile_fields import PROFILE_FIELDS
from services.clients.queries.client_filters import _CONDITIONS, filter_fields
from services.clients.queries.client_list import client_page, matching
from services.clients.tests.queries.test_client_list import ALL
from tests.support.filtered_clients import CUSTOM_FIELDS, GROUPS, NOW, STAFF, TAGS, Loader, holds, kind_of, make_row

CLIENTS = 120


@pytest.fixture(scope="module")
def found_by(databases):
    """`found_by(filter)`: the ids that the database finds; with `rows`, the same clients as plain values."""
    database = databases("clients")
    database.empty()
    draw = random.Random(13)
    rows = [make_row(draw) for _ in range(CLIENTS)]
    with Session(create_engine(driver_url(database.app_url)), autoflush=False) as session:
        loader = Loader(session)
        for row in rows:
            loader.add(row)
        session.commit()

        def ids(text: str) -> set[UUID]:
            return set(
                session.scalars(matching(session, q="", group=None, status=None, tag=None, filter=text, now=NOW))
            )

        yield SimpleNamespace(ids=ids, rows=rows, session=session)
        session.rollback()
    session.get_bind().dispose()
    database.empty()


# Restrictions of every field, with values that some rows have.

TEXTS = (
    "ann",
    "Öko",
    "öko",
    "zoë",
    "%",
    "_",
    "o'b",
    "李",
    "berl",
    "São",
    "ANN@EXAMPLE.COM",
    "tele",
    "DE",
    "a",
    "tea",
    "xxx",
)
DAYS = ("2026-03-01", "2026-03-31", "2025-12-31", "-30d", "-365d", "today")
PHONES = ("0711", "+49 711 2842222", "0049 711 284", "202-555-0101", "07112842222")
OF_KIND = {
    "text": (("=", "!=", ":"), TEXTS),
    "integer": (("=", "!=", "<", "<=", ">", ">="), ("0", "1", "4", "100")),
    "date": (("=", "!=", "<", "<=", ">", ">="), DAYS),
    "moment": (("=", "!=", "<", "<=", ">", ">="), DAYS),
    "boolean": (("=", "!="), ("true", "false")),
}
CHOICES = {
    "status": rules.CLIENT_STATUSES,
    "group": GROUPS,
    "created_by": STAFF,
    "country": ("DE", "NO", "US", "FR"),
    "currency": ("EUR", "JPY", "USD", "GBP"),
}
PATHS = [*((one.name,) for one in FIELDS), *((CUSTOM, label) for label in CUSTOM_FIELDS)]


@st.composite
def restrictions(draw) -> Restriction:
    path = draw(st.sampled_from(PATHS))
    nullable = path[0] == CUSTOM or next(one.nullable for one in FIELDS if one.name == path[0])
    if nullable and draw(st.integers(0, 4)) == 0:
        operator, text = draw(st.sampled_from([("=", "null"), ("!=", "null"), (":", "*")]))
        return Restriction(path, operator, Value(text, special=True))
    kind = kind_of(path)
    if path[0] == "tag":
        return Restriction(path, ":", Value(draw(st.sampled_from(TAGS))))
    if kind == "choice":
        texts = CHOICES.get(path[0]) or CUSTOM_FIELDS[path[1]][1]
        return Restriction(path, draw(st.sampled_from(["=", "!="])), Value(draw(st.sampled_from(texts))))
    if kind == "money":
        return Restriction(path, draw(st.sampled_from(OF_KIND["integer"][0])), draw(MONEY))
    operators, texts = OF_KIND["text"] if kind in ("email", "phone") else OF_KIND[kind]
    texts = PHONES if kind == "phone" else texts
    return Restriction(path, draw(st.sampled_from(operators)), Value(draw(st.sampled_from(texts))))


MONEY = st.one_of(
    st.just(Value("0")),
    st.builds(Value, st.sampled_from(["0", "1", "100"]), currency=st.sampled_from(["EUR", "JPY", "USD", "GBP"])),
    st.builds(Value, st.sampled_from(["0.01", "100.00", "123.45"]), currency=st.just("EUR")),
)


@settings(
    max_examples=5 * settings.default.max_examples,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=trees(restrictions(), leaves=8))
def test_the_rows_of_a_filter_are_those_of_a_slow_reading(found_by, tree):
    text = text_of(tree)
    assert parse(text) == tree
    assert found_by.ids(text) == {row.id for row in found_by.rows if holds(tree, row)}, text


@pytest.mark.parametrize("path", PATHS, ids=".".join)
def test_every_field_finds_some_rows_and_leaves_others(found_by, path):
    """No field is compared with nothing that is there: the reading above would hold of all rows or of none."""
    kind = kind_of(path)
    operator, texts = {
        "text": (":", TEXTS),
        "email": (":", TEXTS),
        "phone": (":", PHONES),
        "choice": ("=", CHOICES.get(path[0]) or CUSTOM_FIELDS.get(path[-1], ("", ()))[1]),
        "set": (":", TAGS),
        "boolean": ("=", ("true",)),
        "integer": (">", ("0",)),
        "money": (">", ("0",)),
        "date": ("<=", DAYS),
        "moment": ("<=", DAYS),
    }[kind]
    hits = [len(found_by.ids(text_of(Restriction(path, operator, Value(text))))) for text in texts]
    assert any(0 < hit < CLIENTS for hit in hits), hits


def test_each_field_of_the_registry_is_known_to_sql_and_each_profile_field_is_one():
    assert set(_CONDITIONS) == {one.name for one in FIELDS} | {CUSTOM}
    assert {one.name for one in PROFILE_FIELDS} <= {one.name for one in FIELDS}


def test_the_deepest_and_the_widest_filter_are_answered(found_by):
    deep = "status = active"
    for place in range(99):
        deep = f"(country = DE {'AND' if place % 2 else 'OR'} {deep})"
    assert found_by.ids(deep) == {row.id for row in found_by.rows if holds(parse(deep), row)}
    wide = " OR ".join(["tag:vip", "overdue > 9 EUR", "city:oslo", "country = DE"] * 25)
    assert found_by.ids(wide) == {row.id for row in found_by.rows if holds(parse(wide), row)}
    long = 'city = "{}" OR country = DE'
    assert found_by.ids(long.format("x" * (MOST_CHARACTERS - len(long) + 2))) == found_by.ids("country = DE")


@pytest.mark.parametrize("sort", [str(sort) for sort in rules.ClientSort])
@pytest.mark.parametrize("filter", ["outstanding > 0 OR tag:vip", "status = active"])
def test_pages_of_a_filter_in_every_order_have_each_row_once(found_by, sort, filter):
    wanted, seen, cursor = found_by.ids(filter), [], None
    while True:
        page = client_page(
            found_by.session, **{**ALL, "sort": sort, "limit": 7, "after": cursor, "filter": filter, "now": NOW}
        )
        seen += [UUID(row["id"]) for row in page["data"]]
        assert (page["page"]["total"], page["page"]["exact"]) == (len(wanted), True)
        cursor = page["page"]["next"]
        if cursor is None:
            break
    assert len(seen) == len(wanted) and set(seen) == wanted


@pytest.mark.parametrize("q", ["ann", "an", "z"])
def test_a_filter_narrows_what_a_search_finds(found_by, q):
    without = {row["id"] for row in client_page(found_by.session, **{**ALL, "q": q})["data"]}
    both = client_page(found_by.session, **{**ALL, "q": q, "filter": "status = active AND active_services > 0"})
    assert {row["id"] for row in both["data"]} == without & {
        str(one) for one in found_by.ids("status = active AND active_services > 0")
    }
    assert both["data"]


@pytest.mark.parametrize(
    ("filter", "nearest"),
    [
        ("last_logn < today", "last_login"),
        ('group = "VPI"', "VIP"),
        ("tag:vp", "vip"),
        ("created_by = Grce", None),
        ('created_by = "Grace Hoper"', '"Grace Hopper"'),
        ('field."VAT" = true', None),
        ('field."Vat Chcked" = true', 'field."VAT checked"'),
        ('field.Route = "mial"', "mail"),
        ("country = ED", None),
        ("outstanding > 100 ERO", None),
        ("'; DROP TABLE clients --", None),
    ],
)
def test_what_does_not_exist_is_a_422_with_its_place(found_by, filter, nearest):
    with pytest.raises(ServiceProblem) as refused:
        client_page(found_by.session, **{**ALL, "filter": filter})
    problem = refused.value
    assert problem.status == 422 and problem.errors[0]["pointer"] == "/filter" and problem.extra["position"] >= 1
    if nearest is not None:
        assert problem.extra["nearest"] == nearest


@pytest.mark.parametrize("value", ["%", "'", '\\"', "\\\\", "'; DROP TABLE clients; --", "%s", "%(x)s", ":x", "{}"])
def test_what_looks_like_sql_is_text_to_look_for(found_by, value):
    assert found_by.ids(f'company:"{value}"') == (
        {row.id for row in found_by.rows if "%" in row.fields["company"]}
        if value == "%"
        else {row.id for row in found_by.rows if "'" in row.fields["company"]}
        if value == "'"
        else set()
    )


def test_fields_are_listed_with_the_choices_that_there_are(found_by):
    fields = {one["name"]: one for one in filter_fields(found_by.session)["fields"]}
    assert fields["group"]["choices"] == sorted(GROUPS) and fields["created_by"]["choices"] == list(STAFF)
    assert fields['field."VAT checked"']["type"] == "boolean"
    assert fields["field.Route"]["choices"] == list(CUSTOM_FIELDS["Route"][1])
    assert fields["outstanding"]["choices"] is None and len(fields["country"]["choices"]) > 200


def test_a_filter_that_takes_too_long_is_refused_and_the_next_one_answered(found_by, monkeypatch):
    session = found_by.session
    session.rollback()
    monkeypatch.setattr(patience, "PAGE_SECONDS", 0.02)
    with pytest.raises(ServiceProblem) as refused, patience.within_patience(session):
        session.execute(select(func.pg_sleep(30)))
    assert refused.value.to_wire() == too_slow().to_wire()
    monkeypatch.undo()
    assert found_by.ids("status = active")


def test_a_count_that_takes_too_long_is_an_estimate(found_by, monkeypatch):
    session = found_by.session
    session.rollback()
    monkeypatch.setattr(row_counts, "COUNT_SECONDS", 0.02)
    slow = select(Client.id).where(func.pg_sleep(1).is_not(None))
    assert count_in_time(session, slow)[1] is False
    assert session.scalar(select(func.count()).select_from(Client)) == CLIENTS
    session.rollback()
