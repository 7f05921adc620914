"""Impersonation (Login as Client) against a model: whatever happens in whatever order, each start has one end, and each act two
names."""

import functools
import json
import uuid

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, text

from chassis.context import with_principal
from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.permissions import NOT_WHILE_IMPERSONATING, Access, Permission
from services.clients import rules
from services.clients.commands.impersonation import lifecycle
from services.clients.commands.impersonation import session as impersonating
from services.clients.models import Impersonation, Login, SignInSession, StaffAccount
from services.clients.queries import identity

WHO = st.integers(0, 1)


class Person:
    """A staff member, and what the model knows of them: the `impersonation` that runs, the last `token` and `code` they
    were given."""

    def __init__(self, session):
        email = f"{uuid.uuid4().hex}@example.com"
        login = Login(kind="staff", email=email, email_key=email)
        session.add(login)
        session.flush()
        self.account = StaffAccount(login_id=login.id, name="Mara Lindqvist", role="admin")
        session.add(self.account)
        session.commit()
        self.id, self.impersonation, self.token, self.code = self.account.id, None, None, None
        self.enabled = self.permitted = True
        self.secret = ""

    def goes_on(self) -> bool:
        """Whether the running impersonation may go on."""
        impersonation = self.impersonation
        return (
            impersonation is not None
            and self.enabled
            and self.permitted
            and impersonation["signed_in"]
            and not impersonation["late"]
        )


def impersonations_now(person: Person) -> bool:
    """Whether an impersonation runs, entered or not."""
    return person.impersonation is not None


def is_inside(person: Person) -> bool:
    """Whether an impersonation runs that was entered."""
    return person.impersonation is not None and person.impersonation["entered"]


def where(fits):
    """A rule about one of those whom `fits` is true of; offered only while there are any. Its argument `who`
    chooses."""

    def decorate(act):
        @functools.wraps(act)
        def about(self, who, **given):
            able = [person for person in self.people if fits(person)]
            act(self, able[who % len(able)], **given)

        return precondition(lambda self: any(map(fits, self.people)))(about)

    return decorate


def machine_on(session, open_uow_as, make_caller, make_client):
    """A machine on one database; each example has staff and clients of its own."""

    def change(statement: str, person: Person, **values) -> None:
        session.execute(text(statement), {"id": person.id, **values})
        session.commit()

    def refused(code: str, act, *arguments, **named) -> None:
        try:
            act(*arguments, **named)
        except ServiceProblem as problem:
            assert problem.code == code
        else:
            raise AssertionError(f"not refused as {code}")

    class Impersonations(RuleBasedStateMachine):
        @initialize()
        def open(self):
            self.clients = [make_client(), make_client()]
            self.people = [Person(session), Person(session)]
            self.started, self.acts = [], 0
            for person in self.people:
                self.make_session(person)

        @rule(who=WHO)
        @where(lambda person: not person.secret)
        def sign_in(self, person):
            self.make_session(person)

        def make_session(self, person: Person) -> None:
            person.secret = uuid.uuid4().hex
            session.add(
                SignInSession(
                    token_hash=rules.sha256_hex(person.secret),
                    staff_id=person.id,
                    expires_at=func.now() + text("interval '8 hours'"),
                )
            )
            session.commit()

        @rule(who=WHO, client=st.integers(0, 1), enters=st.booleans())
        @where(lambda person: True)
        def start(self, person, client, enters):
            self.begin(person, client)
            if enters and person.goes_on():
                self.try_code(person, "Mine")

        def begin(self, person: Person, client: int) -> None:
            credential = {"kind": "session", "hash": rules.sha256_hex(person.secret)}
            if not person.enabled or not person.secret:
                return refused("unauthenticated", identity.resolve, session, credential)
            caller = with_principal(make_caller(ip="192.0.2.7"), identity.resolve(session, credential))
            if not person.permitted:
                return refused("forbidden", caller.require, Permission.CLIENTS_IMPERSONATE)
            made = lifecycle.start_impersonation(
                open_uow_as(caller),
                client_id=self.clients[client],
                reason="Because",
                minutes=30,
                credential=credential,
            )
            person.impersonation = {
                "id": uuid.UUID(made["id"]),
                "client": self.clients[client],
                "entered": False,
                "signed_in": True,
                "late": False,
            }
            person.code = made["code"]
            self.started.append(person.impersonation["id"])
            return None

        @rule(who=WHO, agent=st.sampled_from(["Mine", "Mine", "Another"]))
        @where(lambda person: person.code)
        def exchange(self, person, agent):
            self.try_code(person, agent)

        def try_code(self, person: Person, agent: str) -> None:
            good = person.goes_on() and not person.impersonation["entered"] and agent == "Mine"
            caller = make_caller(kind="anonymous", id=None, name=None, permissions=(), ip="192.0.2.7")
            browser = rules.sha256_hex(agent)
            enter = functools.partial(
                impersonating.enter_impersonation, open_uow_as(caller), code=person.code, browser=browser
            )
            if good:
                impersonating.confirm_browser(
                    open_uow_as(caller),
                    credential={"kind": "session", "hash": rules.sha256_hex(person.secret)},
                    impersonation_id=person.impersonation["id"],
                    browser=browser,
                )
            if not good:
                refused("forbidden", enter)
                self.notice(person)
                return
            person.token = enter()["token"]
            person.impersonation["entered"] = True

        def impersonator(self, person: Person):
            """The caller of a request in the portal; None when the impersonation is over, as it has to be."""
            good = person.goes_on() and person.impersonation["entered"]
            ask = functools.partial(
                lifecycle.impersonator, session, rules.sha256_hex(person.token or ""), cause=uuid.uuid4().hex
            )
            if not good:
                refused("unauthenticated", ask)
                if person.impersonation and person.impersonation["entered"]:
                    self.notice(person)
                return None
            return with_principal(make_caller(), ask())

        def notice(self, person: Person) -> None:
            if not person.goes_on():
                person.impersonation = None

        @rule(who=WHO)
        @where(lambda person: person.token)
        def act(self, person):
            caller = self.impersonator(person)
            if caller is None:
                return
            assert caller.acting_as["impersonation_id"] == str(person.impersonation["id"])
            rpc_methods = (*Permission, *NOT_WHILE_IMPERSONATING, Access.SIGNED_IN, Access.SERVICE)
            assert [rpc for rpc in rpc_methods if caller.allows(rpc)] == []
            impersonating.note_refusal(open_uow_as(caller), client_id=uuid.UUID(caller.client_id), what="admin")
            self.acts += 1

        @rule(who=WHO)
        @where(is_inside)
        def close_tab(self, person):
            caller = self.impersonator(person)
            if caller is None:
                return
            for opened in (True, False):
                impersonating.note_page(open_uow_as(caller), page="a" * 32, open=opened)
            self.move(person, "left_at = left_at - interval '10 seconds'")

        @rule(who=WHO, limit=st.booleans())
        @where(impersonations_now)
        def expire(self, person, limit):
            early = (
                "last_seen_at = last_seen_at - interval '10 minutes'"
                if person.impersonation["entered"]
                else ("handoff_expires_at = now() - interval '1 second'")
            )
            self.move(person, "expires_at = now()" if limit else early)

        def move(self, person: Person, assignment: str) -> None:
            session.execute(
                text(f"UPDATE identity.impersonations SET {assignment} WHERE id = :id"),
                {"id": person.impersonation["id"]},
            )
            session.commit()
            person.impersonation["late"] = True

        @rule(who=WHO)
        @where(lambda person: person.impersonation or not person.permitted)
        def revoke_or_grant(self, person):
            person.permitted = not person.permitted
            held = {} if person.permitted else {"clients.impersonate": False}
            change(
                "UPDATE identity.staff_accounts SET permissions = CAST(:held AS jsonb) WHERE id = :id",
                person,
                held=json.dumps(held),
            )

        @rule(who=WHO)
        @where(lambda person: person.impersonation or not person.enabled)
        def disable_or_enable(self, person):
            person.enabled = not person.enabled
            change(
                "UPDATE identity.staff_accounts SET disabled_at = CASE WHEN disabled_at IS NULL THEN now() END "
                "WHERE id = :id",
                person,
            )

        @rule(who=WHO)
        @where(lambda person: person.impersonation and person.secret)
        def sign_out(self, person):
            change("UPDATE identity.sessions SET ended_at = now() WHERE staff_id = :id AND ended_at IS NULL", person)
            person.secret = ""
            if person.impersonation:
                person.impersonation["signed_in"] = False

        @rule(who=WHO)
        @where(is_inside)
        def return_to_admin_twice(self, person):
            caller = self.impersonator(person)
            if caller is None:
                return
            for _ in range(2):
                again = make_caller(acting_as=caller.acting_as, client_id=caller.client_id)
                lifecycle.end_my_impersonation(open_uow_as(again), client_id=uuid.UUID(again.client_id))
            person.impersonation = None

        @rule(who=WHO)
        @where(impersonations_now)
        def end_by_staff_twice(self, person):
            end = functools.partial(
                lifecycle.end_impersonation,
                open_uow_as(make_caller()),
                client_id=person.impersonation["client"],
                impersonation_id=person.impersonation["id"],
            )
            assert end()["end_cause"] == "ended-by-staff"
            refused("invalid-state", end)
            person.impersonation = None

        @precondition(lambda self: any(map(impersonations_now, self.people)))
        @rule()
        def sweep(self):
            self.sweep_now()

        def sweep_now(self) -> None:
            lifecycle.sweep_impersonations(session)
            for person in self.people:
                self.notice(person)

        @precondition(lambda self: any(map(impersonations_now, self.people)))
        @rule()
        def restart(self):
            session.close()

        @invariant()
        def what_runs_is_what_has_no_end(self):
            if not hasattr(self, "people"):
                return
            running = set(
                session.scalars(
                    select(Impersonation.id).where(Impersonation.ended_at.is_(None), Impersonation.id.in_(self.started))
                )
            )
            assert running == {person.impersonation["id"] for person in self.people if person.impersonation}
            ended = [uuid.UUID(facts["entity"]["id"]) for facts, _ in self.published("ended")]
            assert sorted(ended) == sorted(set(self.started) - running)

        def published(self, kind: str) -> list:
            names = [str(one) for one in self.clients]
            return session.execute(
                select(outbox.c.body["facts"], outbox.c.body["acting_as"]).where(
                    outbox.c.stream.in_(names), outbox.c.type == f"impersonation.{kind}.v1"
                )
            ).all()

        def teardown(self):
            for person in self.people:
                if person.impersonation:
                    self.move(person, "expires_at = now()")
            self.sweep_now()
            self.what_runs_is_what_has_no_end()
            acts = [acting_as for facts, acting_as in self.published("refused") if not facts.get("handoff")]
            assert len(acts) == self.acts and all(acts)
            assert len(self.published("started")) == len(self.published("ended")) == len(self.started)

    return Impersonations


def test_each_start_has_one_end_and_each_act_two_names(session, open_uow_as, make_caller, make_client):
    run_state_machine_as_test(
        machine_on(session, open_uow_as, make_caller, make_client),
        settings=settings(max_examples=12, stateful_step_count=30, deadline=None),
    )
