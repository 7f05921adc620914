"""A client's tickets with their threads."""

from tools.seed import texts
from tools.seed.client import Client
from tools.seed.copy_rows import Rows
from tools.seed.history import Actor, Change, History
from tools.seed.rng import DAY, HOUR, Calendar, Draw
from tools.seed.shared_rows import SharedRows
from tools.seed.volumes import Numbers, Volumes

STATUSES = ("closed", "answered", "customer_reply", "open", "in_progress", "on_hold")
OLD, FRESH, BRIEF = (90, 5, 2, 1, 1, 1), (25, 25, 20, 15, 10, 5), (15, 12, 0, 70, 2, 1)


class Support:
    """Makes one client's tickets; `write` does it all."""

    def __init__(
        self,
        client: Client,
        history: History,
        *,
        draw: Draw,
        calendar: Calendar,
        shared: SharedRows,
        rows: Rows,
        brief: bool,
    ):
        self.client, self.history, self.draw, self.calendar = client, history, draw, calendar
        self.shared, self.rows, self.brief = shared, rows, brief

    def write(self, volumes: Volumes, numbers: Numbers) -> None:
        """The tickets of `volumes`, each with its thread and its events."""
        for day in volumes.tickets:
            _Ticket(self, numbers.next("ticket", day), day).write()


class _Ticket:
    def __init__(self, support: Support, number: int, day: int):
        self.support, self.draw, self.number = support, support.draw, number
        self.opened = max(self.draw.at(day), support.client.joined_at + HOUR // 60)
        self.id = self.draw.new_id(self.opened)
        self.department, self.subject, self.body = self.draw.choice(texts.TICKETS)
        self.final = self.draw.choices(STATUSES, BRIEF if support.brief else FRESH if day < 20 else OLD)[0]
        self.priority = self.draw.choices(("low", "medium", "high", "urgent"), (25, 55, 15, 5))[0]
        self.agent = None if self.final == "open" else self.draw.choice(support.shared.staff)
        self.requester = self.draw.choice(support.client.people)
        self.now, self.status = self.opened, "open"
        self.last: tuple[int, Actor] | None = None

    def write(self) -> None:
        first = self._reply(self.requester, self.body)
        self._record(
            "opened",
            self.requester,
            {"reply_id": first},
            {"subject": self.subject, "body": self.body},
        )
        for actor, body, internal in self._thread():
            if not self._go_on():
                break
            reply = self._reply(actor, body, internal)
            if not internal:
                self.last = (self.now, actor)
                self.status = "answered" if actor.kind == "staff" else "customer_reply"
            self._record("internal_note_added" if internal else "replied", actor, {"reply_id": reply}, {"body": body})
        if self.final not in (self.status, "answered", "customer_reply") and self.agent and self._go_on():
            before, self.status = self.status, self.final
            self._record("updated", self.agent, {}, {}, [Change("status", before, self.final)])
        self._row()

    def _thread(self) -> list[tuple[Actor, str, bool]]:
        """Who answers what, in turn."""
        draw, thread = self.draw, []
        if self.agent is None:
            return thread
        if draw.chance(5 if self.support.brief else 25):
            thread.append((self.agent, draw.choice(texts.INTERNAL_NOTES), True))
        if self.final in ("answered", "customer_reply") or (self.final == "closed" and not self.support.brief):
            thread.append((self.agent, draw.choice(texts.STAFF_REPLIES), False))
        more = not self.support.brief and draw.chance(45)
        if self.final == "customer_reply" or more:
            thread.append((self.requester, draw.choice(texts.CLIENT_REPLIES), False))
        if self.final == "answered" and more:
            thread.append((self.agent, draw.choice(texts.STAFF_REPLIES), False))
        return thread

    def _go_on(self) -> bool:
        """Some hours pass; False when that would be after last midnight."""
        later = self.now + HOUR // 4 + int(self.draw.random() ** 2 * DAY)
        self.now = later if later < 0 else self.now
        return later < 0

    def _reply(self, actor: Actor, body: str, internal: bool = False) -> str:
        reply = self.draw.new_id(self.now)
        self.support.rows.add(
            "support.replies", reply, self.id, *actor[:3], body, internal, self.support.calendar.stamp(self.now)
        )
        return reply

    def _record(
        self, what: str, actor: Actor, facts: dict, personal: dict, changes: list[Change] | None = None
    ) -> None:
        self.support.history.record(
            "support",
            self.now,
            f"ticket.{what}",
            ("ticket", self.id),
            actor,
            {
                "number": self.number,
                "status": self.status,
                "priority": self.priority,
                "department": self.department,
                "assigned_to_id": self.agent and self.agent.id,
                **facts,
            },
            personal=personal,
            changes=changes,
        )

    def _row(self) -> None:
        stamp, last, agent = self.support.calendar.stamp, self.last, self.agent
        self.support.rows.add(
            "support.tickets",
            self.id,
            self.support.client.id,
            self.number,
            self.subject,
            self.status,
            self.priority,
            self.support.shared.departments.get(self.department),
            agent and agent.id,
            agent and agent.name,
            stamp(self.opened),
            last and stamp(last[0]),
            last and last[1].kind,
            last and last[1].name,
        )
