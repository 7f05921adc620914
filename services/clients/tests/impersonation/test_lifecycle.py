"""Impersonation (Login as Client): started with a reason, entered once by a one-time code, ended once, whatever ends it."""

import uuid

import pytest
from sqlalchemy import select, text

from chassis.context import Caller
from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.permissions import NOT_WHILE_IMPERSONATING, Portal
from chassis.testing.plugin import wait_until
from services.clients import rules
from services.clients.models import ApiToken, Impersonation, SignInSession

BROWSER, ANOTHER = rules.sha256_hex("the browser's secret"), rules.sha256_hex("another one's")


def refused(act, *arguments, **named) -> ServiceProblem:
    with pytest.raises(ServiceProblem) as refusal:
        act(*arguments, **named)
    return refusal.value


class Staff:
    """A staff member with a session in the admin and, once they are in, one in the portal."""

    def __init__(self, session, calls, make_caller, account, credential: dict | None = None):
        self._session, self._calls, self._make_caller = session, calls, make_caller
        self.account_id, self.secret = account.id, uuid.uuid4().hex
        self.credential = credential or {"kind": "session", "hash": rules.sha256_hex(self.secret)}
        if credential is None:
            session.add(
                SignInSession(
                    token_hash=rules.sha256_hex(self.secret),
                    staff_id=account.id,
                    expires_at=text("now() + interval '8 hours'"),
                )
            )
            session.commit()
        self.token = ""

    def start(self, client_id, *, reason="Ticket 4821, an invoice is missing", key=None, **given) -> dict:
        caller = self._anonymous(credential=self.credential, **({"idempotency_key": key} if key else {}))
        return self._calls.call(
            caller,
            "clients.start_impersonation",
            client_id=str(client_id),
            reason=reason,
            seconds=5,
            writes=True,
            **given,
        )

    def exchange(self, code: str, browser: str | None = None) -> dict:
        """What a browser is answered to a code."""
        given = {} if browser is None else {"browser": browser}
        return self._calls.call(
            self._anonymous(), "clients.enter_impersonation", code=code, seconds=5, writes=True, **given
        )

    def confirm(self, impersonation_id: str, browser: str = BROWSER) -> dict:
        """The admin session confirms a browser."""
        given = {"impersonation_id": impersonation_id, "browser": browser}
        caller = self._anonymous(credential=self.credential)
        return self._calls.call(caller, "clients.confirm_impersonation_browser", seconds=5, writes=True, **given)

    def enter(self, code: str) -> str:
        """As a browser does: with the admin session's word, where it is asked for."""
        answer = self.exchange(code)
        if "confirm" in answer:
            self.confirm(answer["confirm"])
            answer = self.exchange(code, BROWSER)
        self.token = answer["token"]
        return self.token

    def ask(self, rpc: str, **arguments):
        """An RPC method of the portal, by this staff member's impersonation: the whole answer."""
        credential = {"kind": "impersonation", "hash": rules.sha256_hex(self.token)}
        return self._calls.start(
            self._anonymous(credential=credential), f"clients.{rpc}", seconds=5, **arguments
        ).answer()

    def who(self) -> dict:
        return self.ask("portal_me")["principal"]

    def _anonymous(self, **given) -> Caller:
        return self._make_caller(**{"kind": "anonymous", "id": None, "name": None, "permissions": (), **given})


@pytest.fixture
def staff(service, session, calls, make_caller, account) -> Staff:
    """Ada, signed in to the admin."""
    return Staff(session, calls, make_caller, account)


@pytest.fixture
def client_id(make_client):
    return make_client("Imogen", "Hartley", company="Brightwater", email="imogen@example.com")


@pytest.fixture
def published(session):
    """`published()`: the events of impersonations, in order: [(type, facts)]."""

    def read() -> list[tuple]:
        session.rollback()
        rows = session.execute(select(outbox.c.body).where(outbox.c.type.like("impersonation.%")).order_by(outbox.c.id))
        return [(body["type"].split(".")[1], body["facts"], body) for body in rows.scalars()]

    return read


@pytest.fixture
def change(session):
    """`change("UPDATE …")`: done by somebody else meanwhile."""

    def run(statement: str, **values) -> None:
        session.execute(text(statement), values)
        session.commit()

    return run


def ends(published) -> list[str]:
    return [facts["end_cause"] for kind, facts, _ in published if kind == "ended"]


def test_the_start_is_published_with_name_and_reason_before_there_is_any_access(staff, client_id, published, session):
    started = staff.start(client_id)
    ((kind, facts, body),) = published()
    assert (kind, facts["reason"]) == ("started", "Ticket 4821, an invoice is missing")
    assert body["actor"] == {"kind": "staff", "id": str(staff.account_id)} and body["acting_as"] is None
    assert body["stream"] == str(client_id)
    assert started["staff"]["name"] == "Ada Staff" and started["contact"]["name"] == "Imogen Hartley"
    row = session.execute(select(Impersonation.token_hash, Impersonation.entered_at, Impersonation.handoff_hash)).one()
    assert row == (None, None, rules.sha256_hex(started["code"]))


def test_who_enters_is_the_staff_member_acting_as_the_contact(staff, client_id):
    staff.enter(staff.start(client_id)["code"])
    who = staff.who()
    assert (who["kind"], who["id"], who["name"], who["client_id"]) == (
        "staff",
        str(staff.account_id),
        "Ada Staff",
        str(client_id),
    )
    assert who["acting_as"]["name"] == "Imogen Hartley" and who["email"] == "imogen@example.com"
    assert who["permissions"] == rules.portal_permissions("owner", "active")


def test_an_impersonation_moves_neither_last_login_nor_a_session_of_the_client(staff, client_id, session):
    staff.enter(staff.start(client_id)["code"])
    staff.who()
    moments = text("SELECT last_login_at FROM clients UNION SELECT last_login_at FROM contacts")
    assert session.execute(moments).scalars().all() == [None]
    assert session.scalar(text("SELECT count(*) FROM identity.portal_sessions")) == 0


def test_a_code_is_good_once(staff, client_id, published):
    code = staff.start(client_id)["code"]
    staff.enter(code)
    assert refused(Staff.enter, staff, code).code == "forbidden"
    assert staff.who()["name"] == "Ada Staff"
    kind, facts, body = published()[-1]
    assert (kind, facts["what"], facts["handoff"]) == ("refused", "the link was used already", True)
    assert body["actor"] == {"kind": "anonymous", "id": None}


def test_a_code_of_the_page_is_good_in_the_browser_that_the_admin_session_confirms(
    staff, client_id, published, session
):
    code = staff.start(client_id)["code"]
    assert refused(staff.exchange, code, BROWSER).code == "forbidden"
    started = staff.exchange(code)["confirm"]
    assert staff.confirm(started) == staff.confirm(started) == {"confirmed": True}
    assert refused(staff.confirm, started, ANOTHER).code == "forbidden"
    assert refused(staff.exchange, code, ANOTHER).code == "forbidden"
    assert session.execute(select(Impersonation.entered_at, Impersonation.token_hash)).one() == (None, None)
    assert [facts["what"] for kind, facts, _ in published() if kind == "refused"] == ["another browser"] * 3
    staff.token = staff.exchange(code, BROWSER)["token"]
    assert staff.who()["client_id"] == str(client_id)


def test_another_admin_session_confirms_no_browser_also_of_the_same_person(
    staff, client_id, session, calls, make_caller, account
):
    other = Staff(session, calls, make_caller, account)
    started = staff.start(client_id)
    assert refused(other.confirm, started["id"]).code == "forbidden"
    assert refused(staff.confirm, str(uuid.uuid4())).code == "forbidden"
    staff.enter(started["code"])


def test_a_code_of_an_api_token_is_good_in_any_browser(session, calls, make_caller, service, account, client_id):
    session.add(ApiToken(token_hash=rules.sha256_hex("t"), staff_id=account.id, name="t"))
    session.commit()
    staff = Staff(session, calls, make_caller, account, {"kind": "token", "hash": rules.sha256_hex("t")})
    staff.token = staff.exchange(staff.start(client_id)["code"])["token"]
    assert staff.who()["client_id"] == str(client_id)
    session.execute(text("UPDATE identity.api_tokens SET revoked_at = now()"))
    session.commit()
    assert refused(staff.who).extra["impersonation"]["end_cause"] == "token-revoked"


def test_an_unknown_code_is_refused_like_any_other_and_publishes_nothing(staff, client_id, published):
    wrong = refused(staff.exchange, staff.start(client_id)["code"], ANOTHER)
    assert refused(staff.exchange, "nonsense").detail == wrong.detail
    assert [kind for kind, *_ in published()] == ["started", "refused"]


def test_a_code_that_is_too_old_ends_the_impersonation(staff, client_id, published, change):
    code = staff.start(client_id)["code"]
    change("UPDATE identity.impersonations SET handoff_expires_at = now()")
    assert refused(staff.enter, code).code == "forbidden"
    wait_until(lambda: ends(published()) == ["handoff-expired"], "the end to be published")
    assert published()[-1][1]["what"] == "the link is over" or published()[-2][1]["what"] == "the link is over"


@pytest.mark.parametrize(
    ("statement", "cause"),
    [
        ("UPDATE identity.staff_accounts SET disabled_at = now()", "staff-disabled"),
        ("UPDATE identity.staff_accounts SET role = 'support'", "permission-lost"),
        (
            "UPDATE identity.staff_accounts SET role = 'admin', permissions = '{\"clients.impersonate\": false}'",
            "permission-lost",
        ),
        ("UPDATE identity.sessions SET ended_at = now()", "signed-out"),
        ("UPDATE contacts SET status = 'inactive'", "contact-inactive"),
        ("UPDATE contacts SET removed_at = now()", "contact-inactive"),
        ("UPDATE clients SET status = 'inactive'", "client-inactive"),
        ("UPDATE identity.impersonations SET expires_at = now()", "limit"),
        ("UPDATE identity.impersonations SET last_seen_at = now() - interval '10 minutes'", "idle"),
        ("UPDATE identity.impersonations SET left_at = now() - interval '10 seconds'", "tab-closed"),
    ],
)
def test_the_next_request_finds_the_impersonation_over_and_its_end_is_published_once(
    staff, client_id, published, change, statement, cause
):
    staff.enter(staff.start(client_id)["code"])
    change(statement)
    refusal = refused(staff.who)
    assert (refusal.code, refusal.extra["impersonation"]) == (
        "unauthenticated",
        {"client_id": str(client_id), "end_cause": cause},
    )
    assert refused(staff.who).code == "unauthenticated"
    assert ends(published()) == [cause]


def test_what_nobody_asks_about_any_more_is_ended_by_the_sweeper(staff, client_id, published, change):
    staff.enter(staff.start(client_id)["code"])
    change("UPDATE identity.impersonations SET last_seen_at = now() - interval '11 minutes'")
    wait_until(lambda: ends(published()) == ["idle"], "the sweeper to end the impersonation")
    body = published()[-1][2]
    assert body["actor"] == {"kind": "system", "id": "clients"}


def test_a_second_start_ends_the_first_with_its_cause(staff, client_id, make_client, published):
    staff.enter(staff.start(client_id)["code"])
    first = staff.token
    staff.enter(staff.start(make_client(email="other@example.com"))["code"])
    assert [(kind, facts.get("end_cause")) for kind, facts, _ in published()] == [
        ("started", None),
        ("ended", "started-another"),
        ("started", None),
    ]
    staff.token, second = first, staff.token
    assert refused(staff.who).extra["impersonation"]["end_cause"] == "started-another"
    staff.token = second
    assert staff.who()["email"] == "other@example.com"


def test_return_to_admin_ends_the_impersonation_in_both_names(staff, client_id, published):
    staff.enter(staff.start(client_id)["code"])
    assert staff.ask("end_my_impersonation")["data"] == {"client_id": str(client_id)}
    assert refused(staff.ask, "end_my_impersonation").code == "unauthenticated"
    kind, facts, body = published()[-1]
    assert (kind, facts["end_cause"], facts["entered"]) == ("ended", "returned-to-admin", True)
    assert body["actor"]["kind"] == "staff" and body["acting_as"]["contact_id"]
    assert len(ends(published())) == 1


def test_an_admin_ends_a_running_impersonation_once(staff, client_id, calls, make_caller, published):
    impersonation = staff.start(client_id)
    both = {"client_id": str(client_id), "impersonation_id": impersonation["id"], "seconds": 5}
    ended = calls.call(make_caller(), "clients.end_impersonation", writes=True, **both)
    assert (ended["id"], ended["end_cause"]) == (impersonation["id"], "ended-by-staff")
    assert refused(calls.call, make_caller(), "clients.end_impersonation", writes=True, **both).code == "invalid-state"
    foreign = {**both, "client_id": str(uuid.uuid4())}
    assert refused(calls.call, make_caller(), "clients.end_impersonation", writes=True, **foreign).code == "not-found"
    (listed,) = calls.call(make_caller(), "clients.list_impersonations", client_id=str(client_id), seconds=5)["data"]
    assert listed == ended and "ip" not in listed
    assert ends(published()) == ["ended-by-staff"]


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE contacts SET status = 'inactive'", "This client has no active primary contact to log in as."),
        ("UPDATE clients SET status = 'inactive'", "This client is inactive. Activate it first."),
    ],
)
def test_without_anybody_to_log_in_as_it_is_refused_with_a_sentence(
    staff, client_id, published, change, statement, sentence
):
    change(statement)
    assert refused(staff.start, client_id).detail == sentence
    assert published() == []


@pytest.mark.parametrize(
    ("given", "pointer"),
    [({"reason": "  "}, "/reason"), ({"reason": "x" * 501}, "/reason"), ({"minutes": 31}, "/minutes")],
)
def test_a_start_asks_for_a_reason_and_a_limit_of_thirty_minutes(staff, client_id, given, pointer):
    refusal = refused(staff.start, client_id, **given)
    assert (refusal.code, refusal.errors[0]["pointer"]) == ("validation", pointer)


def test_a_repeated_start_is_one_impersonation_and_shows_no_code_again(staff, client_id, published):
    first, again = (staff.start(client_id, key="a-key-of-this-start") for _ in range(2))
    assert again["id"] == first["id"] and "code" not in again
    assert [kind for kind, *_ in published()] == ["started"]


def test_of_an_impersonation_no_rpc_of_the_admin_opens_and_no_rpc_that_is_the_clients_own(staff, client_id):
    staff.enter(staff.start(client_id)["code"])
    given = {"client_id": str(client_id)}
    for rpc, arguments in (
        ("me", {}),
        ("list_clients", {}),
        ("get_client", given),
        ("list_impersonations", given),
        ("start_impersonation", {**given, "reason": "Again"}),
        ("sign_out", {}),
        ("my_account", {}),
    ):
        assert refused(staff.ask, rpc, **arguments).code == "forbidden", rpc
    assert refused(staff.ask, "sign_out_portal").code == "invalid-state"


def test_what_was_refused_is_in_the_log_in_both_names(staff, client_id, published):
    staff.enter(staff.start(client_id)["code"])
    staff.ask("note_refusal", what="portal.invoices.pay")
    kind, facts, body = published()[-1]
    assert (kind, facts["what"]) == ("refused", "paying")
    assert body["actor"]["id"] == str(staff.account_id)
    assert body["acting_as"] == {"contact_id": staff.who()["acting_as"]["contact_id"]}
    assert {Portal(slug) for slug in rules.NOT_AS_CLIENT if slug != "admin"} == NOT_WHILE_IMPERSONATING


def test_an_impersonation_ends_soon_after_its_last_page_was_left_and_no_sooner(
    staff, client_id, published, session, change
):
    staff.enter(staff.start(client_id)["code"])
    first, second = "a" * 32, "b" * 32

    def left_at():
        session.rollback()
        return session.scalar(select(Impersonation.left_at))

    for page, opened, leaving in (
        (first, True, False),
        (second, True, False),
        (first, False, False),
        (second, False, True),
    ):
        staff.ask("note_impersonation_page", page=page, open=opened)
        assert (left_at() is not None) is leaving, (page, opened)
    staff.ask("note_impersonation_page", page=first, open=True)
    assert left_at() is None
    staff.ask("note_impersonation_page", page=second, open=False)
    assert left_at() is None
    staff.ask("note_impersonation_page", page=first, open=False)
    change("UPDATE identity.impersonations SET left_at = left_at - interval '10 seconds'")
    wait_until(lambda: ends(published()) == ["tab-closed"], "the sweeper to end the impersonation")
