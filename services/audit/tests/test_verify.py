"""Verifying where the log lies: whatever is done to any row, `verify` finds it."""

import time
from threading import Event, Thread

import pytest
from sqlalchemy import event, select, text

from chassis.errors import ServiceProblem
from chassis.signing_keys import SigningKey
from services.audit.commands.append import append
from services.audit.commands.checkpoint import write_checkpoint
from services.audit.models import Entry
from services.audit.queries.verify import BATCH, verify
from tests.support.audit_events import CLIENT, message
from tests.support.log_tampering import CHANGES, CONSISTENT, ROWS, SEQ, WHERE, as_superuser, tamper_consistently

LENGTH = 8


@pytest.fixture
def session(session_of):
    """A log of one client with eight entries, five of them in a checkpoint when `checkpoint_signer` is used."""
    session = session_of("audit")
    fill(session, range(1, LENGTH + 1))
    return session


def fill(session, numbers, client: str = CLIENT) -> None:
    """Entries for events of these numbers."""
    append(
        session,
        events=[
            message(
                client_id=client,
                sequence=n,
                personal={"reason": f"reason {n}"},
                facts={"amount": 1},
                changes=[{"field": "city", "old": "Bath", "new": "York"}],
            )
            for n in numbers
        ],
    )
    session.commit()


def check(session, checkpoint_signer=None, **options) -> dict:
    """What verifying the client's chain answers."""
    session.rollback()
    return verify(session, CLIENT, checkpoint_signer, until=time.time() + 30, **options)


def test_a_whole_chain_is_valid(session, checkpoint_signer):
    write_checkpoint(session, checkpoint_signer)
    answer = check(session, checkpoint_signer)
    head = session.scalar(select(Entry.hash).where(Entry.chain == CLIENT, Entry.seq == LENGTH))
    assert (answer["valid"], answer["entries"], answer["first_bad_seq"]) == (True, LENGTH, None)
    assert answer["head"] == bytes(head).hex()
    assert (answer["checkpoint"]["number"], answer["checkpoint"]["seq"]) == (1, LENGTH)


def test_events_that_never_came_are_named_until_they_come(session, checkpoint_signer):
    """What was published after the eighth: one was put aside, two were lost, the last is there."""
    fill(session, [10, 13])
    write_checkpoint(session, checkpoint_signer)
    answer = check(session, checkpoint_signer)
    assert (answer["valid"], answer["first_bad_seq"], answer["fault"]["kind"]) == (False, None, "gap")
    assert answer["gaps"] == [
        {"source": "services/clients", "first": 9, "last": 9},
        {"source": "services/clients", "first": 11, "last": 12},
    ]
    fill(session, [12])
    assert check(session)["gaps"][1] == {"source": "services/clients", "first": 11, "last": 11}
    fill(session, [11, 9])
    assert (check(session)["valid"], check(session)["gaps"]) == (True, [])


def test_events_behind_the_last_entry_are_missing_too_once_they_had_time_to_come(session, monkeypatch):
    monkeypatch.setattr("services.audit.queries.verify.ARRIVAL_SECONDS", 0.2)
    published = {"services/clients": LENGTH + 2, "services/billing": 1, "services/support": 0}
    answer = check(session, published=published)
    assert answer["valid"] is False and answer["gaps"] == [
        {"source": "services/billing", "first": 1, "last": 1},
        {"source": "services/clients", "first": LENGTH + 1, "last": LENGTH + 2},
    ]
    assert check(session, published={"services/clients": LENGTH})["valid"] is True


def test_each_source_has_sequences_of_its_own(session):
    append(session, events=[message(sequence=2, source="services/billing"), message(sequence=9)])
    session.commit()
    assert check(session)["gaps"] == [{"source": "services/billing", "first": 1, "last": 1}]


@pytest.mark.parametrize("column", CHANGES)
def test_a_change_of_any_column_of_a_row_is_found(session, databases, column):
    as_superuser(databases("audit"), [f"UPDATE entries SET {column} = {CHANGES[column]} {WHERE}"])
    answer = check(session)
    assert (answer["valid"], answer["first_bad_seq"]) == (False, SEQ)


def test_no_column_was_forgotten():
    assert set(CHANGES) == set(Entry.__table__.columns.keys())


@pytest.mark.parametrize(
    ("how", "first_bad"),
    [
        ("deleted", 4),
        ("first deleted", 1),
        ("swapped", 4),
        ("closed up after a deletion", 4),
        ("inserted", 5),
        ("end cut off", 7),
        ("head moved back", 7),
        ("head taken away", 1),
        ("head changed", 8),
    ],
)
def test_rows_taken_out_moved_or_put_in_are_found(session, databases, how, first_bad):
    as_superuser(databases("audit"), ROWS[how])
    answer = check(session)
    assert (answer["valid"], answer["first_bad_seq"]) == (False, first_bad)


@pytest.mark.parametrize(
    ("how", "first_bad", "kind"),
    [
        ("end cut off with its head", 7, "cut"),
        ("rebuilt", 1, "rebuilt"),
        ("rebuilt from the middle on", 4, "rebuilt"),
        ("all gone", 1, "cut"),
    ],
)
def test_what_fits_in_itself_is_found_by_the_checkpoints(session, databases, checkpoint_signer, how, first_bad, kind):
    as_superuser(
        databases("audit"), ["UPDATE chain_heads SET seq = 3, hash = (SELECT hash FROM entries WHERE seq = 3)"]
    )
    write_checkpoint(session, checkpoint_signer)  # of the first three
    as_superuser(
        databases("audit"), ["UPDATE chain_heads SET seq = 8, hash = (SELECT hash FROM entries WHERE seq = 8)"]
    )
    entries = session.execute(select(Entry.__table__).order_by(Entry.seq)).mappings().all()
    checkpoint_signer.add({CLIENT: (LENGTH, bytes(entries[-1]["hash"]).hex())}, "2026-11-22T17:00:00Z")
    tamper_consistently(databases("audit"), how, entries)
    assert check(session)["valid"] is True
    answer = check(session, checkpoint_signer)
    assert (answer["valid"], answer["first_bad_seq"], answer["fault"]["kind"]) == (False, first_bad, kind)


def test_all_consistent_tamperings_are_tried():
    tried = next(
        mark for mark in test_what_fits_in_itself_is_found_by_the_checkpoints.pytestmark if mark.name == "parametrize"
    )
    assert {how for how, *_ in tried.args[1]} == set(CONSISTENT)


def test_a_chain_made_anew_and_signed_again_is_found_by_the_older_checkpoint(session, databases, checkpoint_signer):
    write_checkpoint(session, checkpoint_signer)
    entries = session.execute(select(Entry.__table__).order_by(Entry.seq)).mappings().all()
    tamper_consistently(databases("audit"), "rebuilt", entries)
    as_superuser(databases("audit"), ["UPDATE chain_heads SET checkpointed_seq = 0"])
    fresh = bytes(session.scalar(text("SELECT hash FROM chain_heads"))).hex()
    checkpoint_signer.add({CLIENT: (LENGTH, fresh)}, "2026-11-22T18:00:00Z")
    assert check(session, checkpoint_signer)["fault"]["kind"] == "rebuilt"


def test_both_hashes_at_the_first_bad_entry_are_told(session, databases):
    sealed = bytes(session.scalar(select(Entry.hash).where(Entry.seq == SEQ))).hex()
    as_superuser(databases("audit"), [f"UPDATE entries SET category = 'Staff' {WHERE}"])
    fault = check(session)["fault"]
    assert (fault["kind"], fault["sealed"]) == ("changed", sealed)
    assert len(fault["found"]) == 64 and fault["found"] != sealed


def test_erasing_personal_values_one_by_one_and_whole_leaves_the_chain_valid(session, databases, checkpoint_signer):
    write_checkpoint(session, checkpoint_signer)
    as_superuser(
        databases("audit"),
        [f"UPDATE entries SET personal = personal - 'ip' {WHERE}", "UPDATE entries SET personal = NULL WHERE seq = 5"],
    )
    assert check(session, checkpoint_signer)["valid"] is True


def test_a_checkpoint_that_nobody_signed_is_no_proof(session, checkpoint_signer, keys_dir):
    write_checkpoint(session, checkpoint_signer)
    another = SigningKey(keys_dir / "billing.key")
    forger = type(checkpoint_signer)(checkpoint_signer.file, another, checkpoint_signer.trusted)
    forger.add({CLIENT: (LENGTH, "00" * 32)}, "2026-11-22T18:00:00Z")
    answer = check(session, checkpoint_signer)
    assert (answer["valid"], answer["first_bad_seq"], answer["fault"]["kind"]) == (False, None, "forged-checkpoint")


def test_a_longer_chain_than_asked_for_is_not_looked_at(session):
    answer = check(session, at_most=LENGTH - 1)
    assert (answer["valid"], answer["entries"]) == (None, LENGTH)
    assert check(session, at_most=LENGTH)["valid"] is True


def test_an_empty_log_is_valid(session_of):
    answer = verify(session_of("audit"), CLIENT, None, until=time.time() + 5)
    assert (answer["valid"], answer["entries"], answer["head"]) == (True, 0, None)


def test_nothing_goes_on_past_the_callers_deadline(session, monkeypatch):
    monkeypatch.setattr("services.audit.queries.verify.BATCH", 2)
    with pytest.raises(ServiceProblem) as refused:
        verify(session, CLIENT, None, until=time.time())
    assert refused.value.code == "unavailable"


def test_others_run_between_the_batches_of_a_long_chain(session):
    fill(session, range(LENGTH + 1, 1001))
    turns, ended = [], Event()

    def take_turns() -> None:
        while not ended.is_set():
            turns.append(time.perf_counter())
            time.sleep(0)

    other = Thread(target=take_turns)
    other.start()
    assert check(session)["entries"] == 1000
    ended.set()
    other.join()
    assert len(turns) > 1000 / BATCH


def test_a_long_chain_is_read_in_statements_of_a_few_rows(session, monkeypatch):
    monkeypatch.setattr("services.audit.queries.verify.BATCH", 3)
    read = []
    event.listen(session.bind, "after_cursor_execute", lambda *given: read.append(given[1].rowcount))
    assert check(session)["valid"] is True
    assert max(read) == 3
