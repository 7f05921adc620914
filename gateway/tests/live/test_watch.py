"""A watch: what a page wants, and the server-sent events that it is told by."""

import json

from chassis.http.protocol import DRAINING, READER_LEFT
from gateway.admin.live import is_over
from gateway.live.notices import Notice
from gateway.live.presence import Colleague
from gateway.live.watch import MOST_PENDING, Watch

HERE, THERE = "0192f0c1-0000-7000-8000-000000000001", "0192f0c1-0000-7000-8000-000000000002"


def notice(what: str = "invoice.paid", client: str | None = HERE, entity: str = "e", number: int = 1) -> Notice:
    return Notice(f"event-{number}", 1000, client, what, entity, "staff-1")


def messages(watch: Watch) -> list[tuple[str, object]]:
    """(event, data) of what the stream says until the page leaves."""
    looked = iter([False, True])
    text = b"".join(watch.stream(lambda: next(looked))).decode()
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n")[1:] if block]
    return [(block["event"], json.loads(block["data"])) for block in blocks if "event" in block]


def test_a_list_wants_what_its_rows_show_and_who_may_come_into_it():
    watch = Watch("p", rows=frozenset({HERE}))
    assert watch.wants(notice())
    assert not watch.wants(notice(client=THERE))
    assert watch.wants(notice("client.created", THERE))
    assert watch.wants(notice("tag.updated", None))
    assert not watch.wants(notice("ticket.opened"))


def test_a_record_wants_all_that_is_its_client_s_and_nothing_else():
    watch = Watch("p", record=HERE)
    assert watch.wants(notice("ticket.opened"))
    assert not watch.wants(notice(client=THERE))
    assert not watch.wants(notice("client.created", THERE))
    assert not watch.wants(notice("tag.updated", None))


def test_a_change_is_told_with_its_record_and_part_and_nothing_of_what_it_holds():
    watch = Watch("p", record=HERE)
    watch.notify(notice())
    assert messages(watch) == [
        (
            "changed",
            [
                {
                    "id": "event-1",
                    "at": 1000,
                    "client": HERE,
                    "what": "invoice.paid",
                    "entity": "e",
                    "by": "staff-1",
                }
            ],
        )
    ]


def test_the_same_change_again_before_it_was_told_is_told_once_as_the_last():
    watch = Watch("p", record=HERE)
    watch.notify(notice(number=1))
    watch.notify(notice(number=2))
    assert [one["id"] for one in messages(watch)[0][1]] == ["event-2"]


def test_new_clients_are_told_to_a_list_as_one_however_many_come():
    watch = Watch("p", rows=frozenset({HERE}))
    for number in range(1000):
        watch.notify(notice("client.imported", f"client-{number}", number=number))
    assert len(messages(watch)[0][1]) == 1


def test_a_page_that_is_told_too_much_at_once_reads_anew():
    watch = Watch("p", record=HERE)
    for number in range(MOST_PENDING + 1):
        watch.notify(notice(entity=str(number), number=number))
    assert messages(watch) == [("reset", {})]


def test_colleagues_are_told_without_oneself():
    watch = Watch("me", record=HERE)
    watch.show([Colleague("me", "Ada", "Notes", False, 1), Colleague("other", "Ben", "Billing", True, 2)])
    assert messages(watch) == [
        ("here", [{"id": "other", "name": "Ben", "place": "Billing", "edits": True, "since": 2}]),
    ]


def test_each_block_says_up_to_when_the_page_was_told_everything():
    watch = Watch("p", record=HERE)
    watch.notify(notice())
    looked = iter([False, True])
    blocks = b"".join(watch.stream(lambda: next(looked))).decode().split("\n\n")
    moments = [int(line[4:]) for block in blocks for line in block.splitlines() if line.startswith("id: ")]
    assert moments and moments == sorted(moments)


def test_an_ended_watch_ends_its_stream_at_once():
    watch = Watch("p", record=HERE)
    watch.end()
    assert list(watch.stream(lambda: False)) == [b": live\n\n"]


def test_a_stream_is_over_when_its_page_has_gone_or_its_process_drains():
    assert [is_over({name: lambda: True})() for name in (READER_LEFT, DRAINING)] == [True, True]
    assert is_over({READER_LEFT: lambda: False, DRAINING: lambda: False})() is False
