"""A client as billing keeps it: account, orders, services, domains and, in invoices.py, what is owed and paid."""

from dataclasses import dataclass

from services.billing.rules import service_number
from tools.seed import texts
from tools.seed.account import BILLING, Account
from tools.seed.catalogue import CYCLES, NAME_SERVERS, PRODUCTS, REGISTRARS, price
from tools.seed.history import Actor, Change
from tools.seed.invoices import Invoices
from tools.seed.orders import Order
from tools.seed.people import ADJECTIVES, NOUNS
from tools.seed.rng import DAY, days_ago

ENDED = ("cancelled", "terminated")


@dataclass
class Service:
    """A subscription on its way; `ending` is what it becomes once it has been active."""

    id: str
    number: int
    product: str
    cycle: str
    list_price: int
    price: int
    created: int
    ending: str
    domain: str | None = None
    status: str = "pending"
    next_due: int | None = None
    reason: str | None = None


@dataclass
class Domain:
    """A domain on its way; days are counted back from today, so its expiry is mostly below zero."""

    id: str
    name: str
    status: str
    registered: int
    expires: int
    registrar: str
    auto_renew: bool
    added: int = 0


class Billing:
    """Plays one client's billing through; `write` does it all."""

    def __init__(self, account: Account):
        self.account, self.draw, self.client = account, account.draw, account.client
        self.invoices = Invoices(account)
        self.services: list[Service] = []
        self.domains: list[Domain] = []
        self.orders: list[Order] = []

    def write(self) -> None:
        """Everything of the client that billing owns, with its events."""
        account, client = self.account, self.client
        account.now = client.joined_at + 900
        account.rows.add("billing.billing_accounts", client.id, account.currency, account.stamp())
        account.record(
            "billing_account.opened",
            ("billing_account", client.id),
            BILLING,
            {"currency": account.currency},
            cause=client.cause,
        )
        account.now += 60_000
        for _ in range(self.draw.choices((0, 1, 2, 3, 4), (32, 46, 14, 5, 3))[0]):
            self._plan_domain()
        for place, day in enumerate(account.volumes.services):
            step = self._order if place in account.volumes.ordered else self._add
            account.later(self.draw.at(day), step, day)
        self.invoices.plan()
        account.play()
        self.invoices.write()
        self._write_rows()

    def _facts(self, service: Service) -> dict:
        due = None if service.next_due is None else self.account.calendar.day(service.next_due)
        return {
            "number": service_number(service.number),
            "product_id": self.account.shared.products[service.product],
            "product": service.product,
            "domain": service.domain,
            "billing_cycle": service.cycle,
            "price": self.account.money(service.price),
            "status": service.status,
            "next_due_date": due,
        }

    def record(
        self,
        what: str,
        service: Service,
        by: Actor,
        extra: dict | None = None,
        *,
        before: str | None = None,
        cause: str | None = None,
    ) -> str:
        """Record what has become of a service that was `before`."""
        changes = [Change("status", before, service.status)] if before else None
        facts = {**self._facts(service), **(extra or {})}
        return self.account.record(
            f"subscription.{what}", ("subscription", service.id), by, facts, changes=changes, cause=cause
        )

    def _new(self, day: int) -> Service:
        name, euro, _, kind = self.draw.weighted(PRODUCTS, 2)
        cycle = self.draw.weighted(CYCLES, 3)[0]
        listed = price(euro, cycle, self.account.currency)
        server = f"vps-{self.draw.randint(2, 99)}.{self.client.domain}"
        service = Service(
            self.draw.new_id(self.account.now),
            self.account.numbers.next("service", day),
            name,
            cycle,
            listed,
            self.account.discounted(listed),
            self.account.now,
            self._ending(),
            {"domain": self.client.domain, "vps": server, "": None}[kind],
        )
        self.services.append(service)
        return service

    def _ending(self) -> str:
        weights = {"active": (90, 4, 4, 2), "suspended": (25, 70, 3, 2), "inactive": (0, 0, 70, 30)}[self.client.status]
        return self.draw.choices(("active", "suspended", *ENDED), weights)[0]

    def _add(self, day: int) -> None:
        """Staff adds a service; now and then one that still waits. In brief it runs from its first day."""
        by = self.account.staff()
        service = self._new(day)
        waits = self.client.status != "inactive" and self.draw.chance(3)
        if self.account.brief and not waits:
            self._start(service)
            self.record("created", service, by)
        else:
            cause = self.record("created", service, by)
            if not waits:
                self.activate(service, by, cause)

    def activate(self, service: Service, by: Actor, cause: str | None) -> None:
        """What waited runs."""
        self._start(service)
        self.record("activated", service, by, before="pending", cause=cause)

    def _start(self, service: Service) -> None:
        """It is active, and will be until its ending."""
        service.status = "active"
        self.account.active += 1
        period = next(days for name, days, *_ in CYCLES if name == service.cycle)
        service.next_due = -self.draw.randint(1, period)
        if service.ending != "active":
            self.account.later(
                int(self.account.now * self.draw.random()) - 1,
                self._suspend if service.ending != "cancelled" else self._end,
                service,
            )

    def _suspend(self, service: Service) -> None:
        service.status, service.reason = "suspended", self.draw.choice(texts.SUSPEND_REASONS)
        self.account.active -= 1
        self.record(
            "suspended", service, self.account.staff(), {"reason": service.reason, "batch_id": None}, before="active"
        )
        if service.ending == "terminated":
            self.account.later(int(self.account.now * self.draw.random()) - 1, self._end, service)

    def _end(self, service: Service) -> None:
        before, service.status = service.status, service.ending
        service.next_due = service.reason = None
        self.account.active -= before == "active"
        self.record(service.ending, service, self.account.staff(), {"reason": "Ended by the client"}, before=before)

    def _order(self, day: int) -> None:
        """An order of one item: its invoice, its service and, where there is one to be had, its domain, at once."""
        account, by = self.account, self.account.somebody()
        service = self._new(day)
        domain = self._domain_for(service)
        fate = self.draw.choices(("active", "pending", "cancelled", "fraud"), (88, 7, 3, 2))[0]
        order = Order(self, service, domain, account.numbers.next("order", day), self.draw.new_id(account.now), by)
        order.invoice = self.invoices.for_order(
            f"{service.product}, {service.cycle}, {service_number(service.number)}",
            service.price,
            "paid" if fate == "active" else "open",
            order.approve,
        )
        cause = order.record("placed", by)
        self.record("created", service, by, cause=cause)
        if domain:
            self._add_domain(domain, by, cause)
        self.invoices.publish(order.invoice, day, by, cause)
        if fate in ("cancelled", "fraud"):
            account.later(account.now + int(self.draw.random() * DAY), order.refuse, fate)
        self.orders.append(order)

    def _plan_domain(self) -> None:
        draw = self.draw
        status = draw.choices(
            ("active", "expired", "redemption", "pending_transfer", "transferred_away", "cancelled"),
            (86, 4, 2, 2, 3, 3),
        )[0]
        expires = draw.randint(5, 60) if status in ("expired", "redemption") else -draw.randint(1, 365)
        name = f"{draw.choice(ADJECTIVES)}-{draw.choice(NOUNS)}{self.account.volumes.index}.example".lower()
        name = name if self.domains else self.client.domain
        domain = Domain(
            draw.new_id(self.client.joined_at),
            name,
            status,
            expires + 365 * draw.randint(1, 9),
            expires,
            draw.choice(REGISTRARS),
            draw.chance(70),
        )
        self.domains.append(domain)
        self.account.later(int(self.client.joined_at * draw.random()) - 1, self._add_alone, domain)

    def _add_alone(self, domain: Domain) -> None:
        """Staff adds it, unless an order has brought it meanwhile."""
        if domain.added:
            return
        ending, domain.status = domain.status, "pending_transfer" if domain.status == "pending_transfer" else "active"
        by = self.account.staff()
        self._add_domain(domain, by, None)
        if ending != domain.status:
            self.account.later(
                int(self.account.now * self.draw.random()) - 1, self.set_domain, domain, ending, by, None
            )

    def _domain_for(self, service: Service) -> Domain | None:
        """The next domain that was not added yet, for a service that has one."""
        found = next((one for one in self.domains if not one.added and one.status == "active"), None)
        if found is None or service.domain != self.client.domain:
            return None
        service.domain, found.status = found.name, "pending"
        found.registered, found.expires = days_ago(self.account.now), days_ago(self.account.now) - 365
        while found.expires > 0:
            found.expires -= 365
        return found

    def _add_domain(self, domain: Domain, by: Actor, cause: str | None) -> None:
        domain.added = self.account.now
        day = self.account.calendar.day
        self.account.record(
            "domain.added",
            ("domain", domain.id),
            by,
            {
                "name": domain.name,
                "status": domain.status,
                "registrar": domain.registrar,
                "auto_renew": domain.auto_renew,
                "registered_on": day(domain.registered),
                "expires_on": day(domain.expires),
                "nameservers": NAME_SERVERS,
            },
            cause=cause,
        )

    def set_domain(self, domain: Domain, status: str, by: Actor, cause: str | None) -> None:
        """Move a domain to another state."""
        before, domain.status = domain.status, status
        self.account.record(
            "domain.status_changed",
            ("domain", domain.id),
            by,
            {"name": domain.name, "status": status},
            changes=[Change("status", before, status)],
            cause=cause,
        )

    def _write_rows(self) -> None:
        account, client, stamp, day = self.account, self.client, self.account.calendar.stamp, self.account.calendar.day
        for one in self.services:
            account.rows.add(
                "billing.subscriptions",
                one.id,
                one.number,
                client.id,
                account.shared.products[one.product],
                one.product,
                one.domain,
                one.cycle,
                account.currency,
                one.price,
                one.status,
                None if one.next_due is None else day(one.next_due),
                one.reason,
                stamp(one.created),
            )
        added = [one for one in self.domains if one.added]
        for one in added:
            account.rows.add(
                "billing.domains",
                one.id,
                client.id,
                one.name,
                one.status,
                day(one.registered),
                day(one.expires),
                one.registrar,
                one.auto_renew,
                "{" + ",".join(NAME_SERVERS) + "}",
                stamp(one.added),
            )
        for order in self.orders:
            order.write()
        self._write_totals(len(added))

    def _write_totals(self, domains: int) -> None:
        account, states = self.account, [one.status for one in self.services]
        issued = [one for one in self.invoices.all if one.created]
        owed = [one for one in issued if one.status in ("unpaid", "overdue")]
        oldest = max((one.due_day for one in owed), default=None)
        running = [one for one in self.services if one.status in ("active", "suspended") and one.next_due is not None]
        next_due = max((one.next_due for one in running), default=None)
        account.rows.add(
            "billing.client_totals",
            self.client.id,
            account.currency,
            len(states),
            states.count("active"),
            states.count("suspended"),
            states.count("pending"),
            len(issued),
            len(self.orders),
            domains,
            account.outstanding,
            sum(one.due for one in owed if one.status == "overdue"),
            None if oldest is None else account.calendar.day(oldest),
            account.credit,
            None if next_due is None else account.calendar.day(next_due),
        )
