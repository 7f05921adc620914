"""Credentials of staff: passwords, links, second factors, sessions, tokens."""

from types import SimpleNamespace

import pyotp
import pytest
from sqlalchemy import select, text

from chassis.db.encryption import Keyring
from chassis.db.tables import idempotency_keys, outbox
from chassis.errors import ServiceProblem
from chassis.rate_limits import most_of
from chassis.testing.plugin import Front, calls_of
from services.clients import rules
from services.clients.commands.identity.second_factor import STEP_SECONDS, matching_step
from services.clients.models import ApiToken, BackupCode, PendingSignIn, SecondFactor
from services.clients.service import ClientsService

OLD, NEW = "correct horse", "battery staple"
OTHER = "0192f0c1-2345-7abc-8def-0123456789ac"


@pytest.fixture
def sign_in(service, calls, anonymous, account):
    """`sign_in()`: the answer to the account's email and password."""

    def enter(password=OLD, **caller):
        return calls.call(anonymous(**caller), "clients.sign_in", email="ada@example.com", password=password, seconds=5)

    return enter


@pytest.fixture
def ada(sign_in, calls, anonymous):
    """`ada("my_account", …)`: an RPC method's answer to somebody who has signed in; `ada.token` is their session's."""

    def ask(rpc, **arguments):
        held = {"kind": "session", "hash": rules.sha256_hex(ask.token)}
        return calls.call(anonymous(credential=held), f"clients.{rpc}", seconds=5, **arguments)

    ask.token = sign_in()["token"]
    return ask


@pytest.fixture
def by_token(calls, anonymous):
    """`by_token(token, "me", …)`: an RPC method's answer to an API token."""

    def ask(token, rpc, **arguments):
        held = {"kind": "token", "hash": rules.sha256_hex(token)}
        return calls.call(anonymous(credential=held), f"clients.{rpc}", seconds=5, **arguments)

    return ask


@pytest.fixture
def public(service, calls, anonymous):
    """`public("finish_sign_in", …)`: an RPC method's answer to nobody yet."""

    def ask(rpc, ip="192.0.2.7", **arguments):
        return calls.call(anonymous(ip=ip), f"clients.{rpc}", seconds=5, **arguments)

    return ask


@pytest.fixture
def forget_step(session):
    """`forget_step()`: as if the last code's time step were long ago, so that the present code opens once more."""

    def forget() -> None:
        session.execute(text("UPDATE identity.second_factors SET last_step = 0"))
        session.commit()

    return forget


@pytest.fixture
def factor(ada, forget_step) -> dict:
    """A second factor that is on: its `app`, and its `backup_codes`."""
    app = pyotp.TOTP(ada("begin_second_factor", current_password=OLD)["secret"])
    codes = ada("confirm_second_factor", code=app.now())
    forget_step()
    return {"app": app, **codes}


def code_of(action, *arguments, **options) -> str:
    with pytest.raises(ServiceProblem) as refusal:
        action(*arguments, **options)
    return refusal.value.code


def published(session) -> list:
    session.rollback()
    return session.execute(select(outbox.c.type, outbox.c.body, outbox.c.personal).order_by(outbox.c.sequence)).all()


def kept(session) -> str:
    """All that a log, a subscriber or a repeat could read."""
    session.rollback()
    return str(published(session)) + str(session.execute(select(idempotency_keys.c.answer)).all())


def test_a_new_password_needs_the_old_one_and_ends_all_sessions(ada, sign_in, session):
    assert code_of(ada, "change_my_password", current_password="wrong", new_password=NEW) == "validation"
    assert ada("change_my_password", current_password=OLD, new_password=NEW) == {"changed": True}
    assert code_of(ada, "my_account") == "unauthenticated"
    assert code_of(sign_in) == "unauthenticated" and sign_in(NEW)["token"]
    changed = next(event for event in published(session) if event.type == "staff.password_changed.v1")
    assert (changed.body["facts"]["how"], changed.body["facts"]["sessions"]) == ("own", 1)
    assert OLD not in kept(session) and NEW not in kept(session)


@pytest.mark.parametrize("how", ["own", "link", "admin"])
def test_with_a_password_all_tokens_end_whoever_sets_it(
    ada, by_token, public, session, account, calls, make_caller, how
):
    token = ada("create_my_token", name="Reports")["token"]
    by_another = {"caller": make_caller(id=OTHER), "staff_id": str(account.id), "seconds": 5}
    if how == "own":
        ada("change_my_password", current_password=OLD, new_password=NEW)
    elif how == "link":
        code = calls.call(target="clients.make_password_link", **by_another)["code"]
        public("use_password_link", code=code, password=NEW)
    else:
        calls.call(target="clients.update_staff", password=NEW, **by_another)
    assert code_of(by_token, token, "me") == "unauthenticated"
    changed = next(event for event in published(session) if event.type == "staff.password_changed.v1")
    assert (changed.body["facts"]["how"], changed.body["facts"]["tokens"]) == (how, 1)


def test_guessing_ones_own_password_has_to_wait(ada):
    codes = [code_of(ada, "change_my_password", current_password="wrong", new_password=NEW) for _ in range(8)]
    assert codes[:5] == ["validation"] * 5 and "too-many-requests" in codes


def test_a_link_sets_a_password_once_and_a_newer_one_ends_it(
    ada, public, sign_in, session, account, calls, make_caller
):
    first, second = (
        calls.call(make_caller(name="Bo", id=OTHER), "clients.make_password_link", staff_id=str(account.id), seconds=5)[
            "code"
        ]
        for _ in range(2)
    )
    assert code_of(public, "check_password_link", code=first) == "unauthenticated"
    assert public("check_password_link", code=second) == {"name": "Ada Staff", "email": "ada@example.com"}
    assert code_of(public, "use_password_link", code=second, password="short") == "validation"
    assert public("use_password_link", code=second, password=NEW) == {"changed": True}
    assert code_of(public, "use_password_link", code=second, password=NEW) == "unauthenticated"
    assert code_of(ada, "my_account") == "unauthenticated" and sign_in(NEW)["token"]
    assert second not in kept(session)
    changed = [event for event in published(session) if event.type == "staff.password_changed.v1"]
    assert [(one.body["facts"]["how"], one.body["actor"]["id"]) for one in changed] == [("link", str(account.id))]


@pytest.mark.usefixtures("default_limits", "service")
def test_an_account_gets_so_many_links_an_hour(session, account, calls, make_caller):
    def make() -> dict:
        return calls.call(make_caller(), "clients.make_password_link", staff_id=str(account.id), seconds=5)

    for _ in range(most_of("password-links-of-account")):
        make()
    with pytest.raises(ServiceProblem) as refused:
        make()
    assert (refused.value.code, refused.value.extra["limit"]) == ("too-many-requests", "password-links-of-account")
    assert 3000 < refused.value.extra["retry_after"] <= 3600
    session.execute(text("UPDATE identity.password_links SET created_at = created_at - interval '1 hour'"))
    session.commit()
    assert make()["code"]


def test_a_link_is_too_old_after_a_day(public, session, account, calls, make_caller, service):
    code = calls.call(make_caller(), "clients.make_password_link", staff_id=str(account.id), seconds=5)["code"]
    session.execute(text("UPDATE identity.password_links SET expires_at = now()"))
    session.commit()
    assert code_of(public, "use_password_link", code=code, password=NEW) == "unauthenticated"


def test_with_a_second_factor_a_password_makes_a_pending_sign_in_only(
    factor, sign_in, public, calls, anonymous, session
):
    step = sign_in()
    assert set(step) == {"step"}
    for kind in ("session", "token"):
        held = anonymous(credential={"kind": kind, "hash": rules.sha256_hex(step["step"])})
        assert code_of(calls.call, held, "clients.me", seconds=5) == "unauthenticated"
    assert public("sign_in_step", step=step["step"]) == {"enrol": None}
    assert code_of(public, "finish_sign_in", step=step["step"], code="000000") == "validation"
    done = public("finish_sign_in", step=step["step"], code=factor["app"].now())
    assert done["viewer"]["email"] == "ada@example.com" and done["backup_codes"] is None
    assert code_of(public, "finish_sign_in", step=step["step"], code=factor["app"].now()) == "unauthenticated"
    failed, good = [event for event in published(session) if event.type.startswith("staff.sign")][-2:]
    assert (failed.body["facts"]["reason"], good.body["facts"]["method"]) == ("wrong-code", "password, totp")


@pytest.mark.parametrize(("step", "good"), [(-2, False), (-1, True), (0, True), (1, False)])
def test_a_code_is_good_for_its_own_time_step_and_the_next(step, good):
    app, now = pyotp.TOTP("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"), 56_000_000
    clock = SimpleNamespace(scalar=lambda _: now * STEP_SECONDS + 12)
    found = matching_step(clock, app.secret, app.generate_otp(now + step), last_step=0)
    assert found == (now + step if good else None)


def test_a_code_opens_once(factor, sign_in, public):
    used = factor["app"].now()
    assert public("finish_sign_in", step=sign_in()["step"], code=used)["token"]
    assert code_of(public, "finish_sign_in", step=sign_in()["step"], code=used) == "validation"


def test_the_secret_and_a_waiting_one_are_stored_encrypted_by_a_key_outside(factor, ada, session, keys_dir):
    waiting = ada("begin_second_factor", current_password=OLD)["secret"]
    stored = session.execute(text("SELECT secret, pending_secret FROM identity.second_factors")).one()
    key_id = Keyring(keys_dir / "encryption.keys").newest
    assert [value.startswith(f"{key_id}:") for value in stored] == [True, True]
    assert factor["app"].secret not in str(stored) and waiting not in str(stored)


def test_a_backup_code_has_more_random_bits_than_a_plain_hash_needs(factor):
    assert {len(code.replace("-", "")) * 5 for code in factor["backup_codes"]} == {120}


def test_a_backup_code_stands_for_the_app_once(factor, sign_in, public, ada, session):
    codes = factor["backup_codes"]
    assert len(set(codes)) == 10 and not set(codes) & set(session.scalars(select(BackupCode.code_hash)))
    assert public("finish_sign_in", step=sign_in()["step"], code=codes[0].upper())["token"]
    assert code_of(public, "finish_sign_in", step=sign_in()["step"], code=codes[0]) == "validation"
    assert ada("my_account")["second_factor"]["backup_codes"] == 9
    new = ada("renew_backup_codes", current_password=OLD)["backup_codes"]
    assert code_of(public, "finish_sign_in", step=sign_in()["step"], code=codes[1]) == "validation"
    assert public("finish_sign_in", step=sign_in()["step"], code=new[1])["token"]
    assert not [code for code in codes + new if code in kept(session)] and factor["app"].secret not in kept(session)


def test_the_sixth_code_of_a_step_is_not_looked_at_however_long_one_waits(factor, sign_in, public, session):
    step = sign_in()["step"]
    for _ in range(5):
        assert code_of(public, "finish_sign_in", step=step, code="000000") == "validation"
        session.execute(text("DELETE FROM identity.sign_in_attempts"))
        session.commit()
    assert code_of(public, "finish_sign_in", step=step, code=factor["app"].now()) == "unauthenticated"


def test_whoever_knows_the_password_has_few_codes_and_keeps_nobody_else_out(factor, sign_in, public, session, account):
    for _ in range(5):
        assert code_of(public, "finish_sign_in", step=sign_in()["step"], code="000000") == "validation"
    waiting = session.execute(
        text(
            "UPDATE identity.sign_in_attempts SET blocked_until = now() + interval '1 minute' "
            "WHERE bucket = :it AND blocked_until > last_at"
        ),
        {"it": rules.sha256_hex(f"code {account.id} 192.0.2.7")},
    )
    assert waiting.rowcount == 1
    session.commit()
    assert code_of(public, "finish_sign_in", step=sign_in()["step"], code=factor["app"].now()) == "too-many-requests"
    assert public("finish_sign_in", ip="198.51.100.9", step=sign_in()["step"], code=factor["app"].now())["token"]


def test_a_step_ends_after_five_minutes_and_with_the_password(factor, sign_in, public, ada, session):
    late, overtaken = sign_in()["step"], sign_in()["step"]
    session.execute(
        text("UPDATE identity.pending_sign_ins SET expires_at = now() WHERE token_hash = :it"),
        {"it": rules.sha256_hex(late)},
    )
    session.commit()
    ada("change_my_password", current_password=OLD, new_password=NEW)
    for step in (late, overtaken):
        assert code_of(public, "finish_sign_in", step=step, code=factor["app"].now()) == "unauthenticated"
    assert session.scalar(select(PendingSignIn.token_hash).where(PendingSignIn.token_hash == overtaken)) is None


def test_whoever_has_to_have_a_second_factor_sets_it_up_while_signing_in(sign_in, public, session, account):
    session.execute(text("UPDATE identity.staff_accounts SET second_factor_required = true"))
    session.commit()
    step = sign_in()["step"]
    secret = public("sign_in_step", step=step)["enrol"]["secret"]
    done = public("finish_sign_in", step=step, code=pyotp.TOTP(secret).now())
    assert len(done["backup_codes"]) == 10 and done["token"]
    assert public("sign_in_step", step=sign_in()["step"]) == {"enrol": None}
    assert "staff.second_factor_changed.v1" in [event.type for event in published(session)]


def test_a_required_second_factor_is_replaced_but_not_turned_off(factor, ada, session):
    assert code_of(ada, "begin_second_factor", current_password="wrong") == "validation"
    replaced = pyotp.TOTP(ada("begin_second_factor", current_password=OLD)["secret"])
    assert session.scalar(select(SecondFactor.secret)) == factor["app"].secret
    assert code_of(ada, "confirm_second_factor", code=factor["app"].now()) == "validation"
    ada("confirm_second_factor", code=replaced.now())
    session.execute(text("UPDATE identity.staff_accounts SET second_factor_required = true"))
    session.commit()
    assert code_of(ada, "turn_off_second_factor", current_password=OLD) == "invalid-state"
    session.execute(text("UPDATE identity.staff_accounts SET second_factor_required = false"))
    session.commit()
    ada("turn_off_second_factor", current_password=OLD)
    whats = [
        event.body["facts"]["what"] for event in published(session) if event.type == "staff.second_factor_changed.v1"
    ]
    assert whats == ["on", "replaced", "off"]


def test_other_sessions_end_when_the_second_factor_changes(ada, sign_in, public, forget_step):
    def others() -> int:
        return len(ada("my_account")["sessions"]) - 1

    sign_in()
    app = pyotp.TOTP(ada("begin_second_factor", current_password=OLD)["secret"])
    assert others() == 1
    ada("confirm_second_factor", code=app.now())
    assert others() == 0
    forget_step()
    public("finish_sign_in", step=sign_in()["step"], code=app.now())
    assert others() == 1
    ada("turn_off_second_factor", current_password=OLD)
    assert others() == 0


def test_somebody_else_takes_a_lost_second_factor_away(factor, sign_in, ada, calls, make_caller, account):
    answer = calls.call(make_caller(), "clients.reset_second_factor", staff_id=str(account.id), seconds=5)
    assert (answer["id"], answer["second_factor"]) == (str(account.id), "off")
    assert code_of(ada, "me") == "unauthenticated"
    assert sign_in()["token"]


def test_ones_sessions_are_listed_and_ended_one_by_one_and_all_others(ada, sign_in, session):
    tokens = [sign_in(ip="198.51.100.4")["token"] for _ in range(3)]
    rows = ada("my_account")["sessions"]
    assert [row["current"] for row in rows].count(True) == 1 and len(rows) == 4
    other = next(row for row in rows if not row["current"])
    assert ada("end_my_session", session_id=other["id"]) == {"ended": 1}
    assert code_of(ada, "end_my_session", session_id=other["id"]) == "not-found"
    assert ada("end_my_other_sessions") == {"ended": 2}
    assert len(ada("my_account")["sessions"]) == 1 and not [token for token in tokens if token in kept(session)]


def test_a_session_of_another_is_not_found(ada, sign_in, calls, make_caller, account):
    other = calls.call(
        make_caller(id=str(account.id)),
        "clients.create_staff_account",
        name="Bo",
        email="bo@example.com",
        role="support",
        password=NEW,
        seconds=5,
    )
    calls.call(
        make_caller(kind="anonymous", id=None, permissions=()),
        "clients.sign_in",
        email="bo@example.com",
        password=NEW,
        seconds=5,
    )
    theirs = calls.call(make_caller(id=str(account.id)), "clients.get_staff", staff_id=other["id"], seconds=5)[
        "sessions"
    ][0]
    assert code_of(ada, "end_my_session", session_id=theirs["id"]) == "not-found"


def test_a_token_is_shown_once_may_do_its_scope_and_ends(ada, by_token, session):
    made = ada("create_my_token", name="Reports", permissions=["clients.view", "invoices.view"], days=30)
    token = made["token"]
    assert made["hint"].startswith(token[:9]) and token not in kept(session)
    assert session.scalar(select(ApiToken.token_hash)) == rules.sha256_hex(token)
    assert by_token(token, "list_clients")["page"]["total"] == 0
    assert code_of(by_token, token, "list_staff") == "forbidden"
    assert "token" not in ada("my_account")["tokens"][0]
    session.execute(text("UPDATE identity.api_tokens SET expires_at = now()"))
    session.commit()
    assert code_of(by_token, token, "me") == "unauthenticated" and ada("my_account")["tokens"] == []


def test_a_token_never_does_more_than_its_owner_may_now(ada, by_token, account, session):
    token = ada("create_my_token", name="All", permissions=["clients.view", "staff.view"])["token"]
    assert by_token(token, "list_staff")["page"]["total"] == 1
    session.execute(text("UPDATE identity.staff_accounts SET role = 'support'"))
    session.commit()
    assert code_of(by_token, token, "list_staff") == "forbidden" and by_token(token, "list_clients")["data"] == []
    assert code_of(ada, "create_my_token", name="More", permissions=["staff.view"]) == "validation"


def test_a_token_makes_no_token_and_changes_no_credential(ada, by_token):
    token = ada("create_my_token", name="All")["token"]
    for rpc, given in (
        ("create_my_token", {"name": "x"}),
        ("rename_me", {"name": "x"}),
        ("end_my_other_sessions", {}),
        ("change_my_password", {"current_password": OLD, "new_password": NEW}),
        ("begin_second_factor", {"current_password": OLD}),
        ("pending_second_factor", {}),
    ):
        assert code_of(by_token, token, rpc, **given) == "invalid-state", rpc


def test_a_revoked_token_is_dead_and_its_end_is_an_event(ada, by_token, session):
    made = ada("create_my_token", name="Old")
    assert ada("revoke_my_token", token_id=made["id"]) == {"id": made["id"], "revoked": True}
    assert code_of(by_token, made["token"], "me") == "unauthenticated"
    assert code_of(ada, "revoke_my_token", token_id=made["id"]) == "not-found"
    assert published(session)[-1].body["facts"]["token_id"] == made["id"]


def test_waiting_outlives_a_restart_of_the_service(databases, session, account, run_service, anonymous):
    calls = calls_of(run_service(Front, issuer="gateway"))

    def attempt():
        return code_of(calls.call, anonymous(), "clients.sign_in", email="ada@example.com", password="wrong", seconds=5)

    first = run_service(ClientsService, databases("clients").app_url)
    assert "too-many-requests" in [attempt() for _ in range(9)]
    session.execute(text("UPDATE identity.sign_in_attempts SET blocked_until = now() + interval '1 minute'"))
    session.commit()
    first.stop()
    run_service(ClientsService, databases("clients").app_url)
    assert attempt() == "too-many-requests"
