"""Login as Client against a model: whatever happens in whatever order, each start has one end, and each act two names."""

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
from chassis.errors import ServiceProblem
from chassis.permissions import NOT_FOR_VISITORS, Access, Permission
from chassis.tables import outbox
from services.clients import rules
from services.clients.commands import visiting, visits
from services.clients.models import Login, SignInSession, StaffAccount, Visit
from services.clients.queries import identity

WHO = st.integers(0, 1)


class Person:
    """A staff member, and what the model knows of them: the `visit` that runs, the last `token` and `code` they were given."""

    def __init__(self, session):
        email = f"{uuid.uuid4().hex}@example.com"
        login = Login(kind="staff", email=email, email_key=email)
        session.add(login)
        session.flush()
        self.account = StaffAccount(login_id=login.id, name="Mara Lindqvist", role="admin")
        session.add(self.account)
        session.commit()
        self.id, self.visit, self.token, self.code = self.account.id, None, None, None
        self.enabled = self.permitted = True
        self.secret = ""

    def goes_on(self) -> bool:
        """Whether the running visit may go on."""
        visit = self.visit
        return visit is not None and self.enabled and self.permitted and visit["signed_in"] and not visit["late"]


def visits_now(person: Person) -> bool:
    """Whether a visit runs, entered or not."""
    return person.visit is not None


def is_inside(person: Person) -> bool:
    """Whether a visit runs that was entered."""
    return person.visit is not None and person.visit["entered"]


def where(fits):
    """A rule about one of those whom `fits` is true of; offered only while there are any. Its argument `who` chooses."""
    def decorate(act):
        @functools.wraps(act)
        def about(self, who, **given):
            able = [person for person in self.people if fits(person)]
            act(self, able[who % len(able)], **given)
        return precondition(lambda self: any(map(fits, self.people)))(about)
    return decorate


def machine_on(session, write, make_caller, make_client):
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

    class Visits(RuleBasedStateMachine):
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
            session.add(SignInSession(token_hash=rules.sha256_hex(person.secret), staff_id=person.id,
                                      expires_at=func.now() + text("interval '8 hours'")))
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
            made = visits.start_visit(functools.partial(write, caller=caller), caller, client_id=self.clients[client],
                                      reason="Because", minutes=30, credential=credential,
                                      agent_hash=visits.agent_hash(caller, "Mine"))
            person.visit = {"id": uuid.UUID(made["id"]), "client": self.clients[client], "entered": False, "signed_in": True,
                            "late": False}
            person.code = made["code"]
            self.started.append(person.visit["id"])
            return None

        @rule(who=WHO, agent=st.sampled_from(["Mine", "Mine", "Another"]))
        @where(lambda person: person.code)
        def exchange(self, person, agent):
            self.try_code(person, agent)

        def try_code(self, person: Person, agent: str) -> None:
            good = person.goes_on() and not person.visit["entered"] and agent == "Mine"
            caller = make_caller(kind="anonymous", id=None, name=None, permissions=(), ip="192.0.2.7")
            enter = functools.partial(visiting.enter_visit, session, write, caller, code=person.code, user_agent=agent)
            if not good:
                refused("forbidden", enter)
                self.notice(person)
                return
            person.token = enter()["token"]
            person.visit["entered"] = True

        def visitor(self, person: Person):
            """The caller of a request in the portal; None when the visit is over, as it has to be."""
            good = person.goes_on() and person.visit["entered"]
            ask = functools.partial(visits.visitor, session, rules.sha256_hex(person.token or ""), cause=uuid.uuid4().hex)
            if not good:
                refused("unauthenticated", ask)
                if person.visit and person.visit["entered"]:
                    self.notice(person)
                return None
            return with_principal(make_caller(), ask())

        def notice(self, person: Person) -> None:
            if not person.goes_on():
                person.visit = None

        @rule(who=WHO)
        @where(lambda person: person.token)
        def act(self, person):
            caller = self.visitor(person)
            if caller is None:
                return
            assert caller.acting_as["visit_id"] == str(person.visit["id"])
            doors = (*Permission, *NOT_FOR_VISITORS, Access.SIGNED_IN, Access.SERVICE)
            assert [door for door in doors if caller.allows(door)] == []
            visiting.note_refusal(functools.partial(write, caller=caller), caller, what="admin")
            self.acts += 1

        @rule(who=WHO)
        @where(is_inside)
        def close_tab(self, person):
            caller = self.visitor(person)
            if caller is None:
                return
            for opened in (True, False):
                visiting.note_page(session, caller, page="a" * 32, open=opened)
            self.move(person, "left_at = left_at - interval '10 seconds'")

        @rule(who=WHO, limit=st.booleans())
        @where(visits_now)
        def expire(self, person, limit):
            early = "last_seen_at = last_seen_at - interval '10 minutes'" if person.visit["entered"] else (
                "handoff_expires_at = now() - interval '1 second'")
            self.move(person, "expires_at = now()" if limit else early)

        def move(self, person: Person, assignment: str) -> None:
            session.execute(text(f"UPDATE identity.visits SET {assignment} WHERE id = :id"), {"id": person.visit["id"]})
            session.commit()
            person.visit["late"] = True

        @rule(who=WHO)
        @where(lambda person: person.visit or not person.permitted)
        def revoke_or_grant(self, person):
            person.permitted = not person.permitted
            held = {} if person.permitted else {"clients.impersonate": False}
            change("UPDATE identity.staff_accounts SET permissions = CAST(:held AS jsonb) WHERE id = :id", person,
                   held=json.dumps(held))

        @rule(who=WHO)
        @where(lambda person: person.visit or not person.enabled)
        def disable_or_enable(self, person):
            person.enabled = not person.enabled
            change("UPDATE identity.staff_accounts SET disabled_at = CASE WHEN disabled_at IS NULL THEN now() END "
                   "WHERE id = :id", person)

        @rule(who=WHO)
        @where(lambda person: person.visit and person.secret)
        def sign_out(self, person):
            change("UPDATE identity.sessions SET ended_at = now() WHERE staff_id = :id AND ended_at IS NULL", person)
            person.secret = ""
            if person.visit:
                person.visit["signed_in"] = False

        @rule(who=WHO)
        @where(is_inside)
        def return_to_admin_twice(self, person):
            caller = self.visitor(person)
            if caller is None:
                return
            for _ in range(2):
                again = make_caller(acting_as=caller.acting_as, client_id=caller.client_id)
                visits.end_own_visit(functools.partial(write, caller=again), again)
            person.visit = None

        @rule(who=WHO)
        @where(visits_now)
        def end_by_staff_twice(self, person):
            end = functools.partial(visits.end_visit, write, client_id=person.visit["client"], visit_id=person.visit["id"])
            assert end()["end_cause"] == "ended-by-staff"
            refused("invalid-state", end)
            person.visit = None

        @precondition(lambda self: any(map(visits_now, self.people)))
        @rule()
        def sweep(self):
            self.sweep_now()

        def sweep_now(self) -> None:
            visits.sweep_visits(session)
            for person in self.people:
                self.notice(person)

        @precondition(lambda self: any(map(visits_now, self.people)))
        @rule()
        def restart(self):
            session.close()

        @invariant()
        def what_runs_is_what_has_no_end(self):
            if not hasattr(self, "people"):
                return
            running = set(session.scalars(select(Visit.id).where(Visit.ended_at.is_(None), Visit.id.in_(self.started))))
            assert running == {person.visit["id"] for person in self.people if person.visit}
            ended = [uuid.UUID(facts["entity"]["id"]) for facts, _ in self.said("ended")]
            assert sorted(ended) == sorted(set(self.started) - running)

        def said(self, kind: str) -> list:
            names = [str(one) for one in self.clients]
            return session.execute(select(outbox.c.body["facts"], outbox.c.body["acting_as"]).where(
                outbox.c.stream.in_(names), outbox.c.type == f"impersonation.{kind}.v1")).all()

        def teardown(self):
            for person in self.people:
                if person.visit:
                    self.move(person, "expires_at = now()")
            self.sweep_now()
            self.what_runs_is_what_has_no_end()
            acts = [acting_as for facts, acting_as in self.said("refused") if not facts.get("handoff")]
            assert len(acts) == self.acts and all(acts)
            assert len(self.said("started")) == len(self.said("ended")) == len(self.started)

    return Visits


def test_each_start_has_one_end_and_each_act_two_names(session, write, make_caller, make_client):
    run_state_machine_as_test(machine_on(session, write, make_caller, make_client),
                              settings=settings(max_examples=12, stateful_step_count=30, deadline=None))
