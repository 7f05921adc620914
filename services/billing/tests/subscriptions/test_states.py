"""Services, Suspend All and Unsuspend All against a model: whatever staff do, exactly a batch's own set comes back."""

import uuid
from contextlib import contextmanager
from datetime import date

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import insert, select

from chassis.errors import ServiceProblem
from services.billing.commands.subscriptions.lifecycle import move_subscription
from services.billing.commands.subscriptions.suspend_all import suspend_all_subscriptions, unsuspend_all_subscriptions
from services.billing.models import BillingAccount, ClientTotals, Subscription
from services.billing.rules import SUBSCRIPTION_ACTIONS
from tests.support import billing_rows
from tests.support.outbox_helpers import events_of

PLACES = st.integers(0, 5)


def machine_on(session, open_uow):
    """A machine on one database; each example has a client of its own."""

    class Services(RuleBasedStateMachine):
        @initialize(begin=st.lists(st.sampled_from(["pending", "active", "suspended"]), min_size=2, max_size=6))
        def open(self, begin):
            self.client = uuid.uuid4()
            session.execute(insert(BillingAccount).values(client_id=self.client, currency="EUR"))
            self.ids = [billing_rows.subscription(session, self.client, status=status) for status in begin]
            self.state = dict(zip(self.ids, begin, strict=True))
            self.holder = dict.fromkeys(self.ids)
            self.undone, self.batches, self.published = set(), [], 0

        @contextmanager
        def expected(self, *, refused: bool):
            try:
                yield
            except ServiceProblem as problem:
                assert refused and problem.code == "invalid-state"
            else:
                assert not refused

        @rule(place=PLACES, action=st.sampled_from(sorted(SUBSCRIPTION_ACTIONS)))
        def move(self, place, action):
            service = self.ids[place % len(self.ids)]
            froms, new = SUBSCRIPTION_ACTIONS[action]
            allowed = self.state[service] in froms
            with self.expected(refused=not allowed):
                move_subscription(
                    open_uow,
                    action=action,
                    client_id=self.client,
                    subscription_id=service,
                    reason="Because",
                    today=date(2026, 11, 22),
                )
            if allowed:
                self.state[service], self.holder[service] = new, None
                self.published += 1

        @rule()
        def suspend_all(self):
            active = [one for one in self.ids if self.state[one] == "active"]
            with self.expected(refused=not active):
                done = suspend_all_subscriptions(open_uow, client_id=self.client, reason="All", expected=active or None)
            if active:
                assert done["suspended"] == len(active)
                self.batches.append(uuid.UUID(done["batch_id"]))
                self.state.update(dict.fromkeys(active, "suspended"))
                self.holder.update(dict.fromkeys(active, self.batches[-1]))
                self.published += len(active) + 1

        @rule(place=PLACES)
        def unsuspend_all(self, place):
            if not self.batches:
                return
            batch = self.batches[place % len(self.batches)]
            held = [one for one in self.ids if self.holder[one] == batch]
            refused = batch in self.undone or not held
            with self.expected(refused=refused):
                assert unsuspend_all_subscriptions(open_uow, client_id=self.client, batch_id=batch)[
                    "unsuspended"
                ] == len(held)
            if not refused:
                self.undone.add(batch)
                self.state.update(dict.fromkeys(held, "active"))
                self.holder.update(dict.fromkeys(held))
                self.published += len(held) + 1

        @invariant()
        def database_agrees(self):
            if not hasattr(self, "client"):
                return
            found = session.execute(
                select(Subscription.id, Subscription.status, Subscription.suspension_batch_id).where(
                    Subscription.client_id == self.client
                )
            ).all()
            assert {row.id: (row.status, row.suspension_batch_id) for row in found} == {
                one: (self.state[one], self.holder[one]) for one in self.ids
            }
            published = events_of(session, self.client)
            assert [event["sequence"] for event in published] == list(range(1, self.published + 1))
            if published:
                active = list(self.state.values()).count("active")
                assert published[-1]["facts"]["totals"]["active_services"] == active
                totals = select(ClientTotals.active_services).where(ClientTotals.client_id == self.client)
                assert session.scalar(totals) == active
            session.rollback()

    return Services


def test_whatever_staff_do_exactly_the_batch_comes_back(session, open_uow):
    few = settings(max_examples=15, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(machine_on(session, open_uow), settings=few)
