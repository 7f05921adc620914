"""Staff accounts: who may make, change, disable them, and how far that reaches."""

import pytest
from sqlalchemy import select

from chassis.db.tables import idempotency_keys, outbox
from chassis.errors import ServiceProblem
from services.clients import rules
from services.clients.models import Login


@pytest.fixture
def ask(service, calls, make_caller, account):
    """`ask("list_staff", …, by=caller)`: the RPC method's answer; by default the super admin's."""

    def call(rpc, by=None, **arguments):
        return calls.call(by or make_caller(id=str(account.id)), f"clients.{rpc}", seconds=5, **arguments)

    return call


@pytest.fixture
def sam(ask) -> dict:
    """A support staff member, sam@example.com, whose password is "battery staple"."""
    return ask("create_staff_account", name="Sam", email="sam@example.com", role="support", password="battery staple")


def refusal(action, *arguments, **options) -> ServiceProblem:
    with pytest.raises(ServiceProblem) as refused:
        action(*arguments, **options)
    return refused.value


def last(session):
    session.rollback()
    newest = select(outbox.c.type, outbox.c.body, outbox.c.personal).order_by(outbox.c.sequence.desc()).limit(1)
    return session.execute(newest).one()


def test_an_account_is_made_with_the_permissions_of_its_role(ask, sam, session):
    assert (sam["role"], sam["status"], sam["overrides"], sam["second_factor"]) == ("support", "active", {}, "off")
    assert {slug for slug, given in sam["permissions"].items() if given} == {
        str(one) for one in rules.PRESETS["support"]
    }
    event = last(session)
    assert (event.type, event.body["facts"]["role"], event.personal["email"]["value"]) == (
        "staff.created.v1",
        "support",
        "sam@example.com",
    )
    kept = str(session.execute(select(idempotency_keys.c.answer, idempotency_keys.c.fingerprint)).all())
    assert "battery staple" not in kept + str(event)


def test_without_a_password_an_account_waits_for_its_link(ask):
    made = ask("create_staff_account", name="Ina", email="ina@example.com", role="billing")
    assert made["status"] == "invited"
    page = ask("list_staff")
    assert (page["counts"], page["page"]["total"]) == ({"active": 1, "invited": 1, "disabled": 0}, 2)
    assert [row["name"] for row in ask("list_staff", status="invited")["data"]] == ["Ina"]


@pytest.mark.parametrize(
    "given, pointer, code",
    [
        ({"email": "ADA@example.com"}, "/email", "duplicate"),
        ({"email": "moss@"}, "/email", "validation"),
        ({"role": "king"}, "/role", "validation"),
        ({"name": " "}, "/name", "validation"),
        ({"password": "short"}, "/password", "validation"),
        ({"name": "Xanthippe", "password": "xanthippe2026"}, "/password", "validation"),
        ({"colour": "red"}, "/colour", "unknown-field"),
        ({"permissions": {"clients.rule": True}}, "/permissions/clients.rule", "validation"),
        ({"permissions": {"clients.view": "yes"}}, "/permissions/clients.view", "validation"),
        ({"role": "super_admin", "permissions": {"clients.view": False}}, "/permissions/clients.view", "validation"),
    ],
)
def test_an_account_that_cannot_be_is_refused_by_its_field(ask, session, given, pointer, code):
    refused = refusal(
        ask, "create_staff_account", **{"name": "X", "email": "x@example.com", "role": "support", **given}
    )
    assert (refused.code, refused.errors[0]["pointer"]) == (code, pointer)
    assert session.scalar(select(Login.id).where(Login.email_key == "x@example.com")) is None


def test_single_permissions_are_added_and_taken_away_and_stored_only_where_they_differ(ask, sam, session):
    changed = ask(
        "update_staff",
        staff_id=sam["id"],
        permissions={"credits.add": True, "clients.view": False, "tickets.view": True},
    )
    assert changed["overrides"] == {"clients.view": False, "credits.add": True}
    assert changed["permissions"]["credits.add"] and not changed["permissions"]["clients.view"]
    event = last(session)
    assert event.type == "staff.permissions_changed.v1"
    assert event.body["changes"] == [
        {"field": "clients.view", "old": True, "new": False},
        {"field": "credits.add", "old": False, "new": True},
    ]
    back = ask("update_staff", staff_id=sam["id"], permissions={"clients.view": True, "credits.add": False})
    assert back["overrides"] == {} and back["version"] == sam["version"] + 2


def test_name_email_and_role_change_as_one_event_whose_personal_values_stand_apart(ask, sam, session):
    changed = ask("update_staff", staff_id=sam["id"], name="Samira", email="samira@example.com", role="billing")
    assert (changed["name"], changed["email"], changed["role"]) == ("Samira", "samira@example.com", "billing")
    event = last(session)
    assert [(one["field"], one["old"], one["new"]) for one in event.body["changes"]] == [
        ("name", None, None),
        ("email", None, None),
        ("role", "support", "billing"),
    ]
    assert event.personal["changes.email"]["value"] == {"old": "sam@example.com", "new": "samira@example.com"}
    same = ask("update_staff", staff_id=sam["id"], name="Samira")
    assert same["version"] == changed["version"] and last(session).body["id"] == event.body["id"]


def test_whoever_read_an_older_version_is_told_so(ask, sam):
    ask("update_staff", staff_id=sam["id"], role="billing", version=sam["version"])
    assert refusal(ask, "update_staff", staff_id=sam["id"], role="admin", version=sam["version"]).code == "stale"


def test_nobody_disables_or_demotes_themselves(ask, account):
    me = str(account.id)
    for rpc, given in (
        ("disable_staff", {}),
        ("update_staff", {"role": "admin"}),
        ("update_staff", {"password": "long enough"}),
        ("reset_second_factor", {}),
    ):
        assert refusal(ask, rpc, staff_id=me, **given).code == "invalid-state", rpc
    assert ask("update_staff", staff_id=me, name="Ada Lovelace")["name"] == "Ada Lovelace"


def test_the_last_super_admin_stays_also_when_two_disable_each_other(ask, account, make_caller):
    other = ask("create_staff_account", name="Bo", email="bo@example.com", role="super_admin", password="long enough")
    ask("disable_staff", staff_id=other["id"])
    late = make_caller(id=other["id"])
    for rpc, given in (("disable_staff", {}), ("update_staff", {"role": "admin"})):
        refused = refusal(ask, rpc, by=late, staff_id=str(account.id), **given)
        assert (refused.code, "last super admin" in refused.detail) == ("invalid-state", True)


def test_nobody_reaches_an_account_that_may_do_more_nor_gives_what_they_do_not_have(ask, account, sam, make_caller):
    little = ("staff.create", "staff.delete", "staff.edit", "staff.view", "clients.view")
    manager = make_caller(id="0192f0c1-2345-7abc-8def-0123456789ac", permissions=little)
    for rpc, given in (
        ("disable_staff", {}),
        ("update_staff", {"name": "X"}),
        ("make_password_link", {}),
        ("update_staff", {"password": "long enough"}),
        ("end_staff_sessions", {}),
    ):
        for staff_id in (sam["id"], str(account.id)):
            assert refusal(ask, rpc, by=manager, staff_id=staff_id, **given).code == "forbidden", rpc
    made = {"name": "X", "email": "x@example.com"}
    assert refusal(ask, "create_staff_account", by=manager, role="support", **made).code == "forbidden"


def test_each_rpc_asks_for_its_own_permission(ask, sam, make_caller):
    for rpc, permission, given in (
        ("list_staff", "staff.view", {}),
        ("get_staff", "staff.view", {"staff_id": sam["id"]}),
        ("create_staff_account", "staff.create", {"name": "X", "email": "x@example.com", "role": "support"}),
        ("update_staff", "staff.edit", {"staff_id": sam["id"], "name": "X"}),
        ("disable_staff", "staff.delete", {"staff_id": sam["id"]}),
        ("make_password_link", "staff.edit", {"staff_id": sam["id"]}),
    ):
        everything_else = tuple(str(one) for one in rules.Permission if one != permission)
        refused = refusal(ask, rpc, by=make_caller(permissions=everything_else), **given)
        assert (refused.code, refused.extra["permission"]) == ("forbidden", permission)


def test_disabling_ends_everything_and_enabling_brings_none_of_it_back(ask, sam, anonymous, calls, session):
    token = calls.call(anonymous(), "clients.sign_in", email="sam@example.com", password="battery staple", seconds=5)[
        "token"
    ]
    link = ask("make_password_link", staff_id=sam["id"])["code"]
    assert ask("disable_staff", staff_id=sam["id"])["status"] == "disabled"
    assert last(session).body["facts"]["sessions"] == 1
    assert refusal(ask, "disable_staff", staff_id=sam["id"]).code == "invalid-state"
    assert ask("enable_staff", staff_id=sam["id"])["status"] == "active"
    assert last(session).body["changes"] == [{"field": "status", "old": "disabled", "new": "active"}]
    held = anonymous(credential={"kind": "session", "hash": rules.sha256_hex(token)})
    assert refusal(calls.call, held, "clients.me", seconds=5).code == "unauthenticated"
    assert (
        refusal(calls.call, anonymous(), "clients.check_password_link", code=link, seconds=5).code == "unauthenticated"
    )


def test_a_change_bites_on_the_next_request_of_an_open_session(ask, sam, anonymous, calls):
    token = calls.call(anonymous(), "clients.sign_in", email="sam@example.com", password="battery staple", seconds=5)[
        "token"
    ]
    held = anonymous(credential={"kind": "session", "hash": rules.sha256_hex(token)})
    assert refusal(calls.call, held, "clients.list_staff", seconds=5).code == "forbidden"
    ask("update_staff", staff_id=sam["id"], permissions={"staff.view": True})
    assert calls.call(held, "clients.list_staff", seconds=5)["page"]["total"] == 2
    ask("update_staff", staff_id=sam["id"], role="billing", permissions={"staff.view": False})
    assert refusal(calls.call, held, "clients.list_staff", seconds=5).code == "forbidden"


def test_signing_somebody_out_everywhere_says_so_of_each_session(ask, sam, anonymous, calls, session):
    for _ in range(2):
        calls.call(anonymous(), "clients.sign_in", email="sam@example.com", password="battery staple", seconds=5)
    assert ask("end_staff_sessions", staff_id=sam["id"]) == {"ended": 2}
    event = last(session)
    assert (event.type, event.body["facts"]["how"], event.personal["name"]["value"]) == (
        "staff.signed_out.v1",
        "ended",
        "Sam",
    )
    assert ask("get_staff", staff_id=sam["id"])["sessions"] == []


def test_another_sets_a_password_and_all_sessions_end_with_it(ask, sam, anonymous, calls, session):
    def enter(password):
        return calls.call(anonymous(), "clients.sign_in", email="sam@example.com", password=password, seconds=5)[
            "token"
        ]

    held = anonymous(credential={"kind": "session", "hash": rules.sha256_hex(enter("battery staple"))})
    ask("update_staff", staff_id=sam["id"], password="something else")
    assert last(session).body["facts"]["how"] == "admin"
    assert refusal(calls.call, held, "clients.me", seconds=5).code == "unauthenticated" and enter("something else")
