"""A person who may act on many clients, clients to act on, and jobs that are worked off in the test itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from chassis.types.ids import new_id
from services.clients.commands.bulk.dry_run import dry_run, plan
from services.clients.commands.bulk.open import dry_run_undo, start_bulk_job, undo_bulk_job
from services.clients.commands.bulk.outcomes import Item
from services.clients.commands.bulk.work_off import bulk_step
from services.clients.models import BulkJob, BulkJobRow, ClientGroup, CustomField, Tag

NOW = datetime(2026, 11, 22, 16, 42, tzinfo=UTC)


def no_billing(_cause):
    """Acts that are the clients service's own ask nobody."""
    return None


@dataclass
class Bulk:
    """Bulk jobs of one person: started, worked off, looked at."""

    session: Session
    open_uow: Any
    tags: dict[str, str] = field(default_factory=dict)
    billing: Any = None

    def selection(self, ids) -> dict:
        return {"ids": [UUID(str(one)) for one in ids], "query": None}

    def dry_run(self, act: str, arguments: dict, ids) -> dict:
        """A dry run's answer."""
        given = {"act": act, "arguments": arguments, "selection": self.selection(ids), "expected": None, "now": NOW}
        answer = dry_run(self.session, self.billing, **given)["dry_run"]
        self.session.rollback()
        return answer

    def planned(self, act: str, arguments: dict, ids) -> dict[str, tuple]:
        """{client id: (result, code, reason)} of a dry run."""
        return outcomes_of(self.dry_run(act, arguments, ids))

    def planned_undo(self, job_id: str) -> dict[str, tuple]:
        """The same of a dry run of an undo."""
        answer = dry_run_undo(self.session, self.open_uow.caller, self.billing, UUID(job_id))
        return outcomes_of(answer["dry_run"])

    def planned_rows(self, act: str, arguments: dict, rows: list[tuple], *, undone: bool) -> dict[str, tuple]:
        """The same of rows (client id, what each undoes), whatever a start would say of the arguments by now."""
        items = [Item(UUID(client_id), undoes) for client_id, undoes in rows]
        outcomes = plan(self.session, self.billing, act, arguments, items, undone=undone)
        return {str(client_id): (one.result, one.code, one.reason) for client_id, one in outcomes.items()}

    def planned_undo_of(self, undo_id: str) -> dict[str, tuple]:
        """The same of the rows of an undo that has begun."""
        job = self.session.get(BulkJob, UUID(undo_id))
        wanted = select(BulkJobRow.client_id, BulkJobRow.undoes).where(BulkJobRow.job_id == job.id)
        rows = [(str(client_id), undoes) for client_id, undoes in self.session.execute(wanted)]
        return self.planned_rows(job.act, job.arguments, rows, undone=True)

    def start(self, act: str, arguments: dict, ids, **given) -> str:
        """The id of a job that has begun."""
        wanted = {
            "act": act,
            "arguments": arguments,
            "selection": self.selection(ids),
            "expected": None,
            "now": NOW,
            **given,
        }
        return start_bulk_job(self.open_uow, **wanted)["job"]["id"]

    def undo(self, job_id: str) -> str:
        """The id of the job that undoes another."""
        return undo_bulk_job(self.open_uow, job_id=UUID(job_id))["job"]["id"]

    def work(self) -> None:
        """Work off all jobs that run."""
        while bulk_step(self.session, lambda _cause: self.billing):
            pass

    def run(self, act: str, arguments: dict, ids) -> str:
        """The id of a job that is through."""
        job_id = self.start(act, arguments, ids)
        self.work()
        return job_id

    def results(self, job_id: str) -> dict[str, tuple]:
        """{client id: (result, code, reason)} of a job's rows."""
        self.session.rollback()
        wanted = select(BulkJobRow.client_id, BulkJobRow.status, BulkJobRow.code, BulkJobRow.reason)
        found = self.session.execute(wanted.where(BulkJobRow.job_id == UUID(job_id)))
        return {str(row.client_id): tuple(row[1:]) for row in found}


def outcomes_of(answer: dict) -> dict[str, tuple]:
    """{client id: (result, code, reason)} of a dry run's answer."""
    return {
        client_id: (one["result"], one["code"], one["reason"])
        for one in answer["reasons"]
        for client_id in one["client_ids"]
    }


@pytest.fixture
def bulk(session, open_uow_as, make_caller, account) -> Bulk:
    """Bulk jobs in the name of a super admin."""
    return Bulk(session, open_uow_as(make_caller(id=str(account.id), name=account.name)))


@pytest.fixture
def statements(session) -> Iterator[list[str]]:
    """The statements of this test's session from now on."""
    sent = []

    def listen(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", listen)
    yield sent
    event.remove(session.get_bind(), "before_cursor_execute", listen)


@pytest.fixture
def vip(session) -> str:
    """The id of a tag."""
    return _made(session, Tag, name="VIP", colour="#4263eb")


@pytest.fixture
def retail(session) -> str:
    """The id of a group."""
    return _made(session, ClientGroup, name="Retail", colour="#4263eb")


@pytest.fixture
def plan_field(session) -> str:
    """The id of a custom field that one value of three can be chosen for."""
    return _made(session, CustomField, label="Plan", type="select", options=["Gold", "Silver"])


def _made(session, model, **values) -> str:
    made = new_id()
    session.execute(insert(model).values(id=made, **values))
    session.commit()
    return str(made)
