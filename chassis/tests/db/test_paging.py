"""Keyset pages over real rows: each row once, in order, both ways."""

import json
from base64 import urlsafe_b64encode
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, insert, select

from chassis.db.paging import PAGE_BYTES, CompiledPage, Order, fetch_page
from chassis.errors import ServiceProblem
from chassis.types.cursors import _checksum
from chassis.types.ids import parse_id
from tests.support.chassis.sample_service import Applied

UP = Order("stream", [Applied.stream, Applied.position], [str, int])
DOWN = Order("-stream", [Applied.stream, Applied.position], [str, int], descending=True)


def fill(session, streams) -> list[tuple[str, int]]:
    session.rollback()
    session.query(Applied).delete()
    if streams:
        session.execute(insert(Applied), [{"position": n, "stream": s, "sequence": n} for n, s in enumerate(streams)])
    session.flush()
    return sorted((s, n) for n, s in enumerate(streams))


def walk(session, order, limit) -> tuple[list, str | None]:
    """All rows by `after` cursors, and the last page's `prev`."""
    seen, cursor, previous = [], None, None
    while True:
        rows, cursors = fetch_page(session, select(Applied.stream, Applied.position), order, limit=limit, after=cursor)
        seen += [(row.stream, row.position) for row in rows]
        previous = cursors["prev"]
        cursor = cursors["next"]
        if cursor is None:
            return seen, previous


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["a", "b", "ä", "", "zz"]), max_size=25), st.integers(1, 7), st.booleans())
def test_a_walk_gives_each_row_once_in_order(sample_session, streams, limit, descending):
    expected = fill(sample_session, streams)
    # PostgreSQL sorts by its own collation; the walk must agree with one unpaged query.
    order = DOWN if descending else UP
    columns = [c.desc() if descending else c.asc() for c in order.columns]
    everything = [
        tuple(row) for row in sample_session.execute(select(Applied.stream, Applied.position).order_by(*columns))
    ]
    seen, _ = walk(sample_session, order, limit)
    assert seen == everything
    assert sorted(seen) == expected


def test_walking_back_gives_the_pages_before(sample_session):
    fill(sample_session, list("abcdefg"))
    _, previous = walk(sample_session, UP, 3)
    rows, cursors = fetch_page(sample_session, select(Applied.stream), UP, limit=3, before=previous)
    assert [row.stream for row in rows] == ["d", "e", "f"]
    rows, cursors = fetch_page(sample_session, select(Applied.stream), UP, limit=3, before=cursors["prev"])
    assert [row.stream for row in rows] == ["a", "b", "c"]
    assert cursors["prev"] is None and cursors["next"] is not None


@pytest.mark.parametrize("order", [UP, DOWN])
def test_a_compiled_page_is_the_page_of_its_statement(sample_session, order):
    fill(sample_session, list("abcdefgh"))
    compiled = CompiledPage(select(Applied.stream).where(Applied.stream < bindparam("until")), order)
    statement = select(Applied.stream).where(Applied.stream < "h")

    def both(**page) -> dict:
        rows, cursors = fetch_page(sample_session, statement, order, limit=3, **page)
        found, same = compiled.fetch(sample_session, limit=3, **page, until="h")
        assert [row.stream for row in found] == [row.stream for row in rows] and same == cursors
        return cursors

    second = both(after=both()["next"])
    last = both(after=second["next"])
    assert both(before=both(before=last["prev"])["prev"])["prev"] is None
    assert last["next"] is None


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "é", "e30", "W10"])
def test_a_cursor_that_is_none_is_a_422_that_names_it(sample_session, cursor):
    with pytest.raises(ServiceProblem) as refusal:
        fetch_page(sample_session, select(Applied.stream), UP, limit=3, after=cursor)
    assert (refusal.value.status, refusal.value.errors[0]["pointer"]) == (422, "/after")


def forged(order: Order, *values) -> str:
    """A cursor with the right checksum and these values."""
    payload = json.dumps([order.name, *values]).encode()
    return urlsafe_b64encode(_checksum(payload) + payload).decode().rstrip("=")


TIMES = Order("times", [Applied.stream, Applied.position], [datetime.fromisoformat, int])


@pytest.mark.parametrize(
    ("order", "values"),
    [
        (UP, ["a\0b", "1"]),
        (UP, ["\ud800", "1"]),
        (UP, ["a", "9" * 30]),
        (UP, ["a", "9" * 900]),
        (UP, ["a", None]),
        (UP, [["a"], {}]),
        (Order("keys", [Applied.stream], [{"yes": True}.__getitem__]), ["no"]),
        (Order("ids", [Applied.stream], [parse_id]), ["no id"]),
        (TIMES, ["0001-01-01T00:00:00+14:00", "1"]),
        (TIMES, ["9999-12-31T23:59:59-14:00", "1"]),
    ],
)
def test_a_forged_cursor_is_a_422_whatever_stands_in_it(sample_session, order, values):
    with pytest.raises(ServiceProblem) as refusal:
        fetch_page(sample_session, select(Applied.stream), order, limit=3, after=forged(order, *values))
    assert (refusal.value.status, refusal.value.errors[0]["pointer"]) == (422, "/after")


def test_a_cut_cursor_and_one_of_another_order_are_refused(sample_session):
    fill(sample_session, list("abcdefg"))
    _, cursors = fetch_page(sample_session, select(Applied.stream), UP, limit=3)
    for order, cursor in ((UP, cursors["next"][:-2]), (DOWN, cursors["next"])):
        with pytest.raises(ServiceProblem):
            fetch_page(sample_session, select(Applied.stream), order, limit=3, after=cursor)


def texts(rows) -> list[dict]:
    return [{"text": row.stream} for row in rows]


def test_a_page_of_large_rows_ends_before_its_bytes_and_goes_on_both_ways(sample_session):
    streams = [letter * (PAGE_BYTES // 3) for letter in "abcdefg"]
    fill(sample_session, streams)
    asked = {"limit": 5, "dump": texts}
    pages, cursor = [], None
    while not pages or cursor:
        page, cursors = fetch_page(sample_session, select(Applied.stream), UP, after=cursor, **asked)
        pages.append([one["text"][0] for one in page])
        cursor, previous = cursors["next"], cursors["prev"]
    assert pages == [["a", "b"], ["c", "d"], ["e", "f"], ["g"]]
    page, cursors = fetch_page(sample_session, select(Applied.stream), UP, before=previous, **asked)
    assert [one["text"][0] for one in page] == ["e", "f"] and cursors["next"] and cursors["prev"]


def test_a_row_larger_than_a_page_is_a_page_of_its_own(sample_session):
    fill(sample_session, ["a" * PAGE_BYTES, "b"])
    page, cursors = fetch_page(sample_session, select(Applied.stream), UP, limit=5, dump=texts)
    assert (len(page), cursors["prev"]) == (1, None) and cursors["next"]
