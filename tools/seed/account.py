"""A client's billing account while its history is played through: totals that each event carries, and what comes
next."""

import heapq
from collections.abc import Callable
from decimal import Decimal

from chassis.types.money import minor_digits, round_minor
from tools.seed.client import Client
from tools.seed.copy_rows import Rows
from tools.seed.history import Actor, Change, History
from tools.seed.rng import Calendar, Draw
from tools.seed.shared_rows import SharedRows
from tools.seed.volumes import Numbers, Volumes

BILLING = Actor("system", "billing", "System")


class Account:
    """The stage of one client's billing: `later` puts a step into its future, `play` lets all steps happen in order.

    A step that would lie after last midnight never happens. `active`, `outstanding` and `credit` are the totals of the
    moment.
    """

    def __init__(
        self,
        client: Client,
        volumes: Volumes,
        history: History,
        *,
        draw: Draw,
        calendar: Calendar,
        shared: SharedRows,
        rows: Rows,
        numbers: Numbers,
        brief: bool,
    ):
        self.client, self.volumes, self.history, self.draw, self.calendar = client, volumes, history, draw, calendar
        self.shared, self.rows, self.numbers, self.brief = shared, rows, numbers, brief
        self.currency = client.country.currency
        self._scale, self._digits = 10 ** minor_digits(self.currency), minor_digits(self.currency)
        self.active = self.outstanding = self.credit = 0
        self.now, self._steps, self._count = client.joined_at, [], 0

    def later(self, moment: int, step: Callable, *arguments) -> None:
        """Let `step(*arguments)` happen at `moment`, though not before now."""
        if moment < 0:
            self._count += 1
            heapq.heappush(self._steps, (max(moment, self.now), self._count, step, arguments))

    def play(self) -> None:
        """Let everything happen that there is, in the order of its moments."""
        while self._steps:
            self.now, _, step, arguments = heapq.heappop(self._steps)
            step(*arguments)

    def record(
        self,
        type: str,
        entity: tuple[str, str],
        actor: Actor,
        facts: dict,
        *,
        changes: list[Change] | None = None,
        cause: str | None = None,
    ) -> str:
        """Record that something has just happened, with the totals as they are after it; returns the cause."""
        totals = {
            "active_services": self.active,
            "outstanding": self.money(self.outstanding),
            "credit_balance": self.money(self.credit),
        }
        facts = {**facts, "totals": totals}
        return self.history.record("billing", self.now, type, entity, actor, facts, changes=changes, cause=cause)

    def money(self, minor: int) -> dict:
        """An amount as events have it; the same as chassis.types.money's `to_wire`, in a tenth of its time."""
        sign, whole = ("-", -minor) if minor < 0 else ("", minor)
        units, rest = divmod(whole, self._scale)
        point = f".{rest:0{self._digits}d}" if self._digits else ""
        return {"amount": f"{sign}{units}{point}", "currency": self.currency}

    def discounted(self, minor: int) -> int:
        """A list price less the discount of the client's group, rounded half up."""
        return round_minor(Decimal(minor) * (100 - Decimal(self.client.discount)) / 100)

    def staff(self) -> Actor:
        """Some staff member."""
        return self.draw.choice(self.shared.staff)

    def somebody(self) -> Actor:
        """The client's owner, more often than a staff member."""
        return self.client.owner if self.draw.chance(70) else self.staff()

    def stamp(self) -> str:
        """Now, as a timestamp."""
        return self.calendar.stamp(self.now)
