"""Orders against a model: whatever staff do and whatever is paid, an order, its services, its domain and its invoice
agree."""

import uuid
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import insert, select

from chassis.errors import ServiceProblem
from chassis.types.money import Money
from services.billing.commands.invoices.payments import mark_invoice_paid, record_payment
from services.billing.commands.orders.placement import place_order
from services.billing.commands.orders.review import approve_order, end_order
from services.billing.commands.subscriptions.lifecycle import move_subscription
from services.billing.models import ClientTotals, Domain, Invoice, Order, Product, ProductPrice, Subscription
from services.billing.rules import next_due
from tests.support.billing_rows import client_terms
from tests.support.outbox_helpers import events_of

TODAY = date(2027, 1, 31)
PLACES = st.integers(0, 9)


def machine_on(session, open_uow, product):
    """A machine on one database; each example has a client of its own, with a discount of its own."""

    class Orders(RuleBasedStateMachine):
        @initialize(discount=st.sampled_from(["0", "12.50", "100"]))
        def open(self, discount):
            self.client, self.free = uuid.uuid4(), discount == "100"
            self.terms = {str(self.client): client_terms(group_discount=discount)}
            self.orders, self.state, self.given_up, self.part_paid, self.settled = [], {}, set(), set(), set()

        @contextmanager
        def expected(self, *, refused: bool):
            try:
                yield
            except ServiceProblem as problem:
                assert refused and problem.code == "invalid-state"
            else:
                assert not refused

        @rule(domain=st.booleans(), cycle=st.sampled_from(["monthly", "one_time"]))
        def place(self, domain, cycle):
            item = {
                "product_id": product,
                "billing_cycle": cycle,
                "domain": f"d{uuid.uuid4().hex}.example" if domain else None,
            }
            order = place_order(
                open_uow,
                client_id=self.client,
                items=[item],
                today=TODAY,
                read_clients=lambda ids: self.terms,
                seller=None,
            )
            self.orders.append(order)
            self.state[order["id"]] = "active" if self.free else "pending"

        def pick(self, place):
            return self.orders[place % len(self.orders)] if self.orders else None

        @rule(place=PLACES)
        def approve(self, place):
            if order := self.pick(place):
                pending = self.state[order["id"]] == "pending"
                with self.expected(refused=not pending):
                    approve_order(open_uow, client_id=self.client, order_id=uuid.UUID(order["id"]), today=TODAY)
                if pending:
                    self.state[order["id"]] = "active"

        @rule(place=PLACES, status=st.sampled_from(["cancelled", "fraud"]))
        def end(self, place, status):
            if order := self.pick(place):
                refused = self.state[order["id"]] != "pending" or order["id"] in self.part_paid
                with self.expected(refused=refused):
                    end_order(open_uow, client_id=self.client, order_id=uuid.UUID(order["id"]), status=status)
                if not refused:
                    self.state[order["id"]] = status

        def owed(self, order) -> bool:
            return (
                not self.free and self.state[order["id"]] in ("pending", "active") and order["id"] not in self.settled
            )

        @rule(place=PLACES)
        def pay(self, place):
            order = self.pick(place)
            if order and self.owed(order):
                mark_invoice_paid(
                    open_uow, client_id=self.client, invoice_id=uuid.UUID(order["invoice_id"]), today=TODAY
                )
                self.settled.add(order["id"])
                self.state[order["id"]] = "active"

        @rule(place=PLACES)
        def pay_a_cent(self, place):
            order = self.pick(place)
            if order and self.owed(order):
                record_payment(
                    open_uow,
                    client_id=self.client,
                    invoice_id=uuid.UUID(order["invoice_id"]),
                    gateway="bank",
                    amount=Money(1, "EUR"),
                    date=TODAY,
                    reference=None,
                    today=TODAY,
                )
                self.part_paid.add(order["id"])

        @rule(place=PLACES)
        def give_up(self, place):
            order = self.pick(place)
            if order and self.state[order["id"]] in ("pending", "active") and order["id"] not in self.given_up:
                move_subscription(
                    open_uow,
                    action="cancel",
                    client_id=self.client,
                    reason="Not wanted",
                    today=TODAY,
                    subscription_id=uuid.UUID(order["items"][0]["service_id"]),
                )
                self.given_up.add(order["id"])

        @invariant()
        def everything_agrees(self):
            session.rollback()
            for order in getattr(self, "orders", []):
                self.agrees(order, self.state[order["id"]])
            if getattr(self, "orders", []):
                waiting = [one for one in self.orders if one["id"] not in self.given_up]
                active = sum(self.state[one["id"]] == "active" for one in waiting)
                last = events_of(session, self.client)[-1]["facts"]["totals"]
                kept = session.execute(
                    select(ClientTotals.active_services, ClientTotals.orders).where(
                        ClientTotals.client_id == self.client
                    )
                ).one()
                assert (last["active_services"], tuple(kept)) == (active, (active, len(self.orders)))
                session.rollback()

        def agrees(self, order, state):
            assert session.scalar(select(Order.status).where(Order.id == uuid.UUID(order["id"]))) == state
            (bought,) = order["items"]
            service = session.execute(
                select(Subscription.status, Subscription.next_due_date).where(
                    Subscription.id == uuid.UUID(bought["service_id"])
                )
            ).one()
            follows = {"pending": "pending", "active": "active"}.get(state, "cancelled")
            assert service.status == ("cancelled" if order["id"] in self.given_up else follows)
            if service.status == "active":
                assert service.next_due_date == next_due(TODAY, bought["billing_cycle"])
            if bought["domain_id"]:
                assert (
                    session.scalar(select(Domain.status).where(Domain.id == uuid.UUID(bought["domain_id"]))) == follows
                )
            invoice = session.scalar(select(Invoice.status).where(Invoice.id == uuid.UUID(order["invoice_id"])))
            paid = self.free or order["id"] in self.settled
            assert invoice == ("paid" if paid else "cancelled" if follows == "cancelled" else "unpaid")

    return Orders


def test_whatever_happens_an_order_and_what_it_brought_agree(session, open_uow):
    product = uuid.uuid4()
    session.execute(insert(Product).values(id=product, name="Managed WordPress", tax_rate=Decimal(20)))
    session.execute(
        insert(ProductPrice),
        [
            {"product_id": product, "billing_cycle": cycle, "currency": "EUR", "price_minor": 2400}
            for cycle in ("monthly", "one_time")
        ],
    )
    session.commit()
    few = settings(max_examples=12, stateful_step_count=18, deadline=None)
    run_state_machine_as_test(machine_on(session, open_uow, product), settings=few)
