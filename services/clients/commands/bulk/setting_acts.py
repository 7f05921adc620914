"""Setting acts: those that give one value to each client, and whose undo gives back the one before.

An act is made inside the transaction that it works in; it reads the present values of many clients at once, decides for
each (`plan`, by what it has read alone), and writes what changed with an event for each client.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from chassis.events.batch_of_work import BatchOfWork
from chassis.permissions import Permission
from chassis.types.text import COLLATION
from services.clients.commands.bulk.outcomes import FORGOTTEN, GONE, Item, Outcome, changed, refused, same
from services.clients.commands.identity.revoke_contact_access import end_sessions
from services.clients.events import ClientGroupChanged, ClientStatusChanged, ClientTagsChanged
from services.clients.models import Client, ClientGroup, ClientTag, Contact, PortalSession, Tag

REGROUP = text("""
    UPDATE clients SET group_id = given.group_id, version = version + 1
    FROM jsonb_to_recordset(:given) AS given (id uuid, group_id uuid) WHERE clients.id = given.id
    RETURNING clients.id, clients.version
""").bindparams(bindparam("given", type_=JSONB))


class SettingAct(ABC):
    """The base of the acts that set a value; `undone` where a job of theirs is undone."""

    permission: ClassVar[Permission] = Permission.CLIENTS_EDIT
    argument: ClassVar[str]
    unchanged: ClassVar[str]

    def __init__(self, session: Session, arguments: Mapping[str, Any], *, undone: bool):
        self.session, self.arguments, self.undone = session, arguments, undone

    @property
    def wanted(self) -> Any:
        """The value that the act gives, as JSON."""
        return self.arguments[self.argument]

    @abstractmethod
    def read(self, client_ids: list[UUID]) -> dict[UUID, Any]:
        """{client id: its value now, as JSON} of those clients that exist."""

    @abstractmethod
    def refusal(self, value: Any) -> str | None:
        """Why no client can have `value`; None where one can."""

    @abstractmethod
    def write(self, batch: BatchOfWork, outcomes: Mapping[UUID, Outcome]) -> None:
        """Write what changed, and publish it; the batch holds the streams of these clients."""

    def plan(self, items: Iterable[Item]) -> dict[UUID, Outcome]:
        """What the act comes to for each client, as it is now."""
        items = list(items)
        now = self.read([item.client_id for item in items])
        return {item.client_id: self._decide(item, now) for item in items}

    def _decide(self, item: Item, now: Mapping[UUID, Any]) -> Outcome:
        if item.client_id not in now:
            return GONE
        if self.undone and item.undoes is None:
            return FORGOTTEN
        value = now[item.client_id]
        if item.undoes is not None and not same(value, item.undoes["after"]):
            return refused("changed-since", "It was changed since.")
        wanted = self.wanted if item.undoes is None else item.undoes["before"]
        if (why := self.refusal(wanted)) is not None:
            return refused("invalid-state", why)
        if same(value, wanted):
            return Outcome("unchanged", "", self.unchanged)
        return changed(value, wanted)


class TagAct(SettingAct):
    """A tag is added, or with `gives` False taken away. The value is whether the client has it."""

    argument = "tag_id"
    gives: ClassVar[bool] = True
    unchanged = "It has this tag already."

    def __init__(self, session, arguments, *, undone):
        super().__init__(session, arguments, undone=undone)
        self.tag_id = UUID(arguments["tag_id"])
        self._there = session.scalar(select(Tag.id).where(Tag.id == self.tag_id)) is not None

    @property
    def wanted(self) -> bool:
        return self.gives

    def read(self, client_ids):
        has = ClientTag.__table__.alias("has")
        found = select(Client.id, has.c.tag_id.is_not(None)).outerjoin(
            has, (has.c.client_id == Client.id) & (has.c.tag_id == self.tag_id)
        )
        return dict(self.session.execute(found.where(Client.id.in_(client_ids))).all())

    def refusal(self, value):
        return None if self._there else "There is no such tag."

    def write(self, batch, outcomes):
        before = self._names(outcomes)
        given = [{"client_id": id, "tag_id": self.tag_id} for id, one in outcomes.items() if one.kept["after"]]
        taken = [id for id, one in outcomes.items() if not one.kept["after"]]
        if given:
            self.session.execute(insert(ClientTag.__table__), given)
        self.session.execute(delete(ClientTag).where(ClientTag.tag_id == self.tag_id, ClientTag.client_id.in_(taken)))
        after = self._names(outcomes)
        for client_id in outcomes:
            names = [[name for _, name in some[client_id]] for some in (before, after)]
            batch.publish(
                ClientTagsChanged(
                    client_id=client_id,
                    entity=("client", client_id),
                    facts={"tags": [str(tag_id) for tag_id, _ in after[client_id]]},
                    changes=[{"field": "tags", "old": names[0], "new": names[1]}],
                )
            )

    def _names(self, client_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
        """{client id: (id, name) of all its tags, by name}."""
        found: dict[UUID, list] = {client_id: [] for client_id in client_ids}
        of_clients = select(ClientTag.client_id, Tag.id, Tag.name).join(Tag).where(ClientTag.client_id.in_(list(found)))
        for client_id, *tag in self.session.execute(of_clients.order_by(Tag.name.collate(COLLATION), Tag.id)):
            found[client_id].append(tuple(tag))
        return found


class UntagAct(TagAct):
    """A tag is taken away."""

    gives = False
    unchanged = "It does not have this tag."


class GroupAct(SettingAct):
    """Clients come into a group, or with `group_id` None into none."""

    argument = "group_id"
    unchanged = "It is in this group already."

    def __init__(self, session, arguments, *, undone):
        super().__init__(session, arguments, undone=undone)
        self._groups = {str(row.id): row.name for row in session.execute(select(ClientGroup.id, ClientGroup.name))}

    def read(self, client_ids):
        found = self.session.execute(select(Client.id, Client.group_id).where(Client.id.in_(client_ids)))
        return {row.id: row.group_id and str(row.group_id) for row in found}

    def refusal(self, value):
        return None if value is None or value in self._groups else "There is no such group."

    def write(self, batch, outcomes):
        given = [{"id": str(id), "group_id": one.kept["after"]} for id, one in outcomes.items()]
        versions = dict(self.session.execute(REGROUP, {"given": given}).all())
        for client_id, one in outcomes.items():
            before, after = one.kept["before"], one.kept["after"]
            batch.publish(
                ClientGroupChanged(
                    client_id=client_id,
                    entity=("client", client_id),
                    facts={"group_id": after, "previous_group_id": before, "version": versions[client_id]},
                    changes=[{"field": "group", "old": self._groups.get(before), "new": self._groups.get(after)}],
                )
            )


class StatusAct(SettingAct):
    """Clients get a status, for the reason given; their services stay as they are."""

    argument = "status"
    unchanged = "It has this status already."

    def read(self, client_ids):
        return dict(self.session.execute(select(Client.id, Client.status).where(Client.id.in_(client_ids))).all())

    def refusal(self, value):
        return None

    def write(self, batch, outcomes):
        for status in sorted({one.kept["after"] for one in outcomes.values()}):
            ids = [client_id for client_id, one in outcomes.items() if one.kept["after"] == status]
            self.session.execute(update(Client.__table__).where(Client.id.in_(ids)).values(status=status))
            if status != "active":
                contacts = select(Contact.id).where(Contact.client_id.in_(ids))
                end_sessions(self.session, PortalSession.contact_id.in_(contacts), cause=f"client-{status}")
        reason = f"Undone: {self.arguments['reason']}" if self.undone else self.arguments["reason"]
        for client_id, one in outcomes.items():
            before, after = one.kept["before"], one.kept["after"]
            batch.publish(
                ClientStatusChanged(
                    client_id=client_id,
                    entity=("client", client_id),
                    changes=[{"field": "status", "old": before, "new": after}],
                    facts={"status": after, "reason": reason},
                )
            )
