"""The people of a client: added, changed, made primary, removed, invited."""

import pytest
from sqlalchemy import select, text

from chassis import rate_limits
from chassis.db.tables import idempotency_keys, outbox
from chassis.errors import ServiceProblem
from chassis.types.ids import new_id
from services.clients import rules
from services.clients.models import Contact, Invitation

BO = {"first_name": "Bo", "last_name": "Ek", "email": "bo@example.com", "role": "billing"}


@pytest.fixture
def client_id(make_client):
    return str(make_client("Ann", "Lee", email="ann@example.com", country="DE"))


@pytest.fixture
def ann(ask) -> str:
    """The id of the primary contact, the client's one owner."""
    return ask("list_contacts")["data"][0]["id"]


@pytest.fixture
def bo(ask) -> str:
    """The id of a further contact, whose role is billing."""
    return ask("add_contact", **BO)["id"]


def events(session) -> list:
    session.rollback()
    return session.execute(select(outbox.c.type, outbox.c.body, outbox.c.personal).order_by(outbox.c.id)).all()


def values(event) -> dict:
    return {name: event.personal[name]["value"] for name in ("first_name", "last_name", "email", "phone")}


def test_a_contact_is_answered_as_the_list_shows_it_and_said_with_its_values_apart(ask, session, ann):
    made = ask("add_contact", **BO, phone="0711 2842222")
    assert made == {
        "id": made["id"],
        "first_name": "Bo",
        "last_name": "Ek",
        "email": "bo@example.com",
        "role": "billing",
        "phone": "0711 2842222",
        "phone_e164": "+497112842222",
        "status": "active",
        "primary": False,
        "last_login_at": None,
        "invited_at": None,
        "can_sign_in": False,
        "portal_access": "not_invited",
    }
    assert [row["id"] for row in ask("list_contacts")["data"]] == [ann, made["id"]]
    assert ask("get_client")["counts"]["contacts"] == 2
    (event,) = events(session)
    assert event.type == "contact.added.v1" and event.body["facts"]["entity"] == {"type": "contact", "id": made["id"]}
    assert values(event) == {"first_name": "Bo", "last_name": "Ek", "email": "bo@example.com", "phone": "0711 2842222"}
    assert "Bo" not in str(event.body) and event.body["facts"]["role"] == "billing"


def test_what_changes_is_published_with_old_and_new_and_what_stays_is_not(ask, session, bo):
    changed = ask("update_contact", contact_id=bo, first_name="Bodil", role="technical", email="bo@example.com")
    assert (changed["first_name"], changed["last_name"], changed["role"]) == ("Bodil", "Ek", "technical")
    event = events(session)[-1]
    assert event.type == "contact.updated.v1" and event.body["facts"]["primary"] is False
    assert event.personal["changes.first_name"]["value"] == {"old": "Bo", "new": "Bodil"}
    assert event.body["changes"] == [
        {"field": "first_name", "old": None, "new": None, "personal": True},
        {"field": "role", "old": "billing", "new": "technical"},
    ]
    assert ask("update_contact", contact_id=bo, role="technical") == changed
    assert len(events(session)) == 2


def test_the_primary_contacts_values_are_the_clients_profile(ask, calls, make_caller, ann):
    ask("update_contact", contact_id=ann, first_name="Änne", email="aenne@example.com")
    record = ask("get_client")
    assert (record["profile"]["first_name"], record["profile"]["email"], record["version"]) == (
        "Änne",
        "aenne@example.com",
        2,
    )
    listed = calls.call(make_caller(), "clients.list_clients", q="anne", seconds=5)["data"]
    assert [row["id"] for row in listed] == [record["id"]]
    ask("add_contact", **BO | {"role": "owner"})
    ask("update_contact", contact_id=ann, role="admin")
    assert ask("get_client")["version"] == 2


def test_disabling_and_enabling_is_a_change_of_status(ask, bo):
    assert ask("update_contact", contact_id=bo, status="inactive")["status"] == "inactive"
    assert ask("update_contact", contact_id=bo, status="active")["status"] == "active"


def test_making_a_contact_primary_moves_the_profile_and_the_list_follows(
    ask, calls, make_caller, refusal, session, ann, bo
):
    made = ask("make_primary_contact", contact_id=bo)
    assert made["primary"] is True
    record = ask("get_client")
    assert (record["name"], record["profile"]["email"], record["primary_contact_id"], record["version"]) == (
        "Bo Ek",
        "bo@example.com",
        bo,
        2,
    )
    listed = calls.call(make_caller(), "clients.list_clients", q="ek", seconds=5)["data"]
    assert [(row["id"], row["name"]) for row in listed] == [(record["id"], "Bo Ek")]
    event = events(session)[-1]
    assert (event.type, event.body["facts"]["previous"]) == ("contact.made_primary.v1", ann)
    assert event.personal["changes.email"]["value"] == {"old": "ann@example.com", "new": "bo@example.com"}
    assert refusal("make_primary_contact", contact_id=bo).detail == "Bo Ek is the primary contact already."
    ask("update_contact", contact_id=ann, status="active")
    assert [row["id"] for row in ask("list_contacts")["data"]] == [bo, ann]


def test_only_an_active_contact_can_be_primary_and_the_primary_one_stays_active(ask, refusal, ann, bo):
    ask("update_contact", contact_id=bo, status="inactive")
    assert refusal("make_primary_contact", contact_id=bo).detail == "Bo Ek is not active. Enable the contact first."
    ask("update_contact", contact_id=bo, status="active", role="owner")
    problem = refusal("update_contact", contact_id=ann, status="inactive")
    assert (problem.code, problem.detail) == (
        "invalid-state",
        "The primary contact stays active. Make another one primary first.",
    )


def test_the_last_active_owner_can_neither_be_demoted_nor_disabled_nor_removed(ask, refusal, session, ann, bo):
    ask("make_primary_contact", contact_id=bo)
    published = len(events(session))
    for rpc, given in (
        ("update_contact", {"role": "admin"}),
        ("update_contact", {"status": "inactive"}),
        ("remove_contact", {}),
    ):
        problem = refusal(rpc, contact_id=ann, **given)
        assert (problem.code, problem.detail) == (
            "invalid-state",
            "Ann Lee is the last active owner. Make somebody else an owner first.",
        )
    assert len(events(session)) == published
    ask("update_contact", contact_id=bo, role="owner")
    assert ask("remove_contact", contact_id=ann) == {"removed": ann}


def test_of_two_owners_demoted_at_once_one_stays(ask, calls, make_caller, client_id, ann, bo):
    ask("update_contact", contact_id=bo, role="owner")
    pending = [
        calls.start(
            make_caller(),
            "clients.update_contact",
            seconds=10,
            writes=True,
            client_id=client_id,
            contact_id=one,
            role="admin",
        )
        for one in (ann, bo) * 5
    ]
    refused = []
    for call in pending:
        try:
            call.result()
        except ServiceProblem as problem:
            refused.append(problem.code)
    assert set(refused) == {"invalid-state"}
    assert sorted(row["role"] for row in ask("list_contacts")["data"]) == ["admin", "owner"]


def test_a_removed_contact_is_gone_for_everybody_and_its_row_stays_for_the_history(ask, refusal, session, bo):
    assert (
        refusal("remove_contact", contact_id=ask("get_client")["primary_contact_id"]).detail
        == "The primary contact cannot be removed. Make another one primary first."
    )
    ask("remove_contact", contact_id=bo)
    assert events(session)[-1].type == "contact.removed.v1" and values(events(session)[-1])["email"] == "bo@example.com"
    assert ask("list_contacts")["page"]["total"] == 1 == ask("get_client")["counts"]["contacts"]
    for rpc in ("get_contact", "update_contact", "make_primary_contact", "remove_contact", "invite_contact"):
        assert refusal(rpc, contact_id=bo).code == "not-found"
    assert session.scalar(select(Contact.removed_at).where(Contact.id == bo)) is not None
    assert ask("add_contact", **BO)["id"] != bo


def test_an_email_stands_once_in_a_client_and_in_another_one_only_if_it_is_meant(ask, refusal, make_client, bo):
    again = refusal("add_contact", **{**BO, "email": "BO@example.com"}, allow_duplicate_email=True)
    assert (again.code, again.errors[0]["pointer"]) == ("duplicate", "/email")
    assert again.detail == "Bo Ek, a contact of this client, has this email."
    other = str(make_client("Cy", "Dunn", company="Dunn & Co", email="cy@example.com"))
    meant = refusal("update_contact", contact_id=bo, email="cy@example.com")
    assert meant.extra == {"duplicate": {"id": other, "name": "Dunn & Co"}}
    assert (
        ask("update_contact", contact_id=bo, email="cy@example.com", allow_duplicate_email=True)["email"]
        == "cy@example.com"
    )
    assert refusal("update_contact", contact_id=bo, email="ann@example.com").code == "duplicate"
    assert ask("update_contact", contact_id=bo, email="CY@example.com")["email"] == "CY@example.com"


@pytest.mark.parametrize(
    "given, pointer",
    [
        ({"first_name": ""}, "/first_name"),
        ({"last_name": "   "}, "/last_name"),
        ({"first_name": "x" * 101}, "/first_name"),
        ({"last_name": "a\u202eb"}, "/last_name"),
        ({"first_name": "a\x00"}, "/first_name"),
        ({"phone": "1" * 101}, "/phone"),
        ({"first_name": "two\nlines"}, "/first_name"),
        ({"email": "nobody"}, "/email"),
        ({"email": "ａｎｎ@example.com"}, "/email"),
        ({"email": None}, "/email"),
        ({"role": "god"}, "/role"),
        ({"login_id": "x"}, "/login_id"),
        ({"is_primary": True}, "/is_primary"),
    ],
)
def test_a_faulty_contact_is_refused_by_field_and_nothing_is_done(refusal, session, bo, given, pointer):
    published = len(events(session))
    for rpc, whole in (
        ("add_contact", {**BO, "email": "new@example.com", **given}),
        ("update_contact", {"contact_id": bo, **given}),
    ):
        problem = refusal(rpc, **whole)
        assert (problem.status, [error["pointer"] for error in problem.errors]) == (422, [pointer])
    assert len(events(session)) == published


def test_a_status_that_staff_cannot_set_and_a_missing_role_are_refused(refusal, bo):
    assert refusal("update_contact", contact_id=bo, status="invited").errors[0]["pointer"] == "/status"
    assert refusal("add_contact", **{name: BO[name] for name in BO if name != "role"}).errors[0]["pointer"] == "/role"


def test_markup_in_a_name_is_text(ask):
    assert ask("add_contact", **{**BO, "first_name": "<script>"})["first_name"] == "<script>"


def test_a_contact_of_another_client_is_like_one_that_does_not_exist(refusal, ask, make_client):
    other = str(make_client())
    foreign = ask("list_contacts", client_id=other)["data"][0]["id"]
    for wrong in (foreign, str(new_id()), "nonsense"):
        for rpc in ("get_contact", "update_contact", "make_primary_contact", "remove_contact", "invite_contact"):
            assert refusal(rpc, contact_id=wrong).code == "not-found"
    assert refusal("add_contact", **BO, client_id=str(new_id())).code == "not-found"


def test_an_invitations_link_is_shown_once_and_kept_as_a_hash_alone(ask, refusal, session, bo):
    key = {"idempotency_key": "key-0123456789abcdef"}
    invited = ask("invite_contact", contact_id=bo, caller=key)
    assert len(invited["code"]) == 43 and invited["expires_at"] > ask("get_contact", contact_id=bo)["invited_at"]
    row = session.execute(select(Invitation.code_hash, Invitation.expires_at - Invitation.created_at)).one()
    assert row[0] == rules.sha256_hex(invited["code"]) and row[1].total_seconds() == pytest.approx(7 * 86400, abs=5)
    event = events(session)[-1]
    assert event.type == "contact.invited.v1" and event.body["facts"]["expires_at"] == invited["expires_at"]
    stored = (
        session.execute(select(outbox.c.body, outbox.c.personal)).all()
        + session.execute(select(idempotency_keys)).all()
    )
    assert invited["code"] not in str(stored)
    again = refusal("invite_contact", contact_id=bo, caller=key)
    assert (again.code, again.detail) == ("invalid-state", "This link was shown before. Invite again for a new one.")


def test_a_newer_invitation_another_email_disabling_and_removal_end_the_open_one(ask, session, bo, monkeypatch):
    monkeypatch.setattr(rate_limits, "_most", {"invitations-to-recipient": 6})

    def still_open() -> list[str]:
        session.rollback()
        return list(session.scalars(select(Invitation.code_hash).where(Invitation.ended_at.is_(None))))

    for act in (
        lambda: ask("update_contact", contact_id=bo, email="bo.ek@example.com"),
        lambda: (
            ask("update_contact", contact_id=bo, status="inactive")
            and ask("update_contact", contact_id=bo, status="active")
        ),
        lambda: ask("remove_contact", contact_id=bo),
    ):
        ask("invite_contact", contact_id=bo)
        newest = ask("invite_contact", contact_id=bo)
        assert still_open() == [rules.sha256_hex(newest["code"])]
        act()
        assert still_open() == []


def test_who_is_disabled_or_can_sign_in_already_is_not_invited(ask, refusal, session, bo):
    ask("update_contact", contact_id=bo, status="inactive")
    assert refusal("invite_contact", contact_id=bo).detail == "This contact is not active. Enable the contact first."
    ask("update_contact", contact_id=bo, status="active")
    login = new_id()
    session.execute(
        text("INSERT INTO identity.logins (id, kind, email, email_key) VALUES (:id, 'contact', 'b', 'b')"),
        {"id": login},
    )
    session.execute(text("UPDATE contacts SET login_id = :login WHERE id = :id"), {"login": login, "id": bo})
    session.commit()
    assert refusal("invite_contact", contact_id=bo).detail == "This contact can sign in already."


def test_changing_contacts_needs_its_permission(refusal, bo):
    support = {"permissions": tuple(rules.staff_permissions("support", {}))}
    for rpc, given in (
        ("add_contact", BO),
        ("update_contact", {"contact_id": bo, "role": "admin"}),
        ("make_primary_contact", {"contact_id": bo}),
        ("remove_contact", {"contact_id": bo}),
        ("invite_contact", {"contact_id": bo}),
    ):
        assert refusal(rpc, caller=support, **given).code == "forbidden"


def test_who_may_assign_tickets_learns_the_names_of_staff(service, calls, make_caller, account):
    support = make_caller(permissions=tuple(rules.staff_permissions("support", {})))
    names = calls.call(support, "clients.list_staff_names", seconds=5)
    assert names == {"data": [{"id": str(account.id), "name": "Ada Staff"}]}
    with pytest.raises(ServiceProblem) as refused:
        calls.call(make_caller(permissions=("clients.view",)), "clients.list_staff_names", seconds=5)
    assert refused.value.code == "forbidden"
