"""Bulk jobs: what each act does, says, publishes, and how it is undone."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update

from chassis.errors import ServiceProblem
from chassis.types.ids import new_id
from services.clients.commands.bulk import work_off
from services.clients.commands.bulk.note_act import WITHDRAWN
from services.clients.commands.bulk.open import pause_bulk_job, resume_bulk_job
from services.clients.commands.bulk.setting_acts import TagAct
from services.clients.commands.bulk.work_off import bulk_step
from services.clients.commands.records.notes import unpin_note
from services.clients.models import BulkJob, Client, ClientTag, Contact, CustomFieldValue, Note, StaffAccount
from services.clients.queries.bulk_jobs import get_bulk_job, list_bulk_job_rows, list_bulk_jobs
from services.clients.tests.bulk.conftest import no_billing
from tests.support.outbox_helpers import events_of, refusal_of

CHANGED, UNDONE = ("changed", "", ""), ("refused", "changed-since", "It was changed since.")


@pytest.fixture
def three(make_client) -> list[str]:
    return [str(make_client("Ann", name)) for name in ("One", "Two", "Three")]


@pytest.fixture
def given(request, vip, retail, plan_field) -> tuple[str, dict]:
    """An act by its name, with arguments."""
    return {
        "add_tag": ("add_tag", {"tag_id": vip}),
        "set_group": ("set_group", {"group_id": retail}),
        "set_status": ("set_status", {"status": "suspended", "reason": "Abuse"}),
        "set_custom_field": ("set_custom_field", {"field_id": plan_field, "value": "Gold"}),
        "add_note": ("add_note", {"body": "Called", "sticky": True}),
    }[request.param]


EVENTS = {
    "add_tag": ("client.tags_changed.v1", {"old": [], "new": ["VIP"]}),
    "set_group": ("client.group_changed.v1", {"old": None, "new": "Retail"}),
    "set_status": ("client.status_changed.v1", {"old": "active", "new": "suspended"}),
    "set_custom_field": ("client.custom_fields_changed.v1", {"old": None, "new": "Gold"}),
    "add_note": ("note.added.v1", None),
}


@pytest.mark.parametrize("given", EVENTS, indirect=True)
def test_an_act_changes_each_client_with_one_event_whose_cause_is_the_job_and_is_undone(bulk, session, three, given):
    act, arguments = given
    before = state_of(session)
    assert bulk.planned(act, arguments, three) == dict.fromkeys(three, CHANGED)
    assert state_of(session) == before
    job_id = bulk.run(act, arguments, three)
    assert bulk.results(job_id) == dict.fromkeys(three, CHANGED) and state_of(session) != before
    for client_id in three:
        (event,) = events_of(session, client_id)
        kind, change = EVENTS[act]
        assert (event["type"], event["cause"], event["sequence"]) == (kind, job_id, 1)
        assert event["actor"] == {"kind": "staff", "id": bulk.open_uow.caller.id}
        if change is not None:
            values = event["personal"].get("changes.Plan", {}).get("value") or event["changes"][0]
            assert {name: values[name] for name in change} == change
    undo_id = bulk.undo(job_id)
    bulk.work()
    assert bulk.results(undo_id) == dict.fromkeys(three, CHANGED)
    after = state_of(session)
    if act == "add_note":
        assert after["notes"] == {(client, "Called", False) for client in three} | {
            (client, WITHDRAWN, False) for client in three
        }
        after["notes"] = before["notes"]
    assert after == before
    assert [event["cause"] for event in events_of(session, three[0])] == [job_id, undo_id]


def state_of(session) -> dict:
    """All that acts may change, of all clients."""
    session.rollback()
    pinned = Note.sticky & Note.unpinned_at.is_(None)
    return {
        "clients": set(session.execute(select(Client.id, Client.status, Client.group_id)).all()),
        "tags": set(session.execute(select(ClientTag.client_id, ClientTag.tag_id)).all()),
        "values": set(session.execute(select(CustomFieldValue.client_id, CustomFieldValue.value)).all()),
        "notes": {
            (str(client), body, sticky)
            for client, body, sticky in session.execute(select(Note.client_id, Note.body, pinned))
        },
    }


def test_what_is_so_already_is_unchanged_and_a_client_that_is_gone_is_refused(bulk, session, three, vip):
    has, gone, lacks = three
    bulk.run("add_tag", {"tag_id": vip}, [has])
    job_id = bulk.start("add_tag", {"tag_id": vip}, three)
    session.execute(delete(Contact).where(Contact.client_id == UUID(gone)))
    session.execute(delete(Client).where(Client.id == UUID(gone)))
    session.commit()
    bulk.work()
    assert bulk.results(job_id) == {
        has: ("unchanged", "", "It has this tag already."),
        gone: ("refused", "not-found", "There is no such client any more."),
        lacks: CHANGED,
    }
    shown = list_bulk_job_rows(session, UUID(job_id), None, limit=10)["data"]
    assert {row["client"]["id"]: row["client"]["name"] for row in shown} == {
        has: "Ann One",
        gone: None,
        lacks: "Ann Three",
    }
    assert get_bulk_job(session, UUID(job_id))["counts"] == {
        "waiting": 0,
        "sent": 0,
        "changed": 1,
        "unchanged": 1,
        "refused": 1,
        "failed": 0,
    }


def test_an_undo_leaves_what_changed_since_and_restores_only_what_the_job_has_changed(bulk, session, three, vip):
    had, changed, left = three
    bulk.run("add_tag", {"tag_id": vip}, [had])
    job_id = bulk.run("add_tag", {"tag_id": vip}, three)
    bulk.run("remove_tag", {"tag_id": vip}, [changed])
    expected = {changed: UNDONE, left: CHANGED}
    assert bulk.planned_undo(job_id) == expected
    undo_id = bulk.undo(job_id)
    bulk.work()
    assert bulk.results(undo_id) == expected
    assert state_of(session)["tags"] == {(UUID(had), UUID(vip))}
    for again in (job_id, undo_id):
        assert refusal_of(lambda again=again: bulk.undo(again)).code == "invalid-state"


def test_a_note_that_somebody_has_unpinned_since_is_left(bulk, session, open_uow, three):
    job_id = bulk.run("add_note", {"body": "Called", "sticky": True}, three[:2])
    note = session.execute(select(Note.client_id, Note.id).order_by(Note.client_id)).first()
    session.rollback()
    unpin_note(open_uow, client_id=note.client_id, note_id=note.id)
    undo_id = bulk.undo(job_id)
    bulk.work()
    assert sorted(bulk.results(undo_id).values()) == [CHANGED, UNDONE]
    assert bulk.results(undo_id)[str(note.client_id)] == UNDONE


def test_a_job_is_not_undone_after_thirty_days_and_what_that_would_need_is_forgotten(bulk, session, three, vip):
    job_id = bulk.run("add_tag", {"tag_id": vip}, three)
    session.execute(update(BulkJob).values(started_at=func.now() - timedelta(days=30, minutes=1)))
    session.commit()
    assert refusal_of(lambda: bulk.undo(job_id)).detail == "A job can be undone for 30 days."
    session.rollback()
    bulk.start("remove_tag", {"tag_id": vip}, three)
    kept = select(func.count()).select_from(work_off.rows).where(work_off.rows.c.kept.is_not(None))
    assert session.scalar(kept) == 0


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(work_off, "ROWS_A_BATCH", 2)


def test_a_job_pauses_between_two_batches_goes_on_and_can_be_undone_half_way(
    bulk, session, make_client, vip, small_batches
):
    ids = [str(make_client()) for _ in range(5)]
    job_id = bulk.start("add_tag", {"tag_id": vip}, ids)
    bulk_step(session, no_billing)
    assert pause_bulk_job(bulk.open_uow, job_id=UUID(job_id))["status"] == "paused"
    assert bulk_step(session, no_billing) is False
    assert refusal_of(lambda: pause_bulk_job(bulk.open_uow, job_id=UUID(job_id))).code == "invalid-state"
    assert resume_bulk_job(bulk.open_uow, job_id=UUID(job_id))["status"] == "running"
    assert refusal_of(lambda: bulk.undo(job_id)).code == "invalid-state"
    bulk_step(session, no_billing)
    pause_bulk_job(bulk.open_uow, job_id=UUID(job_id))
    undo_id = bulk.undo(job_id)
    bulk.work()
    left = ("refused", "stopped", "The job was undone before its turn.")
    assert bulk.results(job_id) == {**dict.fromkeys(ids[:4], CHANGED), ids[4]: left}
    assert bulk.results(undo_id) == dict.fromkeys(ids[:4], CHANGED) and not state_of(session)["tags"]
    assert get_bulk_job(session, UUID(job_id))["undone_by"] == undo_id
    system = [event["type"] for event in events_of(session, "system") if event["type"].startswith("bulk_job")]
    assert system == [f"bulk_job.{what}.v1" for what in ("started", "paused", "resumed", "paused", "started", "ended")]


def test_jobs_take_turns_by_their_batches(bulk, session, make_client, vip, small_batches):
    ids = [str(make_client()) for _ in range(6)]
    first, second = (bulk.start(act, {"tag_id": vip}, ids) for act in ("add_tag", "remove_tag"))
    bulk_step(session, no_billing)
    bulk_step(session, no_billing)
    done = [sum(result[0] != "waiting" for result in bulk.results(job).values()) for job in (first, second)]
    assert done == [2, 2]


def test_rows_whose_person_may_not_do_it_any_more_are_refused(bulk, session, make_client, account, vip, small_batches):
    ids = [str(make_client()) for _ in range(4)]
    job_id = bulk.start("add_tag", {"tag_id": vip}, ids)
    bulk_step(session, no_billing)
    session.execute(update(StaffAccount).where(StaffAccount.id == account.id).values(role="support"))
    session.commit()
    bulk.work()
    refused = ("refused", "forbidden", "Ada Staff may not do this any more.")
    assert bulk.results(job_id) == {**dict.fromkeys(ids[:2], CHANGED), **dict.fromkeys(ids[2:], refused)}


def test_a_job_may_no_more_than_the_token_that_it_was_started_with(
    bulk, session, open_uow_as, make_caller, account, three, vip
):
    narrow = make_caller(id=str(account.id), name=account.name, permissions=("clients.bulk",))
    bulk.open_uow = open_uow_as(narrow)
    job_id = bulk.run("add_tag", {"tag_id": vip}, three)
    assert {result[:2] for result in bulk.results(job_id).values()} == {("refused", "forbidden")}


def test_a_row_that_the_database_refuses_fails_alone(bulk, session, three, vip, monkeypatch):
    write = TagAct.write

    def fails_for_one(act, batch, outcomes):
        if UUID(three[1]) in outcomes:
            raise ValueError("spoilt")
        write(act, batch, outcomes)

    monkeypatch.setattr(TagAct, "write", fails_for_one)
    job_id = bulk.run("add_tag", {"tag_id": vip}, three)
    failed = ("failed", "internal", "It could not be changed; the log says why.")
    assert bulk.results(job_id) == {three[0]: CHANGED, three[1]: failed, three[2]: CHANGED}


@pytest.mark.parametrize(
    ("act", "arguments", "pointer"),
    [
        ("add_tag", {"tag_id": str(new_id())}, "/arguments/tag_id"),
        ("set_group", {"group_id": str(new_id())}, "/arguments/group_id"),
        ("set_custom_field", {"field_id": str(new_id()), "value": "Gold"}, "/arguments/value"),
    ],
)
def test_what_no_client_can_have_is_refused_at_once(bulk, session, three, act, arguments, pointer):
    for ask in (bulk.dry_run, bulk.start):
        problem = refusal_of(lambda ask=ask: ask(act, arguments, three))
        assert problem.errors[0]["pointer"] == pointer
        session.rollback()


def test_a_value_that_the_field_cannot_hold_is_refused_at_once(bulk, three, plan_field):
    problem = refusal_of(lambda: bulk.start("set_custom_field", {"field_id": plan_field, "value": "Tin"}, three))
    assert problem.errors == [
        {"pointer": "/arguments/value", "code": "validation", "message": "Choose one of: Gold, Silver."}
    ]


def test_a_selection_that_is_not_as_it_was_looked_at_starts_nothing(bulk, session, three, vip):
    problem = refusal_of(lambda: bulk.start("add_tag", {"tag_id": vip}, three, expected=2))
    assert (problem.code, problem.extra) == ("list-changed", {"rows": 3})
    session.rollback()
    assert list_bulk_jobs(session, limit=5)["data"] == []


def test_all_that_match_are_selected_whatever_page_they_are_on(bulk, session, make_client, vip):
    suspended = {str(make_client(status="suspended")) for _ in range(3)}
    make_client()
    query = {
        "ids": None,
        "query": {"q": None, "group": None, "status": None, "tag": None, "filter": "status = suspended"},
    }
    job_id = bulk.start("add_tag", {"tag_id": vip}, [], selection=query)
    bulk.work()
    assert bulk.results(job_id) == dict.fromkeys(suspended, CHANGED)
    none = {"ids": None, "query": {**query["query"], "q": "nobody is called so"}}
    assert refusal_of(lambda: bulk.start("add_tag", {"tag_id": vip}, [], selection=none)).code == "validation"


def test_staff_may_start_what_they_may_do_one_by_one(service, calls, make_caller, three, vip):
    def start(permissions):
        return calls.call(
            make_caller(permissions=permissions),
            "clients.start_bulk_job",
            act="add_tag",
            arguments={"tag_id": vip},
            ids=three,
            validate_only=True,
            seconds=5,
        )

    asked = ("clients.bulk", "clients.edit", "clients.view")
    assert start(asked)["dry_run"]["changed"] == 3
    for lacks in (asked[:i] + asked[i + 1 :] for i in range(len(asked))):
        with pytest.raises(ServiceProblem) as refused:
            start(lacks)
        assert refused.value.code == "forbidden"


def test_a_start_that_comes_twice_starts_one_job(service, calls, make_caller, account, session, three, vip):
    caller = make_caller(id=str(account.id), idempotency_key="double-click-double-click")
    started = [
        calls.call(
            caller,
            "clients.start_bulk_job",
            act="add_tag",
            arguments={"tag_id": vip},
            ids=three,
            seconds=5,
            writes=True,
        )
        for _ in range(2)
    ]
    assert started[0] == started[1]
    assert session.scalar(select(func.count()).select_from(BulkJob)) == 1
