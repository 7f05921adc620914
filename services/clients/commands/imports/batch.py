"""A batch of an import: rows that were read become clients with their events, in one transaction and few statements."""

from dataclasses import dataclass

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import bindparam

from chassis.context import Caller
from chassis.events.unit_of_work import publish_first
from services.clients.commands.records.clients import (
    NewClient,
    add_clients,
    created_by_of,
    facts_of,
    find_duplicates,
    personal_of,
)
from services.clients.events import ClientImported
from services.clients.import_rows import ReadClient, RowFault, by_field
from services.clients.models import Client, ClientImportRow
from services.clients.rules import email_key, shown_name

MARK = text("""
    UPDATE client_import_rows AS row
    SET status = done.status, external_id = done.external_id, client_id = done.client_id, fault = done.fault,
        warnings = done.warnings, values = CASE WHEN done.status = 'failed' THEN row.values END
    FROM jsonb_to_recordset(:done)
      AS done(line integer, status text, external_id text, client_id uuid, fault jsonb, warnings jsonb)
    WHERE row.import_id = :import_id AND row.line = done.line
""").bindparams(bindparam("done", type_=JSONB))


@dataclass(frozen=True)
class ReadRow:
    """A row by its line, with its cells, and the client that was read from them, or why there is none."""

    line: int
    values: dict[str, str]
    read: ReadClient | RowFault


class Batch:
    """Adds rows of the import `run` in the name of `caller`."""

    def __init__(self, session: Session, run: Row, caller: Caller):
        self.session, self.run, self.caller = session, run, caller
        self.new: list[NewClient] = []
        self.done: list[dict] = []

    def add(self, rows: list[ReadRow]) -> None:
        """Import the rows that are still staged, mark them all, and commit."""
        staged = self._claim(rows)
        rows = [row for row in rows if row.line in staged]
        clients = [row.read for row in rows if isinstance(row.read, ReadClient)]
        self.known, self.owners = self._known(clients), self._owners(clients)
        for row in rows:
            self.done.append({"line": row.line, **self._outcome(row)})
        if self.new:
            add_clients(self.session, self.new)
            publish_first(self.session, "clients", self.caller, map(self._event, self.new))
        if self.done:
            self.session.execute(MARK, {"import_id": self.run.id, "done": self.done})
        self.session.commit()

    def _claim(self, rows: list[ReadRow]) -> set[int]:
        """Lock the rows; the lines of those that nobody has worked off meanwhile."""
        return set(
            self.session.scalars(
                select(ClientImportRow.line)
                .where(
                    ClientImportRow.import_id == self.run.id,
                    ClientImportRow.line.in_([row.line for row in rows]),
                    ClientImportRow.status == "staged",
                )
                .with_for_update()
            )
        )

    def _known(self, clients: list[ReadClient]) -> dict[str, bytes]:
        """{external id: hash} of what was imported before."""
        ids = {client.external_id for client in clients if client.external_id}
        found = self.session.execute(
            select(Client.external_id, Client.imported_hash).where(
                Client.source == self.run.source, Client.external_id.in_(ids)
            )
        )
        return {row.external_id: bytes(row.imported_hash) for row in found}

    def _owners(self, clients: list[ReadClient]) -> dict[str, str]:
        """{email key: name of the client that has it}, of emails that must not be there twice."""
        if self.run.allow_duplicate_email or not clients:
            return {}
        keys = [email_key(client.profile["email"]) for client in clients]
        return {key: other["name"] for key, other in find_duplicates(self.session, keys).items()}

    def _outcome(self, row: ReadRow) -> dict:
        """What becomes of a row, as it is marked; a new client is kept for later."""
        client = row.read
        try:
            if isinstance(client, RowFault):
                raise client
            if self._is_known(client):
                return {"status": "unchanged", "external_id": client.external_id, "warnings": []}
            new = self._new(client)
        except RowFault as fault:
            return self._failed(row, fault)
        return {
            "status": "imported",
            "external_id": client.external_id,
            "client_id": str(new.id),
            "warnings": client.warnings,
        }

    def _is_known(self, client: ReadClient) -> bool:
        """Whether this row was imported before, as it is now. Raises RowFault `changed` when it was another."""
        known = self.known.get(client.external_id) if client.external_id else None
        if known is not None and known != client.content:
            raise RowFault("external_id", "changed", "It differs from what was imported before.")
        return known is not None

    def _new(self, client: ReadClient) -> NewClient:
        """The client to be; later rows of the batch see its external id and its email."""
        key, profile = email_key(client.profile["email"]), client.profile
        if not self.run.allow_duplicate_email:
            if key in self.owners:
                raise RowFault("email", "duplicate", f"{self.owners[key]} has this email.")
            self.owners[key] = shown_name(profile["company"], profile["first_name"], profile["last_name"])
        named = client.external_id is not None
        if named:
            self.known[client.external_id] = client.content
        new = NewClient(
            profile,
            client.currency,
            client.status,
            created_by=created_by_of(self.caller),
            source=self.run.source if named else None,
            external_id=client.external_id,
            imported_hash=client.content if named else None,
        )
        self.new.append(new)
        return new

    def _failed(self, row: ReadRow, fault: RowFault) -> dict:
        column = next((name for name, field in self.run.mapping.items() if field == fault.column), fault.column)
        wanted = (column or "").strip().lower()
        value = next((cell for name, cell in row.values.items() if name.strip().lower() == wanted), None)
        return {
            "status": "failed",
            "external_id": (by_field(row.values, self.run.mapping).get("external_id") or "").strip()[:255] or None,
            "fault": {"column": column, "value": value, "code": fault.code, "reason": fault.reason},
            "warnings": [],
        }

    def _event(self, new: NewClient) -> ClientImported:
        origin = {"import_id": str(self.run.id), "source": self.run.source, "external_id": new.external_id}
        return ClientImported(
            client_id=new.id, entity=("client", new.id), personal=personal_of(new), facts={**facts_of(new), **origin}
        )
