"""Who is in the portal: entered once, of one client at a time, for as long as the contact may."""

import pytest
from sqlalchemy import select, text, update

from chassis.context import Caller
from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from services.clients import rules
from services.clients.commands.identity.logins import open_login
from services.clients.commands.identity.staff import create_login_link
from services.clients.models import Client, Contact, PortalSession


@pytest.fixture
def anonymous(make_caller):
    """`anonymous(credential={…})`: a caller whose credential is not resolved yet."""

    def make(**given) -> Caller:
        return make_caller(**{"kind": "anonymous", "id": None, "name": None, "permissions": (), **given})

    return make


@pytest.fixture
def enter(service, calls, anonymous, session):
    """`enter(email)`: what a one-time link of this email's login answers."""

    def sign_in(email: str) -> dict:
        code = create_login_link(session, login_id=open_login(session, email))
        return calls.call(anonymous(), "clients.sign_in_portal_once", code=code, seconds=5)

    return sign_in


@pytest.fixture
def ask(calls, anonymous):
    """`ask(token, "clients.portal_me", …)`: the whole answer to somebody in the portal by this session."""

    def call(token: str, rpc: str, **arguments) -> dict:
        caller = anonymous(credential={"kind": "portal", "hash": rules.sha256_hex(token)})
        return calls.start(caller, rpc, seconds=5, **arguments).answer()

    return call


def refused(act, *arguments, **named) -> str:
    with pytest.raises(ServiceProblem) as refusal:
        act(*arguments, **named)
    return refusal.value.code


def test_who_enters_is_the_contact_and_moves_last_login(enter, ask, make_client, session):
    client = make_client(company="Brightwater", email="imogen@example.com")
    entered = enter("Imogen@Example.com")
    who = ask(entered["token"], "clients.portal_me")["principal"]
    assert entered["choose"] is False
    assert (who["kind"], who["client_id"], who["client"]["name"], who["role"]) == (
        "contact",
        str(client),
        "Brightwater",
        "owner",
    )
    assert who["permissions"] == rules.portal_permissions("owner", "active")
    session.expire_all()
    moments = session.execute(select(Client.last_login_at, Contact.last_login_at).join(Contact)).one()
    assert moments[0] == moments[1] is not None
    event = session.execute(select(outbox.c.body).where(outbox.c.type == "contact.signed_in.v1")).scalar_one()
    assert event["actor"] == {"kind": "contact", "id": who["id"]} and event["stream"] == str(client)


def test_one_email_of_several_clients_chooses_and_may_choose_again(enter, ask, make_client):
    ids = {str(make_client(company=name, email="both@example.com")) for name in ("Alpha", "Beta")}
    entered = enter("both@example.com")
    assert entered["choose"] is True
    token = entered["token"]
    assert refused(ask, token, "clients.get_client", client_id=next(iter(ids))) == "forbidden"
    choices = ask(token, "clients.portal_choices")["data"]
    assert [one["client"]["name"] for one in choices] == ["Alpha", "Beta"]
    for one in choices:
        answer = ask(token, "clients.choose_client", contact_id=one["contact_id"])["data"]
        assert answer["client_id"] == one["client"]["id"] == ask(token, "clients.portal_me")["principal"]["client_id"]
    assert {one["client"]["id"] for one in choices} == ids


def test_nobody_enters_as_a_contact_of_another_login(enter, ask, make_client, session):
    make_client(email="mine@example.com")
    other = make_client(email="theirs@example.com")
    token = enter("mine@example.com")["token"]
    theirs = session.scalar(select(Contact.id).where(Contact.client_id == other))
    assert refused(ask, token, "clients.choose_client", contact_id=str(theirs)) == "not-found"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE contacts SET status = 'inactive'",
        "UPDATE contacts SET removed_at = now()",
        "UPDATE identity.portal_sessions SET ended_at = now()",
        "UPDATE identity.portal_sessions SET expires_at = now()",
        "UPDATE identity.portal_sessions SET last_seen_at = now() - interval '31 minutes'",
    ],
)
def test_a_session_is_over_with_the_next_request(enter, ask, make_client, session, change):
    make_client(email="imogen@example.com")
    token = enter("imogen@example.com")["token"]
    session.execute(text(change))
    session.commit()
    assert refused(ask, token, "clients.portal_me") == "unauthenticated"


def test_of_a_client_that_is_not_active_only_the_first_page_is_left(enter, ask, make_client, session):
    make_client(email="imogen@example.com")
    token = enter("imogen@example.com")["token"]
    session.execute(update(Client).values(status="suspended"))
    session.commit()
    who = ask(token, "clients.portal_me")["principal"]
    assert (who["client"]["status"], who["permissions"]) == ("suspended", ["portal.account", "portal.home"])


def test_signing_out_ends_the_session_and_says_so(enter, ask, make_client, session):
    make_client(email="imogen@example.com")
    token = enter("imogen@example.com")["token"]
    assert ask(token, "clients.sign_out_portal")["data"] == {"signed_out": True}
    assert refused(ask, token, "clients.portal_me") == "unauthenticated"
    session.expire_all()
    assert session.scalar(select(PortalSession.end_cause)) == "signed-out"
    assert session.scalar(select(outbox.c.type).order_by(outbox.c.sequence.desc()).limit(1)) == "contact.signed_out.v1"


def test_a_link_of_the_admin_does_not_lead_into_the_portal_nor_the_other_way_round(
    service, calls, anonymous, session, account, make_client
):
    make_client(email="imogen@example.com")
    for rpc, whose in (
        ("clients.sign_in_portal_once", {"staff_id": account.id}),
        ("clients.sign_in_once", {"login_id": open_login(session, "imogen@example.com")}),
    ):
        code = create_login_link(session, **whose)
        assert refused(calls.call, anonymous(), rpc, code=code, seconds=5) == "unauthenticated"
