"""Who needs a second factor, and what somebody who has none by then can do."""

import pyotp
import pytest
from sqlalchemy import text

from chassis.errors import ServiceProblem
from chassis.settings import Settings, SettingsError, read_settings
from chassis.testing.plugin import Front, calls_of
from services.clients import rules
from services.clients.commands.identity.tokens import create_token
from services.clients.second_factor_policy import second_factor_roles
from services.clients.service import ClientsService

PASSWORD = "correct horse"


@pytest.mark.parametrize(
    ("given", "roles"),
    [
        ({}, {"super_admin", "admin"}),
        ({"COMMERCE_DEVELOPMENT": "1"}, set()),
        ({"COMMERCE_DEVELOPMENT": "1", "COMMERCE_SECOND_FACTOR_ROLES": "admin"}, {"admin"}),
        ({"COMMERCE_SECOND_FACTOR_ROLES": "super_admin, admin support billing"}, set(rules.STAFF_ROLES)),
        ({"COMMERCE_SECOND_FACTOR_ROLES": ""}, set()),
    ],
)
def test_super_admins_and_admins_need_one_unless_the_system_is_for_development_or_set_otherwise(given, roles):
    assert second_factor_roles(read_settings(given)) == roles


def test_a_role_that_does_not_exist_stops_the_start():
    with pytest.raises(SettingsError, match="there is no role superadmin"):
        second_factor_roles(Settings(second_factor_roles=("superadmin", "admin")))


@pytest.fixture
def ask(databases, run_service, session, account, anonymous):
    """`ask("my_account", token, …)`: an RPC method of a service that is none of development; without a token by
    nobody."""
    calls = calls_of(run_service(Front, issuer="gateway"))
    run_service(ClientsService, databases("clients").app_url)

    def call(rpc, token=None, kind="session", **arguments):
        held = token and {"kind": kind, "hash": rules.sha256_hex(token)}
        return calls.call(anonymous(credential=held), f"clients.{rpc}", seconds=5, **arguments)

    return call


def code_of(action, *arguments, **options) -> str:
    with pytest.raises(ServiceProblem) as refusal:
        action(*arguments, **options)
    return refusal.value.code


def test_an_admin_sets_one_up_before_anything_else_and_does_not_turn_it_off(ask):
    step = ask("sign_in", email="ada@example.com", password=PASSWORD)
    assert set(step) == {"step"}
    app = pyotp.TOTP(ask("sign_in_step", step=step["step"])["enrol"]["secret"])
    token = ask("finish_sign_in", step=step["step"], code=app.now())["token"]
    assert ask("my_account", token)["second_factor"] | {"since": None} == {
        "on": True,
        "since": None,
        "backup_codes": 10,
        "required": True,
    }
    assert code_of(ask, "turn_off_second_factor", token, current_password=PASSWORD) == "invalid-state"
    assert ask("list_staff", token)["second_factor_roles"] == ["admin", "super_admin"]


def test_sessions_and_tokens_of_before_open_nothing_until_there_is_one(ask, session, account, open_uow):
    made = create_token(open_uow, staff_id=account.id, name="script")["token"]
    session.execute(text("UPDATE identity.staff_accounts SET role = 'support'"))
    session.commit()
    token = ask("sign_in", email="ada@example.com", password=PASSWORD)["token"]
    assert ask("me", token)["role"] == "support" and ask("me", made, "token")["role"] == "support"
    session.execute(text("UPDATE identity.staff_accounts SET role = 'admin'"))
    session.commit()
    assert code_of(ask, "me", token) == "unauthenticated"
    assert code_of(ask, "me", made, "token") == "second-factor-required"
    step = ask("sign_in", email="ada@example.com", password=PASSWORD)["step"]
    app = pyotp.TOTP(ask("sign_in_step", step=step)["enrol"]["secret"])
    assert ask("finish_sign_in", step=step, code=app.now())["backup_codes"]
    assert ask("me", made, "token")["role"] == "admin"


def test_an_account_that_needs_one_by_itself_is_held_to_it_in_each_system(service, calls, anonymous, account, session):
    def me(token):
        held = {"kind": "session", "hash": rules.sha256_hex(token)}
        return calls.call(anonymous(credential=held), "clients.me", seconds=5)

    given = {"email": "ada@example.com", "password": PASSWORD}
    token = calls.call(anonymous(), "clients.sign_in", seconds=5, **given)["token"]
    assert me(token)["email"] == "ada@example.com"
    session.execute(text("UPDATE identity.staff_accounts SET second_factor_required = true"))
    session.commit()
    assert code_of(me, token) == "unauthenticated"


def test_a_one_time_link_is_nothing_where_the_system_is_none_of_development(ask):
    for rpc in ("sign_in_once", "sign_in_portal_once"):
        assert code_of(ask, rpc, code="x" * 43) == "not-found"
