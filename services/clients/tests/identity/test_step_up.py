"""Step-up authentication: what changes credentials asks a session that is some minutes old for the password."""

import inspect
import uuid

import pytest
from sqlalchemy import text

from chassis.errors import ServiceProblem
from services.clients import rules
from services.clients.service import ClientsService

PASSWORD, NOBODY = "correct horse", str(uuid.UUID(int=7))
ASKING = sorted(
    name
    for name, method in inspect.getmembers(ClientsService, callable)
    if hasattr(method, "contract") and method.contract.step_up
)


@pytest.fixture
def ada(service, calls, anonymous, account):
    """`ada("my_account", …)`: an RPC method's answer to a super admin who has signed in."""
    caller = anonymous()
    token = calls.call(caller, "clients.sign_in", email="ada@example.com", password=PASSWORD, seconds=5)["token"]

    def ask(rpc, **arguments):
        held = {"kind": "session", "hash": rules.sha256_hex(token)}
        return calls.call(anonymous(credential=held), f"clients.{rpc}", seconds=5, **arguments)

    return ask


@pytest.fixture
def later(session):
    """`later(minutes)`: that much time has passed since anybody proved who they are."""

    def pass_by(minutes: float) -> None:
        for table in ("sessions", "portal_sessions"):
            session.execute(
                text(f"UPDATE identity.{table} SET authenticated_at = now() - make_interval(secs => :seconds)"),
                {"seconds": minutes * 60},
            )
        session.commit()

    return pass_by


def code_of(action, *arguments, **options) -> str:
    with pytest.raises(ServiceProblem) as refusal:
        action(*arguments, **options)
    return refusal.value.code


def test_these_methods_ask_for_it():
    assert ASKING == [
        "create_my_token",
        "create_staff_account",
        "disable_staff",
        "enable_staff",
        "end_my_other_sessions",
        "end_my_session",
        "end_other_portal_sessions",
        "end_portal_session",
        "end_staff_sessions",
        "make_password_link",
        "reset_second_factor",
        "revoke_my_token",
        "revoke_staff_token",
        "update_staff",
    ]


@pytest.mark.parametrize("rpc", [name for name in ASKING if "portal" not in name])
def test_a_session_that_is_some_minutes_old_is_asked_for_the_password_first(ada, later, rpc):
    later(11)
    assert code_of(ada, rpc) == "reauthentication-required"
    assert code_of(ada, "reauthenticate", current_password="wrong") == "validation"
    assert code_of(ada, rpc) == "reauthentication-required"
    assert ada("reauthenticate", current_password=PASSWORD)["authenticated_at"] > 0
    try:
        ada(rpc)
    except ServiceProblem as problem:
        assert problem.code == "validation", "the arguments are missing, and nothing else"


def test_what_changes_no_credential_is_not_asked_for_it(ada, later):
    later(400)
    assert ada("my_account")["account"]["email"] == "ada@example.com" and ada("list_staff")["data"]


def test_nine_minutes_after_signing_in_nobody_is_asked(ada, later):
    later(9)
    assert ada("create_my_token", name="Reports")["token"]


def test_a_session_of_the_portal_is_asked_too(portal, imogen, later):
    token = portal.sign_in("imogen@example.com")["token"]
    later(11)
    for rpc, given in (("end_other_portal_sessions", {}), ("end_portal_session", {"session_id": NOBODY})):
        assert portal.refused(portal.of, token, rpc, **given).code == "reauthentication-required"
    portal.of(token, "reauthenticate_portal", current_password=PASSWORD)
    assert portal.of(token, "end_other_portal_sessions") == {"ended": 0}


def test_guessing_the_password_of_an_open_session_has_to_wait(ada):
    codes = [code_of(ada, "reauthenticate", current_password="wrong") for _ in range(8)]
    assert codes[:5] == ["validation"] * 5 and "too-many-requests" in codes


def test_a_token_has_no_password_to_type_and_is_not_asked(ada, calls, anonymous, later):
    token = ada("create_my_token", name="All")["token"]
    later(11)
    held = anonymous(credential={"kind": "token", "hash": rules.sha256_hex(token)})
    assert code_of(calls.call, held, "clients.reauthenticate", current_password=PASSWORD, seconds=5) == "invalid-state"
    assert code_of(calls.call, held, "clients.disable_staff", staff_id=NOBODY, seconds=5) == "not-found"
