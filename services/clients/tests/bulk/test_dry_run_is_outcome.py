"""A dry run says what becomes of each client, row for row, whatever happens between the two and between two batches."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.types.ids import new_id
from services.clients.commands.bulk import work_off
from services.clients.commands.bulk.work_off import bulk_step
from services.clients.models import Client, ClientTag, CustomField, CustomFieldValue
from services.clients.tests.bulk.conftest import no_billing

CLIENTS = 6
PLACES = st.integers(0, CLIENTS - 1)
VALUES = st.sampled_from(["Gold", "Silver", None])
STATUSES = st.sampled_from(["active", "suspended", "inactive"])
ACTS = st.one_of(
    st.tuples(st.sampled_from(["add_tag", "remove_tag"]), st.just("tag")),
    st.tuples(st.just("set_group"), st.sampled_from(["group", None])),
    st.tuples(st.just("set_status"), STATUSES),
    st.tuples(st.just("set_custom_field"), VALUES),
    st.tuples(st.just("add_note"), st.booleans()),
)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("tag"), PLACES, st.booleans()),
        st.tuples(st.just("group"), PLACES, st.booleans()),
        st.tuples(st.just("status"), PLACES, STATUSES),
        st.tuples(st.just("value"), PLACES, VALUES),
        st.tuples(st.just("required"), st.just(None), st.booleans()),
    ),
    max_size=4,
)


@pytest.fixture
def world(bulk, session, make_client, vip, retail, plan_field, monkeypatch):
    monkeypatch.setattr(work_off, "ROWS_A_BATCH", 2)
    ids = [str(make_client("Ann", f"No {n}")) for n in range(CLIENTS)]
    return World(bulk, session, [*ids, str(new_id())], vip, retail, plan_field)


class World:
    """The clients, one of whom is gone, with the acts on them and the changes that others make."""

    def __init__(self, bulk, session, ids, tag, group, field):
        self.bulk, self.session, self.ids = bulk, session, ids
        self.tag, self.group, self.field = tag, group, field

    def act(self, name, value) -> tuple[str, dict]:
        arguments = {
            "set_group": {"group_id": self.group if value else None},
            "set_status": {"status": value, "reason": "Generated"},
            "set_custom_field": {"field_id": self.field, "value": value},
            "add_note": {"body": "Called", "sticky": value},
        }
        return name, arguments.get(name, {"tag_id": self.tag})

    def change(self, changes) -> set[str]:
        """Make these changes as others do; the clients that they are about, all where it is the field's definition."""
        for kind, place, value in changes:
            self._change(kind, None if place is None else UUID(self.ids[place]), value)
        self.session.commit()
        everybody = set(self.ids) if any(kind == "required" for kind, _, _ in changes) else set()
        return everybody | {self.ids[place] for _, place, _ in changes if place is not None}

    def _change(self, kind, client_id, value) -> None:
        execute = self.session.execute
        about = {"client_id": client_id}
        if kind == "tag":
            tag = {**about, "tag_id": UUID(self.tag)}
            execute(delete(ClientTag).filter_by(**tag))
            if value:
                execute(insert(ClientTag).values(**tag))
        elif kind == "value":
            named = {**about, "field_id": UUID(self.field)}
            execute(delete(CustomFieldValue).filter_by(**named))
            if value is not None:
                execute(upsert(CustomFieldValue).values(**named, value=value))
        elif kind == "required":
            execute(update(CustomField).values(required=value))
        else:
            given = {"status": value} if kind == "status" else {"group_id": UUID(self.group) if value else None}
            execute(update(Client.__table__).where(Client.id == client_id).values(**given))

    def work(self, job_id, plan, changes) -> set[str]:
        """Work the job off, with some of the changes before each batch; each row is as it was planned just before."""
        touched, changes = set(), list(changes)
        while True:
            touched |= self.change(changes[:1])
            del changes[:1]
            before = self.bulk.results(job_id)
            waiting = [one for one, result in before.items() if result[0] == "waiting"]
            planned = plan(waiting) if waiting else {}
            if not bulk_step(self.session, no_billing):
                return touched
            done = {one: result for one, result in self.bulk.results(job_id).items() if result != before[one]}
            assert done == {one: planned[one] for one in done}


@settings(suppress_health_check=list(HealthCheck))
@given(
    act=ACTS,
    chosen=st.sets(st.integers(0, CLIENTS), min_size=1),
    first=CHANGES,
    second=CHANGES,
    third=CHANGES,
)
def test_each_row_comes_to_what_was_planned_for_it(world, act, chosen, first, second, third):
    bulk, ids = world.bulk, [world.ids[place] for place in sorted(chosen)]
    world.change([("required", None, False)])
    name, arguments = world.act(*act)
    planned = bulk.planned(name, arguments, ids)
    job_id = bulk.start(name, arguments, ids)
    touched = world.change(first) | world.work(
        job_id, lambda waiting: _planned_for(world, name, arguments, waiting), second
    )
    results = bulk.results(job_id)
    assert {one: results[one] for one in ids if one not in touched} == {
        one: planned[one] for one in ids if one not in touched
    }
    if any(result[0] == "changed" for result in results.values()):
        expected = bulk.planned_undo(job_id)
        undo_id = bulk.undo(job_id)
        touched = world.change(third[:2]) | world.work(
            undo_id, lambda _waiting: bulk.planned_undo_of(undo_id), third[2:]
        )
        undone = bulk.results(undo_id)
        assert {one: undone[one] for one in undone if one not in touched} == {
            one: expected[one] for one in expected if one not in touched
        }


def _planned_for(world, name, arguments, waiting):
    """The plan of those rows as they are now, whatever the start would say of the arguments by now."""
    return world.bulk.planned_rows(name, arguments, [(one, None) for one in waiting], undone=False)
