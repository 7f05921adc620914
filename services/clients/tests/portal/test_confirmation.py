"""Nobody of the staff acts as the client unseen: owners are told, what staff made waits for them, the log marks it."""

import pytest

from chassis.permissions import Permission
from services.clients import rules
from tests.support.portal_contact import PASSWORD

IMOGEN = "imogen@example.com"
SAME_NAME = {"first_name": "Imogen", "last_name": "Hartley", "email": "imogen.hartley@attacker.example"}
WAITS = "waits_for_confirmation"


@pytest.fixture
def staff(portal, imogen, make_caller, calls):
    """`staff(rpc, **arguments)`: asked by a staff member who may edit clients and not log in as one."""

    def ask(rpc: str, **arguments):
        caller = make_caller(permissions=tuple(rules.staff_permissions("billing", {})), name="Mallory Staff")
        return calls.call(caller, f"clients.{rpc}", seconds=10, writes=True, client_id=imogen[0], **arguments)

    return ask


@pytest.fixture
def owner(portal, imogen):
    """`owner(rpc, **arguments)`: asked by the client's owner, in the portal."""
    token = portal.sign_in(IMOGEN)["token"]
    return lambda rpc, **given: portal.of(token, rpc, **given)


def access(staff, contact_id: str) -> str:
    return staff("get_contact", contact_id=contact_id)["portal_access"]


def test_an_invitations_link_is_for_those_alone_who_may_log_in_as_the_client(portal, staff, imogen):
    assert Permission.CLIENTS_IMPERSONATE not in rules.staff_permissions("billing", {})
    contact = staff("add_contact", **SAME_NAME, role="billing")["id"]
    assert staff("invite_contact", contact_id=contact)["code"] is None
    assert portal.mails("invitation")[-1].data["code"]
    assert len(portal.staff("invite_contact", client_id=imogen[0], contact_id=contact)["code"]) == 43


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_an_owner_or_admin_made_by_staff_waits_until_an_owner_confirms(portal, staff, owner, imogen, role):
    added = staff("add_contact", **SAME_NAME, role=role)
    contact = added["id"]
    assert added["portal_access"] == WAITS
    refused = portal.refused(staff, "invite_contact", contact_id=contact)
    assert (refused.code, refused.detail) == ("invalid-state", "This contact waits for an owner's confirmation.")
    (notice,) = portal.mails("contact_added")
    assert (notice.recipient, notice.data["email"]) == (IMOGEN, SAME_NAME["email"]) and "confirms it" in notice.data[
        "waits"
    ]
    assert portal.events("contact.added")[-1].body["facts"]["waits_for_confirmation"] is True
    assert portal.refused(staff, "confirm_contact", contact_id=contact).code == "forbidden"
    assert owner("confirm_portal_contact", contact_id=contact)["portal_access"] == "not_invited"
    assert portal.events("contact.updated")[-1].body["actor"] == {"kind": "contact", "id": imogen[1]}
    assert portal.refused(owner, "confirm_portal_contact", contact_id=contact).code == "invalid-state"
    staff("invite_contact", contact_id=contact)
    assert access(staff, contact) == "invited"


def test_only_an_owner_confirms(portal, staff, imogen):
    portal.adds(imogen[0], "admin@example.com", "admin")
    contact = staff("add_contact", **SAME_NAME, role="owner")["id"]
    token = portal.sign_in("admin@example.com")["token"]
    assert portal.refused(portal.of, token, "confirm_portal_contact", contact_id=contact).code == "forbidden"
    assert access(staff, contact) == WAITS


def test_whoever_staff_give_more_rights_waits_with_sessions_and_invitation_and_is_let_go_by_fewer(
    portal, staff, imogen
):
    contact = portal.adds(imogen[0], "grace@example.com", "billing")
    token = portal.sign_in("grace@example.com")["token"]
    staff("update_contact", contact_id=contact, role="owner")
    assert access(staff, contact) == WAITS
    assert portal.refused(portal.of, token, "portal_person").code == "unauthenticated"
    assert portal.refused(portal.sign_in, "grace@example.com").code == "unauthenticated"
    assert [mail.recipient for mail in portal.mails("contact_promoted")] == [IMOGEN]
    staff("update_contact", contact_id=contact, role="billing")
    assert access(staff, contact) == "can_sign_in" and portal.sign_in("grace@example.com")["token"]


def test_an_open_invitation_is_good_for_nothing_while_its_contact_waits(portal, staff, imogen):
    contact = staff("add_contact", **SAME_NAME, role="billing")["id"]
    code = portal.staff("invite_contact", client_id=imogen[0], contact_id=contact)["code"]
    staff("update_contact", contact_id=contact, role="owner")
    assert portal.refused(portal.call, "accept_invitation", code=code, password=PASSWORD).code == "unauthenticated"


@pytest.mark.parametrize("by", ["contact", "profile"])
def test_another_email_of_the_only_owner_waits_and_the_old_address_and_further_owners_are_told(
    portal, staff, imogen, by
):
    second = portal.adds(imogen[0], "second@example.com", "owner")
    if by == "contact":
        staff("update_contact", contact_id=imogen[1], email=SAME_NAME["email"])
    else:
        version = staff("get_client")["version"]
        staff("update_client", version=version, email=SAME_NAME["email"])
    assert access(staff, imogen[1]) == WAITS
    assert [mail.recipient for mail in portal.mails("contact_email_changed")] == ["second@example.com"]
    assert [mail.recipient for mail in portal.mails("email_changed")] == [IMOGEN]
    portal.staff("update_contact", client_id=imogen[0], contact_id=second, email="third@attacker.example")
    assert access(staff, second) == WAITS
    assert portal.refused(staff, "invite_contact", contact_id=second).code == "invalid-state"
    # No owner can sign in any more, and still nobody new comes in by that.
    third = staff("add_contact", **{**SAME_NAME, "email": "fourth@attacker.example"}, role="owner")
    assert third["portal_access"] == WAITS


def test_the_last_owner_who_can_sign_in_gets_no_other_email_by_staff_who_may_not_log_in_as_the_client(
    portal, staff, imogen
):
    staff("add_contact", **SAME_NAME, role="owner")
    version = staff("get_client")["version"]
    for rpc, given in (("update_contact", {"contact_id": imogen[1]}), ("update_client", {"version": version})):
        refused = portal.refused(staff, rpc, **given, email="other@attacker.example")
        assert (refused.code, refused.status, refused.errors[0]["pointer"]) == ("invalid-state", 409, "/email")
        assert "the last owner who can sign in" in refused.detail and "in the portal" in refused.detail
    assert portal.sign_in(IMOGEN)["token"] and portal.mails("email_changed") == []


def test_the_owners_and_the_old_address_are_told_of_another_primary_contact(portal, staff, imogen):
    owner = portal.adds(imogen[0], "second@example.com", "owner")
    contact = staff("add_contact", **SAME_NAME, role="billing")["id"]
    staff("make_primary_contact", contact_id=contact)
    received = portal.mails("primary_contact_changed")
    assert sorted(mail.recipient for mail in received) == [IMOGEN, "second@example.com"]
    assert received[0].data == {"email": SAME_NAME["email"], "role": "billing"}
    staff("make_primary_contact", contact_id=owner)
    received = portal.mails("primary_contact_changed")[2:]
    assert sorted(mail.recipient for mail in received) == [SAME_NAME["email"], IMOGEN, "second@example.com"]


def test_a_contact_who_waits_is_not_made_the_primary_one(portal, staff, imogen):
    contact = staff("add_contact", **SAME_NAME, role="owner")["id"]
    refused = portal.refused(staff, "make_primary_contact", contact_id=contact)
    assert (refused.code, refused.detail) == ("invalid-state", "Imogen Hartley waits for an owner's confirmation.")
    assert staff("get_client")["profile"]["email"] == IMOGEN and portal.mails("primary_contact_changed") == []


def test_the_owners_are_told_of_each_other_role_by_staff_and_so_is_an_owner_who_is_none_any_more(portal, staff, imogen):
    second = portal.adds(imogen[0], "second@example.com", "owner")
    staff("update_contact", contact_id=second, role="technical")
    received = portal.mails("contact_role_changed")
    assert sorted(mail.recipient for mail in received) == [IMOGEN, "second@example.com"]
    staff("update_contact", contact_id=second, role="billing")
    assert [mail.recipient for mail in portal.mails("contact_role_changed")[2:]] == [IMOGEN]


def test_the_owners_are_told_of_a_contact_whom_staff_enable_again(portal, staff, owner, imogen):
    second = portal.adds(imogen[0], "second@example.com", "owner")
    owner("update_portal_contact", contact_id=second, status="inactive")
    staff("update_contact", contact_id=second, status="active")
    (received,) = portal.mails("contact_enabled")
    assert (received.recipient, received.data["email"]) == (IMOGEN, "second@example.com")
    assert access(staff, second) == "can_sign_in"


def test_the_last_owner_who_can_sign_in_is_not_taken_away_for_one_who_waits_or_never_came(portal, staff, imogen):
    staff("add_contact", **SAME_NAME, role="owner")
    other = portal.staff(
        "add_contact", client_id=imogen[0], **{**SAME_NAME, "email": "never@example.com"}, role="owner"
    )["id"]
    portal.staff("confirm_contact", client_id=imogen[0], contact_id=other)
    staff("make_primary_contact", contact_id=other)
    for rpc, given in (
        ("update_contact", {"status": "inactive"}),
        ("update_contact", {"role": "billing"}),
        ("remove_contact", {}),
    ):
        refused = portal.refused(staff, rpc, contact_id=imogen[1], **given)
        assert (refused.code, "last owner who can sign in" in refused.detail) == ("invalid-state", True)


def test_where_no_owner_can_sign_in_nobody_is_asked(portal, calls, make_caller, make_client):
    client_id = str(make_client("Ann", "Lee", email="ann@example.com"))
    added = portal.staff("add_contact", client_id=client_id, **SAME_NAME, role="owner")
    assert added["portal_access"] == "not_invited"


def test_what_the_client_does_itself_waits_for_nobody_and_tells_nobody(portal, owner):
    assert owner("add_portal_contact", **SAME_NAME, role="admin")["portal_access"] == "not_invited"
    assert portal.mails("contact_added") == []


def test_the_log_marks_sessions_of_contacts_that_staff_made_or_changed_shortly_before(portal, staff, imogen):
    contact = staff("add_contact", **SAME_NAME, role="billing")["id"]
    portal.joins(imogen[0], contact)
    portal.sign_in(SAME_NAME["email"])

    def mark() -> str | None:
        return portal.events("contact.signed_in")[-1].personal.get("staff_change", {}).get("value")

    assert mark() == "added by staff Mallory Staff"
    portal.change("UPDATE contacts SET staff_change_at = staff_change_at - interval '31 days'")
    portal.sign_in(SAME_NAME["email"])
    assert mark() is None
