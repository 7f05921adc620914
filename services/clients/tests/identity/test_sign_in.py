"""Signing in, being signed in, signing out."""

import time

import pytest
from sqlalchemy import select, text, update

from chassis.db.tables import idempotency_keys, outbox
from chassis.errors import ServiceProblem
from services.clients import passwords, rules
from services.clients.commands.identity import sessions
from services.clients.commands.identity.staff import create_login_link
from services.clients.commands.identity.tokens import create_token
from services.clients.models import SignInSession, StaffAccount


def sign_in(calls, caller, password="correct horse", email="ada@example.com"):
    return calls.call(caller, "clients.sign_in", email=email, password=password, seconds=5)


def code_of(action, *arguments, **options) -> str:
    with pytest.raises(ServiceProblem) as refusal:
        action(*arguments, **options)
    return refusal.value.code


def credential(token, kind="session"):
    return {"kind": kind, "hash": rules.sha256_hex(token)}


def events(session, prefix="staff.sign"):
    session.rollback()
    rows = session.execute(select(outbox.c.type, outbox.c.body, outbox.c.personal).order_by(outbox.c.id)).all()
    return [row for row in rows if row.type.startswith(prefix)]


def test_a_good_password_starts_a_session_that_later_calls_are_known_by(service, calls, anonymous, account, session):
    answer = sign_in(calls, anonymous())
    assert set(answer) == {"token", "viewer"}
    assert answer["viewer"]["email"] == "ada@example.com" and "staff.delete" in answer["viewer"]["permissions"]
    known = calls.start(anonymous(credential=credential(answer["token"])), "clients.me", seconds=5).answer()
    assert abs(known["principal"].pop("authenticated_at") - time.time()) < 60
    assert known["principal"] == {
        "kind": "staff",
        "id": str(account.id),
        "name": "Ada Staff",
        "permissions": ["*"],
        "permissions_version": 1,
        "email": "ada@example.com",
        "role": "super_admin",
    }
    assert known["data"] == answer["viewer"]


def test_neither_token_nor_password_is_stored_or_published(service, calls, anonymous, account, session, databases):
    token = sign_in(calls, anonymous())["token"]
    assert session.scalar(select(SignInSession.token_hash)) == rules.sha256_hex(token)
    kept = session.execute(select(idempotency_keys.c.answer, idempotency_keys.c.fingerprint)).all()
    everything = str(kept) + str(events(session))
    assert token not in everything and "correct horse" not in everything


def test_each_sign_in_good_or_bad_and_each_sign_out_is_one_event(service, calls, anonymous, account, session):
    token = sign_in(calls, anonymous(ip="203.0.113.9"))["token"]
    assert code_of(sign_in, calls, anonymous(), "wrong") == "unauthenticated"
    assert code_of(sign_in, calls, anonymous(), email="nobody@example.com") == "unauthenticated"
    calls.call(anonymous(credential=credential(token)), "clients.sign_out", seconds=5)
    good, wrong, unknown, out = events(session)
    assert (good.type, good.body["actor"]) == ("staff.signed_in.v1", {"kind": "staff", "id": str(account.id)})
    assert good.personal["ip"]["value"] == "203.0.113.9"
    assert (wrong.body["facts"]["reason"], wrong.body["facts"]["entity"]["id"]) == ("wrong-password", str(account.id))
    assert (unknown.body["facts"]["reason"], unknown.body["facts"]["entity"]["id"]) == ("unknown-email", None)
    assert unknown.personal["email"]["value"] == "nobody@example.com" and "nobody" not in str(unknown.body)
    assert (out.type, out.body["stream"]) == ("staff.signed_out.v1", "system")


def test_a_session_is_dead_after_sign_out_disuse_age_or_when_its_owner_is_disabled(
    service, calls, anonymous, account, session
):
    def alive_after(change) -> bool:
        token = sign_in(calls, anonymous())["token"]
        session.execute(change)
        session.commit()
        try:
            return bool(calls.call(anonymous(credential=credential(token)), "clients.me", seconds=5))
        except ServiceProblem as problem:
            assert problem.code == "unauthenticated"
            return False

    seen = update(SignInSession)
    assert alive_after(seen.values(last_seen_at=text("now() - interval '29 minutes'")))
    assert not alive_after(seen.values(last_seen_at=text("now() - interval '31 minutes'")))
    assert not alive_after(seen.values(expires_at=text("now()")))
    assert not alive_after(seen.values(ended_at=text("now()")))
    assert not alive_after(update(StaffAccount).values(disabled_at=text("now()")))


def test_being_seen_is_noted_once_a_minute_at_most(service, calls, anonymous, account, session):
    caller = anonymous(credential=credential(sign_in(calls, anonymous())["token"]))
    age = select(text("extract(epoch FROM now() - last_seen_at) FROM identity.sessions"))
    for minutes, noted in ((0.5, False), (2, True)):
        session.execute(update(SignInSession).values(last_seen_at=text(f"now() - interval '{minutes * 60} seconds'")))
        session.commit()
        calls.call(caller, "clients.me", seconds=5)
        session.rollback()
        assert (session.scalar(age) < 20) is noted


def test_a_token_acts_for_its_owner_until_it_is_revoked(service, calls, anonymous, account, session, open_uow):
    token = create_token(open_uow, staff_id=account.id, name="script")["token"]
    caller = anonymous(credential=credential(token, "token"))
    assert calls.call(caller, "clients.me", seconds=5)["id"] == str(account.id)
    assert code_of(calls.call, caller, "clients.sign_out", seconds=5) == "invalid-state"
    session.execute(text("UPDATE identity.api_tokens SET revoked_at = now()"))
    session.commit()
    assert code_of(calls.call, caller, "clients.me", seconds=5) == "unauthenticated"


@pytest.mark.parametrize(
    "forged", [{}, {"kind": "staff", "hash": "x"}, {"kind": "session", "hash": "x"}, {"kind": "token"}]
)
def test_what_is_no_credential_is_nobody(service, calls, anonymous, account, forged):
    assert code_of(calls.call, anonymous(credential=forged), "clients.me", seconds=5) == "unauthenticated"


def test_a_one_time_link_works_once(service, calls, anonymous, account, session):
    code = create_login_link(session, staff_id=account.id)
    answer = calls.call(anonymous(), "clients.sign_in_once", code=code, seconds=5)
    assert answer["viewer"]["id"] == str(account.id)
    assert code_of(calls.call, anonymous(), "clients.sign_in_once", code=code, seconds=5) == "unauthenticated"
    assert [event.body["facts"]["method"] for event in events(session)] == ["link"]


def test_the_sixth_wrong_password_in_a_row_has_to_wait_and_the_owner_elsewhere_does_not(
    service, calls, anonymous, account
):
    codes = [code_of(sign_in, calls, anonymous(ip="198.51.100.1"), "wrong") for _ in range(10)]
    assert codes[:5] == ["unauthenticated"] * 5 and set(codes[6:]) == {"too-many-requests"}
    with pytest.raises(ServiceProblem) as refusal:
        sign_in(calls, anonymous(ip="198.51.100.1"))
    assert refusal.value.extra["retry_after"] >= 1
    assert sign_in(calls, anonymous(ip="198.51.100.2"))["token"]


def test_many_attempts_at_once_are_counted_before_any_password_is_looked_at(service, calls, anonymous, account):
    answers = calls.gather(
        anonymous(ip="198.51.100.1"),
        {n: ("clients.sign_in", {"email": "ada@example.com", "password": "wrong"}) for n in range(15)},
        seconds=10,
    )
    codes = [answer.code for answer in answers.values()]
    assert codes.count("too-many-requests") >= 9


def test_an_address_that_tries_many_accounts_has_to_wait(service, calls, anonymous, account, session):
    session.execute(
        text("""INSERT INTO identity.sign_in_attempts VALUES (:bucket, 60, now(), now() + interval '5 minutes')"""),
        {"bucket": rules.sha256_hex("address 198.51.100.1")},
    )
    session.commit()
    assert code_of(sign_in, calls, anonymous(ip="198.51.100.1"), email="x@example.com") == "too-many-requests"


def test_an_owner_gets_in_from_a_known_address_while_others_try_the_account(
    service, calls, anonymous, account, session
):
    assert sign_in(calls, anonymous(ip="198.51.100.2"))["token"]
    session.execute(
        text("""INSERT INTO identity.sign_in_attempts VALUES (:bucket, 60, now(), now() + interval '5 minutes')
        ON CONFLICT (bucket) DO UPDATE SET failures = 60, blocked_until = excluded.blocked_until"""),
        {"bucket": rules.sha256_hex("account ada@example.com")},
    )
    session.commit()
    assert code_of(sign_in, calls, anonymous(ip="198.51.100.3")) == "too-many-requests"
    assert sign_in(calls, anonymous(ip="198.51.100.2"))["token"]


def test_an_unknown_email_costs_as_many_password_checks_as_a_known_one(open_uow_as, anonymous, account, monkeypatch):
    checks = []
    monkeypatch.setattr(passwords, "_verify", lambda *given: checks.append(given) or False)
    for email in ("ada@example.com", "nobody@example.com"):
        with pytest.raises(ServiceProblem):
            sessions.sign_in(open_uow_as(anonymous()), email=email, password="wrong", user_agent="")
    assert len(checks) == 2


@pytest.mark.parametrize(
    "given",
    [
        {"email": "a\x00b@example.com"},
        {"password": "a\x00"},
        {"password": "x" * 1025},
        {"email": "x" * 255},
        {"password": None},
        {"user_agent": "\x00"},
        {"role": "super_admin"},
    ],
)
def test_what_cannot_be_a_sign_in_is_refused_before_anything_is_hashed(service, calls, anonymous, account, given):
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(anonymous(), "clients.sign_in", **{"email": "ada@example.com", "password": "x", **given}, seconds=5)
    assert refusal.value.status == 422
    assert [error["pointer"] for error in refusal.value.errors] == [f"/{next(iter(given))}"]


def test_signing_in_again_ends_the_session_that_the_browser_had_whoevers_it_is(
    service, calls, anonymous, account, session
):
    earlier, elsewhere = (sign_in(calls, anonymous())["token"] for _ in range(2))
    calls.call(
        anonymous(),
        "clients.sign_in",
        email="ada@example.com",
        password="correct horse",
        replaces=rules.sha256_hex(earlier),
        seconds=5,
    )
    assert code_of(calls.call, anonymous(credential=credential(earlier)), "clients.me", seconds=5) == "unauthenticated"
    assert calls.call(anonymous(credential=credential(elsewhere)), "clients.me", seconds=5)["id"] == str(account.id)
    assert [event.body["facts"]["how"] for event in events(session, "staff.signed_out")] == ["replaced"]


def test_a_wrong_password_leaves_the_session_that_the_browser_had(service, calls, anonymous, account):
    token = sign_in(calls, anonymous())["token"]
    given = {"email": "ada@example.com", "password": "wrong", "replaces": rules.sha256_hex(token)}
    assert code_of(calls.call, anonymous(), "clients.sign_in", seconds=5, **given) == "unauthenticated"
    assert calls.call(anonymous(credential=credential(token)), "clients.me", seconds=5)["id"] == str(account.id)
