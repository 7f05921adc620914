"""Orders of the client list by any column: each client once, those without last, and none that takes too long."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Text, cast, func, text

from chassis.errors import ServiceProblem
from chassis.listings import patience
from services.clients import columns, rules
from services.clients.models import Client, CustomField, CustomFieldValue
from services.clients.queries import client_orders
from services.clients.queries.client_list import client_page
from services.clients.tests.queries.test_client_list import ALL, FEW, give_totals, walk

SEVERAL = st.lists(st.tuples(st.sampled_from(["", "a", "B", "é"]), st.none() | FEW, st.booleans()), max_size=8)
FIELD = uuid.UUID("0192f0c1-0000-7000-8000-00000000f1e1")
BY_COLUMN = [
    *(column for column in columns.KNOWN if column not in list(rules.ClientSort)),
    f"{columns.FIELD}{FIELD}",
]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clients=SEVERAL, limit=st.integers(1, 4), column=st.sampled_from(BY_COLUMN))
def test_walking_an_order_by_any_column_meets_each_client_once(session, make_client, clients, limit, column):
    session.execute(
        text("DELETE FROM contacts; DELETE FROM custom_field_values; DELETE FROM custom_fields; DELETE FROM clients")
    )
    session.add(CustomField(id=FIELD, label="Route", type="text", options=[], position=1, visibility="staff_only"))
    for city, suspended, exempt in clients:
        client_id = make_client("Ann", "x", city=city, tax_exempt=exempt)
        give_totals(session, client_id, suspended_services=suspended or 0)
        if suspended is not None:
            session.add(CustomFieldValue(client_id=client_id, field_id=FIELD, value=city))
    session.flush()
    for sort in (column, f"-{column}"):
        whole = [row["id"] for row in client_page(session, **{**ALL, "sort": sort})["data"]]
        assert len(set(whole)) == len(clients) and walk(session, sort, limit) == whole


@pytest.mark.parametrize(
    ("sort", "cities"), [("city", ["åbo", "Bonn", "Leeds", ""]), ("-city", ["Leeds", "Bonn", "åbo", ""])]
)
def test_names_sort_as_people_read_them_and_nothing_comes_last_both_ways(session, make_client, sort, cities):
    for city in ("Leeds", "", "Bonn", "åbo"):
        make_client("Ann", "x", city=city)
    session.flush()
    for wanted in ({}, {"q": "an"}, {"q": "ann"}, {"filter": "status = active"}):
        page = client_page(session, **{**ALL, **wanted, "sort": sort, "fields": ["city"]})
        assert [row["columns"]["city"] for row in page["data"]] == cities


def test_an_order_that_takes_too_long_is_refused_and_the_next_one_answered(session, make_client, monkeypatch):
    make_client("Ann", "x")
    session.commit()
    slow = func.coalesce(cast(func.pg_sleep(30), Text), Client.city)
    monkeypatch.setitem(client_orders._OF_CLIENT, "status", slow)
    monkeypatch.setattr(patience, "PAGE_SECONDS", 0.02)
    with pytest.raises(ServiceProblem) as refused:
        client_page(session, **{**ALL, "sort": "status"})
    assert (refused.value.status, refused.value.errors[0]["pointer"]) == (422, "/sort")
    monkeypatch.undo()
    assert len(client_page(session, **{**ALL, "sort": "status"})["data"]) == 1
