"""Groups and tags, as admins define them."""

import pytest
from sqlalchemy import func, select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from services.clients.models import ClientGroup, ClientTag, Tag

GROUP = {"name": "Reseller", "colour": "#3B82F6", "description": "Buys to sell on.", "discount_percent": "12.5"}


@pytest.fixture
def ask(calls, make_caller):
    """`ask("create_group", …)`: an RPC method of the clients service as a super_admin."""

    def call(rpc, caller=None, **given):
        return calls.call(caller or make_caller(), f"clients.{rpc}", seconds=5, writes=True, **given)

    return call


def refusal_of(ask, rpc, **given) -> ServiceProblem:
    with pytest.raises(ServiceProblem) as refusal:
        ask(rpc, **given)
    return refusal.value


def events(session):
    session.rollback()
    return [
        (row.type, row.stream, row.body["facts"], row.body["changes"])
        for row in session.execute(select(outbox.c.type, outbox.c.stream, outbox.c.body).order_by(outbox.c.sequence))
    ]


def test_a_group_is_made_read_and_changed_in_part(service, ask, session):
    made = ask("create_group", **GROUP)
    assert made == {
        "id": made["id"],
        "name": "Reseller",
        "colour": "#3b82f6",
        "description": "Buys to sell on.",
        "discount_percent": "12.50",
    }
    assert ask("get_group", group_id=made["id"]) == made
    changed = ask("update_group", group_id=made["id"], discount_percent="20", name="Resellers")
    assert changed == {**made, "name": "Resellers", "discount_percent": "20.00"}
    assert ask("update_group", group_id=made["id"], discount_percent="20.0") == changed
    (created, stream, facts, _), (updated, _, after, changes) = events(session)
    assert (created, updated, stream) == ("group.created.v1", "group.updated.v1", "system")
    assert (facts["name"], facts["discount_percent"], facts["entity"]["id"]) == ("Reseller", "12.50", made["id"])
    assert after["name"] == "Resellers" and sorted(changes, key=lambda change: change["field"]) == [
        {"field": "discount_percent", "old": "12.50", "new": "20.00"},
        {"field": "name", "old": "Reseller", "new": "Resellers"},
    ]


def test_a_tag_is_made_read_and_changed_in_part(service, ask, session):
    made = ask("create_tag", name="net-30", colour="#2563eb")
    assert ask("update_tag", tag_id=made["id"], colour="#000000") == {**made, "colour": "#000000"}
    assert ask("get_tag", tag_id=made["id"])["name"] == "net-30"
    assert [(kind, changes) for kind, _, _, changes in events(session)] == [
        ("tag.created.v1", []),
        ("tag.updated.v1", [{"field": "colour", "old": "#2563eb", "new": "#000000"}]),
    ]


@pytest.mark.parametrize(
    "create, update, key, more",
    [("create_group", "update_group", "group_id", {}), ("create_tag", "update_tag", "tag_id", {})],
)
def test_a_name_that_is_taken_is_refused_that_looks_the_same_but_for_case_and_accents(
    service, ask, create, update, key, more
):
    first = ask(create, name="Café", colour="#111111")
    other = ask(create, name="Bar", colour="#111111")
    for refused in (
        refusal_of(ask, create, name="CAFE", colour="#111111"),
        refusal_of(ask, update, name="cafe", **{key: other["id"]}),
        refusal_of(ask, create, name="C\u200bafé\u3164", colour="#111111"),
        refusal_of(ask, update, name="\ufeffCafe\u0301\ufe0f", **{key: other["id"]}),
    ):
        assert (refused.status, refused.code, refused.errors[0]["pointer"]) == (409, "duplicate", "/name")
    assert ask(update, name="CAFÉ", **{key: first["id"]})["name"] == "CAFÉ"


def test_of_ten_groups_of_one_name_at_once_one_is_made(service, calls, make_caller, session):
    pending = [
        calls.start(make_caller(), "clients.create_group", seconds=10, writes=True, name=name, colour="#111111")
        for name in ("VIP", "vip") * 5
    ]
    codes = []
    for call in pending:
        try:
            codes.append(call.result()["discount_percent"])
        except ServiceProblem as problem:
            codes.append(problem.code)
    assert sorted(codes) == ["0.00"] + ["duplicate"] * 9
    assert session.scalar(select(func.count()).select_from(ClientGroup)) == 1


@pytest.mark.parametrize(
    "field, value",
    [
        ("colour", "red"),
        ("colour", "#12345"),
        ("colour", "#12345g"),
        ("colour", "#1234567"),
        ("colour", "url(x)"),
        ("colour", "＃112233"),
        ("name", ""),
        ("name", "x" * 41),
        ("name", "a\u202eb"),
        ("name", "a\x00"),
        ("description", "x" * 501),
        ("discount_percent", 5),
        ("discount_percent", "100.01"),
        ("discount_percent", "-1"),
        ("discount_percent", "1.234"),
        ("discount_percent", "1e1"),
        ("discount_percent", "NaN"),
        ("discount_percent", "١٢"),
        ("discount_percent", "1,5"),
        ("discount_percent", ""),
        ("discount", "5"),
    ],
)
def test_a_faulty_value_of_a_group_is_named_and_nothing_is_made(service, ask, session, field, value):
    problem = refusal_of(ask, "create_group", **{**GROUP, field: value})
    assert (problem.status, [error["pointer"] for error in problem.errors]) == (422, [f"/{field}"])
    assert session.scalar(select(func.count()).select_from(ClientGroup)) == 0


def test_lists_count_clients_when_they_are_asked_to(service, ask, make_client, session):
    session.add_all(
        [
            group := ClientGroup(name="VIP", colour="#111111"),
            ClientGroup(name="None", colour="#111111"),
            tag := Tag(name="used", colour="#111111"),
            Tag(name="unused", colour="#111111"),
        ]
    )
    session.flush()
    first, _ = make_client(group_id=group.id), make_client(group_id=group.id)
    session.add(ClientTag(client_id=first, tag_id=tag.id))
    session.commit()
    assert [(g["name"], g["clients"]) for g in ask("list_groups", counts=True)["data"]] == [("None", 0), ("VIP", 2)]
    assert [(t["name"], t["clients"]) for t in ask("list_tags", counts=True)["data"]] == [("unused", 0), ("used", 1)]
    assert "clients" not in ask("list_tags")["data"][0]


def test_reading_needs_settings_view_and_changing_settings_edit(service, ask, make_caller):
    made = ask("create_group", **GROUP)
    reader, stranger = (
        make_caller(permissions=("settings.view",)),
        make_caller(permissions=("clients.view", "clients.edit")),
    )
    assert ask("get_group", reader, group_id=made["id"]) == made
    for caller, rpc, given in (
        (reader, "create_group", GROUP),
        (reader, "update_group", {"group_id": made["id"]}),
        (reader, "create_tag", {"name": "x", "colour": "#111111"}),
        (stranger, "get_group", {"group_id": made["id"]}),
    ):
        assert refusal_of(ask, rpc, caller=caller, **given).code == "forbidden"
    for rpc, given in (
        ("get_tag", {"tag_id": made["id"]}),
        ("update_tag", {"tag_id": "nonsense", "name": "x"}),
        ("update_group", {"group_id": "0192f0c1-2345-7abc-8def-0123456789ab"}),
    ):
        assert refusal_of(ask, rpc, **given).code == "not-found"
