"""Note act: the same note is written about each client. A note stays for good, so the undo corrects it by another one."""

from uuid import UUID

from sqlalchemy import func, insert, select, update

from chassis.permissions import Permission
from chassis.types.ids import new_id
from services.clients.commands.bulk.outcomes import changed
from services.clients.commands.bulk.setting_acts import SettingAct
from services.clients.events import NoteAdded
from services.clients.models import Client, Note

WITHDRAWN = "Withdrawn: this note was written by a bulk act that was undone."
NOW = func.clock_timestamp()


class NoteAct(SettingAct):
    """A note is added. The value is the note that stands, by its id: None before, and None where it was corrected since
    or, being sticky, unpinned or pinned."""

    permission = Permission.NOTES_CREATE
    argument = "body"

    def read(self, client_ids):
        return dict.fromkeys(self.session.scalars(select(Client.id).where(Client.id.in_(client_ids))))

    def refusal(self, value):
        return None

    def plan(self, items):
        items = list(items)
        if self.undone:
            self._standing = self._standing_of([item.undoes["after"] for item in items if item.undoes is not None])
        return super().plan(items)

    def _decide(self, item, now):
        if item.client_id not in now or (self.undone and item.undoes is None):
            return super()._decide(item, now)
        if not self.undone:
            return changed(None, str(new_id()))
        note_id = item.undoes["after"]
        return super()._decide(item, {item.client_id: note_id if note_id in self._standing else None})

    def _standing_of(self, note_ids: list[str]) -> set[str]:
        """Those of the notes that nobody has corrected, pinned or unpinned since."""
        later = Note.__table__.alias("later")
        corrected = select(later.c.id).where(later.c.supersedes == Note.id).exists()
        found = select(Note.id).where(
            Note.id.in_(map(UUID, note_ids)),
            ~corrected,
            Note.sticky == self.arguments["sticky"],
            Note.unpinned_at.is_(None),
        )
        return set(map(str, self.session.scalars(found)))

    def write(self, batch, outcomes):
        body, sticky = (WITHDRAWN, False) if self.undone else (self.arguments["body"], self.arguments["sticky"])
        author = {"author_id": UUID(batch.caller.id), "author_name": batch.caller.name}
        notes = [
            {
                "id": new_id() if self.undone else UUID(one.kept["after"]),
                "client_id": client_id,
                "supersedes": UUID(one.kept["before"]) if self.undone else None,
            }
            for client_id, one in outcomes.items()
        ]
        self.session.execute(insert(Note.__table__).values(body=body, sticky=sticky, created_at=NOW, **author), notes)
        if self.undone and self.arguments["sticky"]:
            corrected = [note["supersedes"] for note in notes]
            self.session.execute(update(Note.__table__).where(Note.id.in_(corrected)).values(unpinned_at=NOW))
        for note in notes:
            batch.publish(
                NoteAdded(
                    client_id=note["client_id"],
                    entity=("note", note["id"]),
                    personal={"body": body},
                    facts={"sticky": sticky, "supersedes": note["supersedes"] and str(note["supersedes"])},
                    changes=self._changes(body) if self.undone else [],
                )
            )

    def _changes(self, body: str) -> list[dict]:
        changes = [("body", self.arguments["body"], body), ("sticky", self.arguments["sticky"], False)]
        return [{"field": field, "old": old, "new": new} for field, old, new in changes if old != new]
