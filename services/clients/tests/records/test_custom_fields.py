"""Custom fields: their definitions and a client's values."""

import pytest
from sqlalchemy import func, select, text, update

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.testing.plugin import wait_until
from services.clients.models import CustomField, CustomFieldValue

SELECT = {"label": "Plan", "type": "select", "options": ["Gold", "Silver", "Tin"]}


@pytest.fixture
def ask(calls, make_caller):
    """`ask("create_custom_field", …)`: an RPC method of the clients service as a super_admin."""

    def call(rpc, caller=None, **given):
        return calls.call(caller or make_caller(), f"clients.{rpc}", seconds=5, writes=True, **given)

    return call


@pytest.fixture
def client(make_client) -> str:
    return str(make_client())


@pytest.fixture
def put(ask, client):
    """`put({id: value}, …)`: set values of `client`; answers {label: value}."""

    def call(values, **given):
        answer = ask("set_custom_field_values", client_id=client, values=values, **given)
        return {field["label"]: field["value"] for field in answer["data"]}

    return call


def refusal_of(act, *given, **named) -> ServiceProblem:
    with pytest.raises(ServiceProblem) as refusal:
        act(*given, **named)
    return refusal.value


def test_a_field_is_defined_read_and_changed_in_part(service, ask, session):
    made = ask("create_custom_field", **SELECT)
    assert made == {"id": made["id"], **SELECT, "required": False, "order": 1, "visibility": "staff_only"}
    changed = ask(
        "update_custom_field", field_id=made["id"], visibility="client_view", required=True, options=["Gold", "New"]
    )
    assert changed == {**made, "visibility": "client_view", "required": True, "options": ["Gold", "New"]}
    assert ask("update_custom_field", field_id=made["id"], required=True) == ask(
        "get_custom_field", field_id=made["id"]
    )
    created, updated = session.execute(
        select(outbox.c.type, outbox.c.stream, outbox.c.body).order_by(outbox.c.sequence)
    ).all()
    assert (created.type, updated.type, updated.stream) == (
        "custom_field.created.v1",
        "custom_field.updated.v1",
        "system",
    )
    assert created.body["facts"]["options"] == ["Gold", "Silver", "Tin"] and updated.body["facts"]["label"] == "Plan"
    assert {(c["field"], str(c["old"]), str(c["new"])) for c in updated.body["changes"]} == {
        ("visibility", "staff_only", "client_view"),
        ("required", "False", "True"),
        ("options", "['Gold', 'Silver', 'Tin']", "['Gold', 'New']"),
    }


@pytest.mark.parametrize(
    "given, pointer, code",
    [
        ({"type": "select", "options": []}, "/options", "validation"),
        ({"type": "text", "options": ["a"]}, "/options", "validation"),
        ({"type": "select", "options": ["a", "a"]}, "/options", "validation"),
        ({"type": "select", "options": ["a", ""]}, "/options/1", "validation"),
        ({"type": "number"}, "/type", "validation"),
        ({"label": "a\u2066b"}, "/label", "validation"),
        ({"label": ""}, "/label", "validation"),
        ({"order": -1}, "/order", "validation"),
        ({"order": "1"}, "/order", "validation"),
        ({"visibility": "all"}, "/visibility", "validation"),
        ({"colour": "x"}, "/colour", "unknown-field"),
        ({"label": "PLAN"}, "/label", "duplicate"),
        ({"label": "P\u200blan\u2800"}, "/label", "duplicate"),
        ({"label": "\u2800\u200b"}, "/label", "validation"),
        ({"type": "select", "options": ["a", "a\u200b"]}, "/options", "validation"),
        ({"type": "select", "options": ["a", "\u3164"]}, "/options/1", "validation"),
    ],
)
def test_a_faulty_definition_is_named(service, ask, given, pointer, code):
    ask("create_custom_field", label="Plan", type="text")
    problem = refusal_of(ask, "create_custom_field", **{"label": "Other", "type": "text", **given})
    assert [(error["pointer"], error["code"]) for error in problem.errors] == [(pointer, code)]


def test_the_type_stays_and_no_option_in_use_is_dropped_once_a_client_has_a_value(service, ask, put):
    field = ask("create_custom_field", **SELECT)
    assert ask("update_custom_field", field_id=field["id"], type="text")["options"] == []
    ask("update_custom_field", field_id=field["id"], type="select", options=SELECT["options"])
    put({field["id"]: "Silver"})
    problem = refusal_of(ask, "update_custom_field", field_id=field["id"], type="text")
    assert (problem.status, problem.code, problem.errors[0]["pointer"]) == (409, "invalid-state", "/type")
    problem = refusal_of(ask, "update_custom_field", field_id=field["id"], options=["Tin"])
    assert (problem.errors[0]["pointer"], problem.detail) == ("/options", "Still in use by clients: Silver.")
    assert ask("update_custom_field", field_id=field["id"], options=["Silver", "Tin"])["options"] == ["Silver", "Tin"]


def test_fields_stand_in_their_order_and_those_of_one_order_by_age(service, ask):
    first, second, third = (
        ask("create_custom_field", label=label, type="text", order=order)
        for label, order in (("B", 5), ("A", 5), ("C", 1))
    )
    assert [f["label"] for f in ask("list_custom_fields")["data"]] == ["C", "B", "A"]
    assert ask("create_custom_field", label="D", type="text")["order"] == 6
    ask("update_custom_field", field_id=third["id"], order=9)
    assert [f["label"] for f in ask("list_custom_fields")["data"]] == ["B", "A", "D", "C"]


def test_moving_a_field_changes_places_with_its_neighbour_and_gives_each_an_order_of_its_own(service, ask, session):
    first, second, third = (
        ask("create_custom_field", label=label, type="text", order=order)
        for label, order in (("A", 2), ("B", 2), ("C", 7))
    )
    moved = ask("move_custom_field", field_id=second["id"], direction="up")["data"]
    assert [(f["label"], f["order"]) for f in moved] == [("B", 2), ("A", 3), ("C", 7)]
    moved = ask("move_custom_field", field_id=first["id"], direction="down")["data"]
    assert [(f["label"], f["order"]) for f in moved] == [("B", 2), ("C", 3), ("A", 7)]
    assert ask("move_custom_field", field_id=second["id"], direction="up")["data"] == moved
    changes = [
        (body["facts"]["label"], change["old"], change["new"])
        for body in session.scalars(
            select(outbox.c.body).where(outbox.c.type == "custom_field.updated.v1").order_by(outbox.c.sequence)
        )
        for change in body["changes"]
    ]
    assert changes == [("A", 2, 3), ("C", 7, 3), ("A", 3, 7)]
    assert refusal_of(ask, "move_custom_field", field_id=str(outbox_id(session)), direction="up").code == "not-found"


def outbox_id(session):
    return session.scalar(select(outbox.c.event_id).limit(1))


def test_values_are_kept_by_type_and_told_with_old_and_new_ones_apart(service, ask, put, session, client):
    plan, note, on, day = (
        ask("create_custom_field", label=label, type=kind, **more)["id"]
        for label, kind, more in (
            ("Plan", "select", {"options": ["Gold", "Tin"]}),
            ("Note. 2", "textarea", {}),
            ("On", "checkbox", {}),
            ("Day", "date", {}),
        )
    )
    assert put({plan: "Gold", note: "two\nlines \u202e<b>", on: False, day: "2026-02-28"}) == {
        "Plan": "Gold",
        "Note. 2": "two\nlines \u202e<b>",
        "On": False,
        "Day": "2026-02-28",
    }
    assert put({plan: "Tin", note: "", on: False}) == {"Plan": "Tin", "Note. 2": None, "On": False, "Day": "2026-02-28"}
    assert put({plan: "Tin"})["Plan"] == "Tin"
    first, second = session.execute(
        select(outbox.c.body, outbox.c.personal, outbox.c.stream)
        .where(outbox.c.type == "client.custom_fields_changed.v1")
        .order_by(outbox.c.sequence)
    ).all()
    assert (first.stream, first.body["facts"]["fields"]) == (client, ["Plan", "Note. 2", "On", "Day"])
    assert second.body["changes"] == [
        {"field": label, "old": None, "new": None, "personal": True} for label in ("Plan", "Note. 2")
    ]
    assert second.personal["changes.Plan"]["value"] == {"old": "Gold", "new": "Tin"}
    assert second.personal["changes.Note. 2"]["value"] == {"old": "two\nlines \u202e<b>", "new": None}
    assert set(second.body["facts"]["commitments"]) >= {"changes.Plan", "changes.Note. 2"}
    assert "Gold" not in str(first.body) and "2026-02-28" not in str(first.body["changes"])


@pytest.mark.parametrize(
    "kind, value",
    [
        ("text", 7),
        ("text", "two\nlines"),
        ("text", "x" * 501),
        ("text", "a\x00b"),
        ("textarea", "x" * 10_001),
        ("textarea", ["a"]),
        ("select", "Bronze"),
        ("select", "gold"),
        ("checkbox", "true"),
        ("checkbox", 1),
        ("date", "2026-02-30"),
        ("date", "20260228"),
        ("date", "٢٠٢٦-٠٢-٢٨"),
        ("date", 7),
        ("date", "2026-W01-1"),
    ],
)
def test_a_value_that_its_field_cannot_hold_is_named_and_none_is_saved(service, ask, put, session, kind, value):
    field = ask("create_custom_field", label="F", type=kind, options=["Gold"] if kind == "select" else [])["id"]
    good = ask("create_custom_field", label="Good", type="text")["id"]
    problem = refusal_of(put, {good: "fine", field: value})
    assert (problem.status, [error["pointer"] for error in problem.errors]) == (422, [f"/values/{field}"])
    assert session.scalar(select(func.count()).select_from(CustomFieldValue)) == 0


def test_a_required_field_cannot_be_emptied_and_an_unknown_one_is_named(service, ask, put, client):
    field = ask("create_custom_field", label="Must", type="text", required=True)["id"]
    put({field: "x"})
    for empty in (None, "", "  "):
        assert refusal_of(put, {field: empty}).errors[0]["pointer"] == f"/values/{field}"
    problem = refusal_of(put, {client: "x", "nonsense": "y"})
    assert problem.code == "unknown-field"
    assert {error["pointer"] for error in problem.errors} == {f"/values/{client}", "/values/nonsense"}
    assert put({})["Must"] == "x"


def test_a_value_that_others_changed_since_it_was_seen_is_not_overwritten_unless_that_is_meant(service, ask, put):
    text, flag, lines = (
        ask("create_custom_field", label=kind, type=kind)["id"] for kind in ("text", "checkbox", "textarea")
    )
    put({text: "theirs", flag: False, lines: "one\r\ntwo"})
    problem = refusal_of(
        put, {text: "mine", flag: True, lines: "three"}, was={text: None, flag: None, lines: "one\ntwo"}
    )
    assert (problem.status, problem.code) == (409, "invalid-state")
    assert [(one["pointer"], one["code"]) for one in problem.errors] == [(f"/values/{text}", "stale")]
    assert problem.extra == {"changed": [{"field": text, "value": "theirs"}]}
    assert put({}) == {"text": "theirs", "checkbox": False, "textarea": "one\r\ntwo"}
    assert put({text: "theirs"}, was={text: "older"})["text"] == "theirs"
    mine = put({text: "mine", flag: True, lines: "three"}, was={text: "theirs", flag: "", lines: "one\ntwo"})
    assert mine == {"text": "mine", "checkbox": True, "textarea": "three"}


def waits_for_a_lock(session) -> bool:
    return (
        session.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
        )
        > 0
    )


def test_a_value_waits_for_a_change_of_its_definition_and_is_read_by_that(
    service, calls, make_caller, ask, client, session
):
    field = ask("create_custom_field", **SELECT)["id"]
    session.execute(update(CustomField).values(options=["Gold", "Silver"]))
    pending = calls.start(
        make_caller(),
        "clients.set_custom_field_values",
        seconds=5,
        writes=True,
        client_id=client,
        values={field: "Tin"},
    )
    wait_until(lambda: waits_for_a_lock(session), "the value to wait for the definition")
    session.commit()
    assert refusal_of(pending.result).errors[0]["pointer"] == f"/values/{field}"


def test_an_option_that_is_being_chosen_is_not_dropped(service, calls, make_caller, ask, client, session):
    field = ask("create_custom_field", **SELECT)["id"]
    session.scalar(select(CustomField).with_for_update(read=True))
    session.add(CustomFieldValue(client_id=client, field_id=field, value="Tin"))
    session.flush()
    pending = calls.start(
        make_caller(), "clients.update_custom_field", seconds=5, writes=True, field_id=field, options=["Gold", "Silver"]
    )
    wait_until(lambda: waits_for_a_lock(session), "the definition to wait for the value")
    session.commit()
    assert refusal_of(pending.result).code == "invalid-state"


def test_values_need_clients_edit_and_definitions_settings_edit(service, ask, make_caller, client):
    field = ask("create_custom_field", label="F", type="text")["id"]
    reader, editor = (
        make_caller(permissions=("settings.view", "clients.view")),
        make_caller(permissions=("clients.edit",)),
    )
    assert refusal_of(ask, "set_custom_field_values", reader, client_id=client, values={field: "x"}).code == "forbidden"
    assert ask("set_custom_field_values", editor, client_id=client, values={field: "x"})["data"][0]["value"] == "x"
    for rpc, given in (
        ("create_custom_field", {"label": "G", "type": "text"}),
        ("update_custom_field", {"field_id": field}),
        ("move_custom_field", {"field_id": field, "direction": "up"}),
    ):
        assert refusal_of(ask, rpc, reader, **given).code == "forbidden"
    assert [f["clients"] for f in ask("list_custom_fields", reader, counts=True)["data"]] == [1]
