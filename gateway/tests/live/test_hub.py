"""The hub: who is told of an event, who is let in, what is made up for, and what ends."""

from types import SimpleNamespace

import pytest

from chassis.errors import ServiceProblem
from gateway.live import presence
from gateway.live.hub import OF_ALL, OF_ONE_PERSON, Hub
from gateway.live.notices import MOST_KEPT, milliseconds
from gateway.live.presence import Colleague
from gateway.live.watch import Watch

HERE, THERE = "0192f0c1-0000-7000-8000-000000000001", "0192f0c1-0000-7000-8000-000000000002"


class Recorder(Watch):
    """A watch that keeps what it is told."""

    def __init__(self, person: str = "p", **what):
        super().__init__(person, **what)
        self.notices, self.states, self.colleagues = [], [], []

    def notify(self, notice):
        self.notices.append((notice.client, notice.what))

    def signal(self, state):
        self.states.append(state)

    def show(self, colleagues):
        self.colleagues.append([one.name for one in colleagues])


def event(kind: str = "invoice.paid.v1", client: str | None = HERE, entity: str | None = "e") -> dict:
    return {
        "id": "0192f0c1-0000-7000-8000-00000000000e",
        "type": kind,
        "time": "2026-11-22T16:42:00.000Z",
        "subject": client,
        "facts": {"entity": {"type": "invoice", "id": entity}},
        "actor": {"kind": "staff", "id": "staff-1"},
        "personal": {"actor_name": {"salt": "00", "value": "Ada"}},
    }


@pytest.fixture
def hub() -> Hub:
    fed = Hub("this")
    fed.feed()
    return fed


def joined(hub: Hub, watch: Recorder, since: int | None = None, colleague: Colleague | None = None) -> Recorder:
    hub.join(watch, since, colleague)
    return watch


def test_an_event_is_told_to_those_who_show_its_client_and_to_nobody_else(hub):
    in_list, record = joined(hub, Recorder(rows=frozenset({HERE}))), joined(hub, Recorder(record=HERE))
    elsewhere = [joined(hub, Recorder(rows=frozenset({THERE}))), joined(hub, Recorder(record=THERE))]
    hub.receive(event())
    assert in_list.notices == record.notices == [(HERE, "invoice.paid")]
    assert [one.notices for one in elsewhere] == [[], []]


def test_a_new_client_is_told_to_every_list_and_a_renamed_tag_too(hub):
    in_list, record = joined(hub, Recorder(rows=frozenset({HERE}))), joined(hub, Recorder(record=HERE))
    hub.receive(event("client.created.v1", THERE))
    hub.receive(event("tag.updated.v1", None))
    assert in_list.notices == [(THERE, "client.created"), (None, "tag.updated")]
    assert record.notices == []


def test_what_a_page_missed_is_told_when_it_comes_back(hub):
    before = milliseconds()
    hub.receive(event())
    assert joined(hub, Recorder(record=HERE), since=before).notices == [(HERE, "invoice.paid")]
    assert joined(hub, Recorder(record=THERE), since=before).notices == []


def test_who_was_away_longer_than_the_hub_remembers_reads_anew(hub):
    before = milliseconds()
    assert joined(hub, Recorder(record=HERE), since=before - 60_000).states == ["live", "reset"]
    for _ in range(MOST_KEPT + 1):
        hub.receive(event())
    assert "reset" in joined(hub, Recorder(record=HERE), since=before).states


def test_who_left_is_told_nothing_more_and_leaves_nothing_behind(hub):
    watch = joined(hub, Recorder(record=HERE))
    hub.leave(watch)
    hub.leave(watch)
    hub.receive(event())
    assert watch.notices == [] and len(hub) == 0
    assert hub._of_client == {} and hub._of_person == {}


def test_one_person_has_so_many_pages_and_the_process_so_many_in_all(hub):
    for _ in range(OF_ONE_PERSON):
        joined(hub, Recorder("one", record=HERE))
    with pytest.raises(ServiceProblem) as refused:
        joined(hub, Recorder("one", record=HERE))
    assert (refused.value.status, refused.value.extra["retry_after"]) == (429, 60)
    for number in range(OF_ALL - OF_ONE_PERSON):
        joined(hub, Recorder(f"person {number}", record=HERE))
    with pytest.raises(ServiceProblem) as full:
        joined(hub, Recorder("another", record=HERE))
    assert full.value.status == 503


def test_nobody_is_let_in_while_no_events_arrive():
    with pytest.raises(ServiceProblem) as refused:
        joined(Hub("this"), Recorder(record=HERE))
    assert refused.value.status == 503


def test_when_the_broker_goes_all_are_told_and_when_it_is_back_all_come_again_and_read_anew(hub):
    watch, before = joined(hub, Recorder(record=HERE)), milliseconds()
    hub.starve()
    assert watch.states == ["live", "away"] and not watch.ended
    hub.feed()
    assert watch.ended
    assert joined(hub, Recorder(record=HERE), since=before - 1).states == ["live", "reset"]


@pytest.mark.parametrize(
    "kind", ["signed_out", "disabled", "permissions_changed", "updated", "password_changed", "second_factor_changed"]
)
def test_what_changes_a_staff_account_ends_its_pages_alone(hub, kind):
    own, other = joined(hub, Recorder("person", record=HERE)), joined(hub, Recorder("other", record=HERE))
    hub.receive(event(f"staff.{kind}.v1", None, "person"))
    assert (own.ended, other.ended) == (True, False)


def test_signing_in_ends_nothing(hub):
    own = joined(hub, Recorder("person", record=HERE))
    hub.receive(event("staff.signed_in.v1", None, "person"))
    assert not own.ended


def test_colleagues_on_a_record_are_shown_to_its_pages_and_leave(hub, monkeypatch):
    clock = SimpleNamespace(monotonic=lambda: 0.0)
    monkeypatch.setattr(presence, "time", clock)
    first = joined(hub, Recorder("one", record=HERE), colleague=Colleague("one", "Ada", "Notes", False, 1))
    second = joined(hub, Recorder("two", record=HERE), colleague=Colleague("two", "Ben", "Billing", True, 2))
    hub.tick()
    assert first.colleagues == second.colleagues == [["Ben", "Ada"]]
    hub.leave(second)
    clock.monotonic = lambda: 10.0
    hub.tick()
    assert first.colleagues[-1] == ["Ada"]
