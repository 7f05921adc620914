"""Portal account: forgotten and changed passwords, another email, the second factor, sessions."""

import pyotp
import pytest
from sqlalchemy import event, select
from structlog.testing import capture_logs

from chassis.types.ids import new_id
from services.clients import rules
from services.clients.commands.portal.passwords import ask_portal_password
from services.clients.models import Contact, Login, PortalLink
from tests.support.portal_contact import PASSWORD

IMOGEN, NEW = "imogen@example.com", "imogen@hartley.example"


def mailed_code(portal, kind: str) -> str:
    """The code in the newest mail of a kind that waits to be sent."""
    return portal.mails(kind)[-1].data["code"]


def test_a_forgotten_password_is_set_by_a_mailed_link_and_everything_else_ends(portal, imogen):
    token = portal.sign_in(IMOGEN)["token"]
    assert portal.call("ask_portal_password", email=IMOGEN.upper()) == {"asked": True}
    code = mailed_code(portal, "password")
    assert portal.call("check_portal_password_link", code=code) == {"email": IMOGEN}
    assert portal.call("use_portal_password_link", code=code, password="a new one, longer") == {"changed": True}
    assert portal.refused(portal.of, token, "portal_me").code == "unauthenticated"
    assert portal.refused(portal.sign_in, IMOGEN).code == "unauthenticated"
    assert portal.sign_in(IMOGEN, "a new one, longer")["token"]
    published = portal.events("contact.password_changed")[-1].body
    assert (published["stream"], published["facts"]["how"], published["facts"]["sessions"]) == (imogen[0], "link", 1)


def test_nobody_learns_whether_an_email_signs_in_here(portal, imogen):
    answers = [portal.call("ask_portal_password", email=email) for email in (IMOGEN, "nobody@example.com", "no email")]
    assert answers == [{"asked": True}] * 3
    assert [mail.recipient for mail in portal.mails("password")] == [IMOGEN]


def test_a_known_and_an_unknown_email_cost_the_same_statements(portal, imogen, open_uow_as, anonymous, session):
    """What differs (the link, the mail, the log) is the job's, after the answer."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    ran = {}
    event.listen(session.bind, "before_cursor_execute", note)
    for email in (IMOGEN, "nobody@example.com"):
        statements.clear()
        assert ask_portal_password(open_uow_as(anonymous(ip="203.0.113.8")), email=email) == {"asked": True}
        ran[email] = list(statements)
    event.remove(session.bind, "before_cursor_execute", note)
    assert ran[IMOGEN] == ran["nobody@example.com"] and len(ran[IMOGEN]) > 2
    assert [mail.recipient for mail in portal.mails("password")] == [IMOGEN]


def test_one_mailbox_gets_a_few_mails_and_no_more_for_now_which_the_log_says_alone(portal, imogen):
    assert portal.call("ask_portal_password", email=IMOGEN) == {"asked": True}
    portal.change(
        "UPDATE identity.sign_in_attempts SET failures = 9, blocked_until = now() + interval '5 minutes' "
        "WHERE bucket = :bucket",
        bucket=rules.sha256_hex(f"mail password {IMOGEN}"),
    )
    with capture_logs() as records:
        assert portal.call("ask_portal_password", email=IMOGEN, ip="198.51.100.2") == {"asked": True}
    assert len(portal.mails("password")) == 1
    (refused,) = [one for one in records if one["event"] == "request refused"]
    assert (refused["kind"], refused["reason"]) == ("password", "too-many-requests") and IMOGEN not in str(refused)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE identity.portal_links SET expires_at = now()",
        "UPDATE contacts SET status = 'inactive'",
        None,
        "newer",
    ],
)
def test_a_link_that_is_over_answers_like_one_that_never_was(portal, imogen, change):
    portal.call("ask_portal_password", email=IMOGEN)
    code = mailed_code(portal, "password")
    if change is None:
        portal.call("use_portal_password_link", code=code, password="used up already")
    elif change == "newer":
        portal.call("ask_portal_password", email=IMOGEN)
        assert mailed_code(portal, "password") != code
    else:
        portal.change(change)
    dead = portal.refused(portal.call, "use_portal_password_link", code=code, password="another password")
    unknown = portal.refused(portal.call, "use_portal_password_link", code="x" * 43, password="another password")
    assert dead.to_wire() == unknown.to_wire() and dead.code == "unauthenticated"


def test_a_link_is_good_for_15_minutes_and_its_mail_not_longer(portal, imogen, session):
    portal.call("ask_portal_password", email=IMOGEN)
    (mail,) = portal.mails("password")
    assert abs((mail.expires_at - mail.created_at).total_seconds() - 15 * 60) < 30
    assert mail.expires_at == session.scalar(select(PortalLink.expires_at))


def test_a_password_is_changed_with_the_present_one_alone(portal, imogen):
    tokens = [portal.sign_in(IMOGEN)["token"] for _ in range(2)]
    wrong = portal.refused(
        portal.of, tokens[0], "change_portal_password", current_password="x", new_password="long enough"
    )
    assert (wrong.status, wrong.errors[0]["pointer"]) == (422, "/current_password")
    short = portal.refused(
        portal.of, tokens[0], "change_portal_password", current_password=PASSWORD, new_password="short"
    )
    assert short.errors[0]["pointer"] == "/new_password"
    named = portal.refused(
        portal.of, tokens[0], "change_portal_password", current_password=PASSWORD, new_password="Brightwater1"
    )
    assert (named.errors[0]["pointer"], "others know" in named.detail) == ("/new_password", True)
    done = portal.of(tokens[0], "change_portal_password", current_password=PASSWORD, new_password="long enough")
    assert done == {"changed": True}
    assert {portal.refused(portal.of, token, "portal_me").code for token in tokens} == {"unauthenticated"}
    assert portal.sign_in(IMOGEN, "long enough")["token"]


def test_another_email_counts_once_it_is_confirmed_and_the_old_address_is_told(portal, imogen, session, make_client):
    other = portal.joins(make_client(company="Alder", email=IMOGEN))
    token = portal.sign_in(IMOGEN)["token"]
    portal.of(token, "choose_client", contact_id=imogen[1])
    wrong = portal.refused(portal.of, token, "ask_portal_email", email=NEW, current_password="x")
    assert wrong.errors[0]["pointer"] == "/current_password" and portal.mails("email_confirm") == []
    assert portal.of(token, "ask_portal_email", email=NEW, current_password=PASSWORD) == {"asked": True}
    assert portal.of(token, "portal_account")["email"] == IMOGEN
    (mail,) = portal.mails("email_confirm")
    assert (
        mail.recipient == NEW and portal.call("check_portal_email_link", code=mail.data["code"])["old_email"] == IMOGEN
    )
    assert portal.call("use_portal_email_link", code=mail.data["code"]) == {"email": NEW}
    session.rollback()
    assert set(session.scalars(select(Contact.email))) == {NEW} and session.scalar(select(Login.email)) == NEW
    assert portal.refused(portal.of, token, "portal_me").code == "unauthenticated"
    assert portal.refused(portal.sign_in, IMOGEN).code == "unauthenticated" and portal.sign_in(NEW)["token"]
    assert [mail.recipient for mail in portal.mails("email_changed")] == [IMOGEN]
    moved = [
        published for published in portal.events("contact.updated") if published.body["changes"][0]["field"] == "email"
    ]
    assert {published.body["actor"]["id"] for published in moved} == {imogen[1], other} and NEW not in str(
        [published.body for published in moved]
    )
    again = portal.refused(portal.call, "use_portal_email_link", code=mail.data["code"])
    assert again.code == "unauthenticated"


def test_an_email_that_somebody_else_signs_in_by_is_not_taken_over(portal, imogen, make_client):
    portal.joins(make_client(email="taken@example.com"))
    token = portal.sign_in(IMOGEN)["token"]
    assert portal.of(token, "ask_portal_email", email="taken@example.com", current_password=PASSWORD) == {"asked": True}
    assert (
        portal.refused(portal.call, "use_portal_email_link", code=mailed_code(portal, "email_confirm")).code
        == "duplicate"
    )
    assert portal.sign_in(IMOGEN)["token"]


def test_the_second_factor_is_renewed_and_turned_off_with_the_password(portal, imogen):
    token = portal.sign_in(IMOGEN)["token"]
    begun = portal.of(token, "begin_portal_factor", current_password=PASSWORD)
    assert portal.refused(portal.of, token, "confirm_portal_factor", code="000000").errors[0]["pointer"] == "/code"
    portal.of(token, "confirm_portal_factor", code=pyotp.TOTP(begun["secret"]).now())
    assert portal.of(token, "portal_account")["second_factor"]["on"] is True
    assert portal.refused(portal.of, token, "turn_off_portal_factor", current_password="x").status == 422
    assert len(portal.of(token, "renew_portal_codes", current_password=PASSWORD)["backup_codes"]) == 10
    assert portal.of(token, "turn_off_portal_factor", current_password=PASSWORD) == {"second_factor": "off"}
    assert set(portal.sign_in(IMOGEN)) == {"token", "choose"}
    published = [
        (one.body["stream"], one.body["facts"]["what"]) for one in portal.events("contact.second_factor_changed")
    ]
    assert published == [(imogen[0], "on"), (imogen[0], "backup-codes"), (imogen[0], "off")]


def test_one_ends_ones_own_sessions_and_nobody_elses(portal, imogen, make_client):
    portal.joins(make_client(email="other@example.com"))
    theirs = portal.sign_in("other@example.com")["token"]
    mine, old, oldest = (portal.sign_in(IMOGEN)["token"] for _ in range(3))
    (their_id,) = [one["id"] for one in portal.of(theirs, "portal_account")["sessions"]]
    assert portal.refused(portal.of, mine, "end_portal_session", session_id=their_id).code == "not-found"
    mine_id = next(one["id"] for one in portal.of(old, "portal_account")["sessions"] if one["current"])
    assert portal.of(mine, "end_portal_session", session_id=mine_id) == {"ended": 1}
    assert portal.of(mine, "end_other_portal_sessions") == {"ended": 1}
    assert {portal.refused(portal.of, token, "portal_me").code for token in (old, oldest)} == {"unauthenticated"}
    assert portal.of(theirs, "portal_me") and portal.of(mine, "portal_me")
    assert [published.body["facts"]["how"] for published in portal.events("contact.signed_out")] == ["ended", "ended"]


def test_an_impersonation_of_staff_changes_nothing_of_the_ways_in_nor_of_contacts(portal, imogen, make_caller):
    client_id, contact_id = imogen
    impersonator = make_caller(
        permissions=tuple(map(str, ("portal.account", "portal.contacts.manage", "portal.profile.edit"))),
        client_id=client_id,
        acting_as={"contact_id": contact_id, "name": "Imogen Hartley", "impersonation_id": "v"},
    )

    def refused(rpc, **given):
        return portal.refused(portal.calls.call, impersonator, f"clients.{rpc}", seconds=5, writes=True, **given).code

    for rpc, given in (
        ("change_portal_password", {"current_password": PASSWORD, "new_password": "long enough"}),
        ("ask_portal_email", {"email": NEW, "current_password": PASSWORD}),
        ("begin_portal_factor", {"current_password": PASSWORD}),
        ("end_other_portal_sessions", {}),
        ("update_portal_contact", {"contact_id": contact_id, "role": "admin"}),
        ("invite_portal_contact", {"contact_id": contact_id}),
    ):
        assert refused(rpc, **given) == "impersonation-denied"
    done = portal.calls.call(
        impersonator, "clients.update_portal_company", seconds=5, writes=True, version=1, city="Bristol"
    )
    assert done["profile"]["city"] == "Bristol"
    published = portal.events("client.updated")[-1].body
    assert (published["actor"]["kind"], published["acting_as"]["contact_id"]) == ("staff", contact_id)


def test_staff_sign_a_contact_out_of_the_portal_and_the_log_knows_who(portal, imogen, make_client, make_caller, calls):
    tokens = [portal.sign_in(IMOGEN)["token"] for _ in range(2)]
    portal.joins(make_client(email="other@example.com"))
    theirs = portal.sign_in("other@example.com")["token"]
    which = {"client_id": imogen[0], "contact_id": imogen[1]}
    assert portal.staff("end_contact_sessions", **which) == {"ended": 2}
    assert {portal.refused(portal.of, token, "portal_me").code for token in tokens} == {"unauthenticated"}
    assert portal.of(theirs, "portal_me")["contact_id"]
    ended = portal.events("contact.signed_out")
    assert [(one.body["actor"]["kind"], one.body["facts"]["how"], one.body["stream"]) for one in ended] == [
        ("staff", "ended", imogen[0])
    ] * 2
    assert portal.staff("end_contact_sessions", **which) == {"ended": 0}
    unknown = portal.refused(portal.staff, "end_contact_sessions", client_id=imogen[0], contact_id=str(new_id()))
    assert unknown.code == "not-found"
    little = make_caller(permissions=("clients.view",))
    assert portal.refused(calls.call, little, "clients.end_contact_sessions", seconds=5, **which).code == "forbidden"


def test_signing_in_again_ends_the_session_of_the_portal_that_the_browser_had(portal, imogen):
    earlier = portal.sign_in(IMOGEN)["token"]
    portal.sign_in(IMOGEN, replaces=rules.sha256_hex(earlier))
    assert portal.refused(portal.of, earlier, "portal_me").code == "unauthenticated"
    (ended,) = portal.events("contact.signed_out")
    assert (ended.body["facts"]["how"], ended.body["actor"]["id"]) == ("replaced", imogen[1])


def test_other_sessions_of_the_portal_end_when_the_second_factor_changes(portal, imogen):
    mine, other = (portal.sign_in(IMOGEN)["token"] for _ in range(2))
    begun = portal.of(mine, "begin_portal_factor", current_password=PASSWORD)
    portal.of(mine, "confirm_portal_factor", code=pyotp.TOTP(begun["secret"]).now())
    assert portal.refused(portal.of, other, "portal_me").code == "unauthenticated"
    assert portal.of(mine, "portal_me")["contact_id"] == imogen[1]
