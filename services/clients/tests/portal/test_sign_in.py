"""Signing in to the portal: by invitation and password, with equal work and answers for whoever is refused."""

import pyotp
import pytest
from sqlalchemy import select, text

from services.clients import passwords, rules
from services.clients.models import Client, Contact, Login, PortalSession
from tests.support.portal_contact import PASSWORD

IMOGEN = "imogen@example.com"


def test_a_good_password_starts_a_session_and_moves_last_login(portal, imogen, session):
    client_id, contact_id = imogen
    answer = portal.sign_in("Imogen@Example.COM")
    assert set(answer) == {"token", "choose"} and answer["choose"] is False
    assert portal.of(answer["token"], "portal_me") == {"contact_id": contact_id, "client_id": client_id}
    (published,) = portal.events("contact.signed_in")
    assert (published.body["stream"], published.body["facts"]["method"], published.body["actor"]["id"]) == (
        client_id,
        "password",
        contact_id,
    )
    assert session.scalar(select(Client.last_login_at)) == session.scalar(select(Contact.last_login_at)) is not None


def test_neither_password_nor_token_lies_in_any_table_or_event(portal, imogen, session):
    token = portal.sign_in(IMOGEN)["token"]
    portal.session.rollback()
    kept = [
        str(session.execute(text(f"SELECT * FROM {table}")).all())
        for table in ("outbox", "idempotency_keys", "mails", "identity.portal_sessions", "identity.logins")
    ]
    assert PASSWORD not in "".join(kept) and token not in "".join(kept)


@pytest.mark.parametrize(
    ("email", "password", "reason"),
    [
        (IMOGEN, "wrong", "wrong-password"),
        ("nobody@example.com", PASSWORD, "unknown-email"),
    ],
)
def test_who_is_not_let_in_is_told_the_same_and_the_log_knows_why(portal, imogen, session, email, password, reason):
    problem = portal.refused(portal.sign_in, email, password, ip="203.0.113.9")
    assert (problem.code, problem.detail) == ("unauthenticated", "Email or password is wrong.")
    (published,) = portal.events("contact.sign_in_failed")
    stream, contact = imogen if email == IMOGEN else ("system", None)
    assert (published.body["stream"], published.body["facts"]["entity"]["id"], published.body["facts"]["reason"]) == (
        stream,
        contact,
        reason,
    )
    assert published.personal["ip"]["value"] == "203.0.113.9" and email not in str(published.body)
    assert session.scalar(select(Client.last_login_at)) is None


def test_a_failed_sign_in_is_published_to_each_client_that_the_email_belongs_to(portal, imogen, make_client):
    other = make_client(email=IMOGEN)
    portal.refused(portal.sign_in, IMOGEN, "wrong")
    assert {published.body["stream"] for published in portal.events("contact.sign_in_failed")} == {
        imogen[0],
        str(other),
    }


def test_an_unknown_email_costs_as_many_password_checks_as_a_known_one(portal, imogen, monkeypatch):
    checks = []
    monkeypatch.setattr(passwords, "_verify", lambda *given: checks.append(given) or False)
    for email in (IMOGEN, "nobody@example.com"):
        portal.refused(portal.sign_in, email, "wrong")
    assert len(checks) == 2


def test_after_five_wrong_passwords_one_has_to_wait_and_the_owner_elsewhere_or_at_home_does_not(portal, imogen):
    assert portal.sign_in(IMOGEN, ip="198.51.100.7")["token"]
    refusals = [portal.refused(portal.sign_in, IMOGEN, "wrong", ip="198.51.100.66")]
    while len(refusals) < 20 and refusals[-1].code == "unauthenticated":
        refusals.append(portal.refused(portal.sign_in, IMOGEN, "wrong", ip="198.51.100.66"))
    assert (refusals[-1].code, refusals[-1].extra["retry_after"] >= 1) == ("too-many-requests", True) and len(
        refusals
    ) > 5
    assert portal.sign_in(IMOGEN, ip="198.51.100.2")["token"]
    portal.change(
        "INSERT INTO identity.sign_in_attempts VALUES (:bucket, 60, now(), now() + interval '5 minutes') "
        "ON CONFLICT (bucket) DO UPDATE SET failures = 60, blocked_until = excluded.blocked_until",
        bucket=rules.sha256_hex(f"account portal {IMOGEN}"),
    )
    assert portal.refused(portal.sign_in, IMOGEN, ip="198.51.100.3").code == "too-many-requests"
    assert portal.sign_in(IMOGEN, ip="198.51.100.7")["token"]


def test_one_email_of_two_clients_has_one_password_and_chooses(portal, imogen, make_client):
    other = make_client(company="Alder", email=IMOGEN)
    portal.joins(other)
    answer = portal.sign_in(IMOGEN)
    assert answer["choose"] is True and portal.events("contact.signed_in") == []
    assert [one["client"]["name"] for one in portal.of(answer["token"], "portal_choices")] == ["Alder", "Brightwater"]


def test_an_invitation_never_sets_the_password_of_a_login_that_exists(portal, imogen, make_client, session):
    other = make_client(company="Alder", email=IMOGEN)
    before = session.scalar(select(Login.password_hash))
    code = portal.staff(
        "invite_contact",
        client_id=str(other),
        contact_id=str(session.scalar(select(Contact.id).where(Contact.client_id == other))),
    )["code"]
    assert portal.call("check_invitation", code=code)["has_password"] is True
    refusal = portal.refused(portal.call, "accept_invitation", code=code, password="another password")
    assert refusal.errors[0]["pointer"] == "/password"
    session.rollback()
    assert session.scalar(select(Login.password_hash)) == before
    assert session.scalar(select(Contact.login_id).where(Contact.client_id == other)) is None
    assert portal.call("accept_invitation", code=code, password=PASSWORD) == {"accepted": True}
    assert portal.refused(portal.call, "accept_invitation", code=code, password=PASSWORD).code == "unauthenticated"


def test_who_was_taken_off_every_account_chooses_a_new_password_when_invited_again(portal, imogen):
    client_id = imogen[0]
    grace = portal.adds(client_id, "grace@example.com", "billing")
    portal.staff("remove_contact", client_id=client_id, contact_id=grace)
    again = portal.staff(
        "add_contact",
        client_id=client_id,
        first_name="Grace",
        last_name="Bellamy",
        email="grace@example.com",
        role="billing",
    )
    portal.joins(client_id, again["id"], password="a new password")
    assert portal.refused(portal.sign_in, "grace@example.com").code == "unauthenticated"
    assert portal.sign_in("grace@example.com", "a new password")["token"]


@pytest.mark.parametrize(
    "over",
    [
        "UPDATE identity.invitations SET expires_at = now()",
        "UPDATE identity.invitations SET ended_at = now()",
        "UPDATE contacts SET status = 'inactive'",
        "UPDATE contacts SET removed_at = now()",
    ],
)
def test_an_invitation_that_is_over_answers_like_one_that_never_was(portal, make_client, session, over):
    client_id = make_client(email=IMOGEN)
    contact_id = session.scalar(select(Contact.id))
    code = portal.staff("invite_contact", client_id=str(client_id), contact_id=str(contact_id))["code"]
    assert portal.call("check_invitation", code=code)["email"] == IMOGEN
    portal.change(over)
    dead = portal.refused(portal.call, "accept_invitation", code=code, password=PASSWORD)
    unknown = portal.refused(portal.call, "accept_invitation", code="x" * 43, password=PASSWORD)
    assert dead.to_wire() == unknown.to_wire() and dead.code == "unauthenticated"


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("ö" * 7, False),
        ("ö" * 8, True),
        ("ö" * 128, True),
        ("ö" * 129, False),
        ("p ä 🔑 spaces", True),
        ("Qwertyuiop", False),
        ("iloveyou", False),
    ],
)
def test_a_password_is_taken_whole_or_refused(portal, make_client, password, good):
    client_id = make_client(email=IMOGEN)
    if good:
        portal.joins(client_id, password=password)
        assert portal.sign_in(IMOGEN, password)["token"]
        assert portal.refused(portal.sign_in, IMOGEN, password[:-1]).code == "unauthenticated"
    else:
        assert portal.refused(portal.joins, client_id, password=password).errors[0]["pointer"] == "/password"


def with_factor(portal) -> tuple[pyotp.TOTP, list[str]]:
    """Turn the second factor on; the app, and the backup codes."""
    token = portal.sign_in(IMOGEN)["token"]
    app = pyotp.TOTP(portal.of(token, "begin_portal_factor", current_password=PASSWORD)["secret"])
    return app, portal.of(token, "confirm_portal_factor", code=app.now())["backup_codes"]


def test_a_second_factor_is_asked_for_and_each_code_opens_once(portal, imogen, session):
    _app, codes = with_factor(portal)
    portal.change("UPDATE identity.second_factors SET last_step = 0")
    assert [published.body["facts"]["what"] for published in portal.events("contact.second_factor_changed")] == ["on"]
    steps = [portal.sign_in(IMOGEN) for _ in range(2)]
    assert all(set(step) == {"step"} for step in steps)
    started = portal.call("finish_portal_sign_in", step=steps[0]["step"], code=codes[0])
    assert portal.of(started["token"], "portal_me")["client_id"] == imogen[0]
    again = portal.refused(portal.call, "finish_portal_sign_in", step=steps[0]["step"], code=codes[1])
    assert again.code == "unauthenticated"
    used = portal.refused(portal.call, "finish_portal_sign_in", step=steps[1]["step"], code=codes[0])
    assert used.errors[0]["pointer"] == "/code"
    assert portal.events("contact.sign_in_failed")[-1].body["facts"]["reason"] == "wrong-code"


def test_the_same_code_of_the_app_opens_once(portal, imogen):
    app, _codes = with_factor(portal)
    portal.change("UPDATE identity.second_factors SET last_step = 0")
    code, steps = app.now(), [portal.sign_in(IMOGEN)["step"] for _ in range(2)]
    assert portal.call("finish_portal_sign_in", step=steps[0], code=code)["token"]
    assert (
        portal.refused(portal.call, "finish_portal_sign_in", step=steps[1], code=code).errors[0]["pointer"] == "/code"
    )


def test_a_step_of_staff_is_none_of_the_portal(portal, imogen, account, session):
    portal.change("UPDATE identity.staff_accounts SET second_factor_required = true")
    step = portal.call("sign_in", email="ada@example.com", password="correct horse")["step"]
    assert portal.refused(portal.call, "finish_portal_sign_in", step=step, code="123456").code == "unauthenticated"
    assert session.scalar(select(PortalSession.id)) is None


@pytest.mark.parametrize("status", ["suspended", "inactive"])
def test_sessions_are_cut_with_the_client_and_a_new_one_opens_the_first_page_alone(portal, imogen, status):
    token = portal.sign_in(IMOGEN)["token"]
    portal.staff("change_client_status", client_id=imogen[0], status=status, reason="Not paid")
    assert portal.refused(portal.of, token, "portal_me").code == "unauthenticated"
    token = portal.sign_in(IMOGEN)["token"]
    assert portal.of(token, "portal_person")["email"] == IMOGEN
    for rpc, given in (("portal_company", {}), ("update_portal_person", {"phone": "1"}), ("portal_contacts", {})):
        assert portal.refused(portal.of, token, rpc, **given).code == "forbidden"


def test_disabling_removing_and_another_email_end_the_sessions_and_a_role_bites_at_once(portal, imogen):
    client_id = imogen[0]
    for change in ({"status": "inactive"}, {"email": "other@example.com"}, None):
        email = f"grace-{len(str(change))}@example.com"
        contact_id = portal.adds(client_id, email, "admin")
        token = portal.sign_in(email)["token"]
        assert portal.of(token, "portal_contacts")["data"]
        which = {"client_id": client_id, "contact_id": contact_id}
        portal.staff("update_contact", **which, role="technical")
        assert portal.refused(portal.of, token, "portal_contacts").code == "forbidden"
        portal.staff(*(["update_contact"] if change else ["remove_contact"]), **which, **(change or {}))
        assert portal.refused(portal.of, token, "portal_me").code == "unauthenticated"
        assert portal.refused(portal.sign_in, email).code == "unauthenticated"
    assert [mail.recipient for mail in portal.mails("email_changed")] == ["grace-30@example.com"]
