"""The client list as a person opens it, and the counts of their views."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import update

from chassis.errors import ServiceProblem
from chassis.listings import counts
from chassis.listings.counts import FRESH_SECONDS, CachedCounts
from chassis.types.ids import new_id
from services.clients import our_views
from services.clients.models import (
    BillingTotals,
    ClientTag,
    CustomField,
    CustomFieldValue,
    Tag,
)
from services.clients.queries.view_counts import count_views
from services.clients.rpc.views import ViewRpc

OWES = str(our_views.VIEWS[0].id)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
GONE = "0192f0c1-2345-7abc-8def-0123456789ab"


@pytest.fixture
def ann(make_caller):
    """`ann()`: a request of a staff member who may do everything, the same one each time."""
    staff_id = str(new_id())
    return lambda **given: make_caller(**{"id": staff_id, **given})


@pytest.fixture
def ask(service, calls, session, ann, monkeypatch):
    """`ask("open_client_list", …)`: an RPC method in Ann's name. A busy machine may count as long as it needs."""
    monkeypatch.setattr(counts, "BATCH_SECONDS", 60)
    ViewRpc.view_counts.forget()

    def call(rpc, caller=None, **given):
        return calls.call(caller or ann(), f"clients.{rpc}", seconds=5, writes=True, **given)

    return call


@pytest.fixture
def owing(session, make_client):
    """`owing("Ann", 100)`: a client who owes that many cents."""

    def make(name, minor, **fields):
        client_id = make_client(name, "Lee", **fields)
        session.execute(
            update(BillingTotals).where(BillingTotals.client_id == client_id).values(outstanding_minor=minor)
        )
        session.commit()
        return client_id

    return make


def names(answer) -> list[str]:
    return [row["contact_name"].split()[0] for row in answer["data"]]


def test_a_view_asks_what_it_was_saved_with(ask, owing):
    owing("Bea", 100), owing("Cem", 0), owing("Dora", 900)
    opened = ask("open_client_list", view=OWES)
    assert names(opened) == ["Dora", "Bea"]
    assert opened["asked"] == {"q": "", "filter": "outstanding > 0", "sort": "-outstanding"}
    assert (opened["view"]["name"], opened["changed"], opened["fault"]) == ("Owes", False, None)


def test_what_is_asked_beside_a_view_counts_whole_and_is_a_change(ask, owing):
    owing("Bea", 100), owing("Cem", 0)
    opened = ask("open_client_list", view=OWES, q="cem")
    assert (names(opened), opened["changed"]) == (["Cem"], True)
    assert opened["asked"] == {"q": "cem", "filter": "", "sort": "name"}
    same = ask("open_client_list", view=OWES, filter="outstanding > 0", sort="-outstanding")
    assert (names(same), same["changed"]) == (["Bea"], False)
    assert ask("open_client_list", view=OWES, status="active")["changed"]


def test_the_list_opens_with_ones_default_and_all_is_all(ask, ann, owing):
    owing("Bea", 100), owing("Cem", 0)
    assert names(ask("open_client_list", view="default")) == ["Bea", "Cem"]
    ask("update_view", view_id=OWES, default=True)
    opened = ask("open_client_list", view="default")
    assert (names(opened), opened["view"]["name"]) == (["Bea"], "Owes")
    for view in ("all", None):
        everything = ask("open_client_list", view=view)
        assert (names(everything), everything["view"]) == (["Bea", "Cem"], None)


def test_a_default_that_a_colleague_deleted_is_none(ask, ann, make_client, make_caller):
    make_client("Bea")
    bob = str(new_id())
    shared = ask("create_view", make_caller(id=bob), name="Shared", filter="status = inactive", shared=True)
    ask("update_view", view_id=shared["id"], default=True)
    ask("delete_view", make_caller(id=bob), view_id=shared["id"])
    opened = ask("open_client_list", view="default")
    assert (names(opened), opened["view"], opened["fault"]) == (["Bea"], None, None)


@pytest.mark.parametrize("view", [GONE, "nonsense"])
def test_a_link_to_a_view_that_is_gone_opens_all_clients_and_says_so(ask, make_client, view):
    make_client("Bea")
    opened = ask("open_client_list", view=view)
    assert (names(opened), opened["view"], opened["fault"]["title"]) == (["Bea"], None, "This view is gone.")


def test_a_view_whose_tag_has_another_name_now_opens_without_rows_and_says_so(ask, make_client, session):
    tag = Tag(name="VIP", colour="#111111")
    session.add(tag)
    session.flush()
    client_id = make_client("Bea")
    session.add(ClientTag(client_id=client_id, tag_id=tag.id))
    session.commit()
    view = ask("create_view", name="VIPs", filter="tag:VIP")
    assert names(ask("open_client_list", view=view["id"])) == ["Bea"]
    ask("update_tag", tag_id=str(tag.id), name="Premium")
    opened = ask("open_client_list", view=view["id"])
    assert (opened["data"], opened["page"]["total"], opened["view"]["name"]) == ([], 0, "VIPs")
    assert (
        opened["fault"]["title"] == "This view cannot be used as it was saved." and "VIP" in opened["fault"]["detail"]
    )
    assert opened["asked"]["filter"] == "tag:VIP"
    assert ask("count_views")["data"][-1]["fault"] == opened["fault"]["detail"]


def test_a_faulty_filter_that_was_typed_over_a_view_is_refused(ask):
    with pytest.raises(ServiceProblem) as refused:
        ask("open_client_list", view=OWES, filter="nothing = 1")
    assert refused.value.errors[0]["pointer"] == "/filter"


def test_columns_are_the_views_else_ones_own_else_the_standard_ones(ask, make_client, session):
    field = CustomField(label="VAT checked", type="checkbox")
    session.add(field)
    session.flush()
    client_id = make_client("Bea", phone="+44 20 7946 0018", city="Leeds")
    session.add(CustomFieldValue(client_id=client_id, field_id=field.id, value=True))
    session.commit()
    column = f"field:{field.id}"
    standard = ["name", "email", "group", "services", "outstanding", "last_login", "status"]
    first = ask("open_client_list")["layout"]
    assert (first["columns"], first["density"], first["gone"]) == (standard, "two_lines", 0)
    assert first["custom_fields"] == [{"column": column, "label": "VAT checked", "type": "checkbox"}]
    ask("keep_list_settings", columns=["phone", "name", column], widths={"phone": 220}, density="compact")
    opened = ask("open_client_list")
    assert opened["layout"]["columns"] == ["phone", "name", column] and opened["layout"]["widths"] == {"phone": 220}
    assert opened["data"][0]["columns"] == {"phone": "+44 20 7946 0018", column: True}
    view = ask("create_view", name="Towns", columns=["city", f"field:{GONE}"])
    opened = ask("open_client_list", view=view["id"])
    assert (opened["layout"]["columns"], opened["layout"]["gone"]) == (["name", "city"], 1)
    assert opened["data"][0]["columns"] == {"city": "Leeds"}
    session.rollback()


def test_a_program_chooses_fields(ask, make_client):
    make_client("Bea", country="DE")
    assert ask("list_clients", fields="country,name")["data"][0]["columns"] == {"country": "DE"}
    assert "columns" not in ask("list_clients")["data"][0]
    for wrong in ("password", "country,country", ",".join(["country"] * 31)):
        with pytest.raises(ServiceProblem) as refused:
            ask("list_clients", fields=wrong)
        assert refused.value.errors[0]["pointer"] == "/fields"


def test_the_bar_is_counted_at_once_for_half_a_minute(ask, owing):
    owing("Bea", 100), owing("Cem", 0)
    first = {count["id"]: count for count in ask("count_views")["data"]}
    assert first[OWES] == {"id": OWES, "total": 1, "exact": True, "fault": None} and len(first) == 5
    owing("Dora", 100)
    assert {count["id"]: count for count in ask("count_views")["data"]} == first


def test_counts_grow_old_and_what_time_does_not_suffice_for_comes_with_the_next_batch(session, owing):
    owing("Bea", 100)
    now = [0.0]
    kept = CachedCounts(lambda: now[0])
    asked = [{"id": name, "q": "", "filter": name} for name in ("outstanding > 0", "outstanding = 0")]
    assert [count["total"] for count in count_views(session, kept, asked, NOW)["data"]] == [1, 0]
    owing("Cem", 100)
    now[0] = FRESH_SECONDS - 1
    assert count_views(session, kept, asked, NOW)["data"][0]["total"] == 1
    now[0] = FRESH_SECONDS + 1
    assert count_views(session, kept, asked, NOW)["data"][0]["total"] == 2
    hurried = CachedCounts(lambda: now.__setitem__(0, now[0] + 0.25) or now[0])
    late = count_views(session, hurried, asked, NOW)["data"]
    assert late[0]["total"] == 2 and late[1] == {"id": "outstanding = 0", "total": None, "exact": False, "fault": None}


def test_every_view_that_is_ours_can_be_asked_and_counted(ask, owing):
    owing("Bea", 100)
    for view in our_views.VIEWS:
        opened = ask("open_client_list", view=str(view.id))
        assert (opened["fault"], opened["asked"]["filter"]) == (None, view.filter)
        ask("update_view", view_id=str(view.id), pinned=True)
    counted = ask("count_views")["data"]
    assert len(counted) == 10 and all(count["fault"] is None for count in counted)
    assert UUID(counted[0]["id"]) == our_views.VIEWS[0].id
