"""Signed checkpoints: when one is written, what a crash leaves, and what a reader may believe."""

import json
import shutil
import time
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from structlog.testing import CapturingLogger

from chassis.process.jobs import Job
from chassis.signing_keys import KEYS_SECONDS, SigningKey, TrustedKeys, rotate
from chassis.testing.plugin import wait_until
from services.audit import checkpoint_signer
from services.audit.checkpoint_signer import CheckpointSigner
from services.audit.checkpoints import NOTHING_BEFORE, CheckpointFile, Forged, digest, read_line
from services.audit.commands import checkpoint
from services.audit.commands.append import append
from services.audit.commands.checkpoint import write_checkpoint
from services.audit.models import ChainHead
from services.audit.service import AuditService
from tests.support.audit_events import CLIENT, message

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OTHER = "0192f0c1-0000-7000-8000-00000000c12e"


@pytest.fixture
def session(session_of):
    return session_of("audit")


def log(session, *chains: str | None) -> None:
    """An entry in each of these chains."""
    append(session, events=[message(client_id=chain) for chain in chains])
    session.commit()


def lines(checkpoint_signer) -> list[bytes]:
    return checkpoint_signer.file.path.read_bytes().splitlines()


def checkpoints(checkpoint_signer) -> list[dict]:
    return [read_line(line, checkpoint_signer.trusted.of("audit")) for line in lines(checkpoint_signer)]


def test_the_first_entry_is_signed_at_once_and_what_follows_within_five_minutes(session, checkpoint_signer):
    assert write_checkpoint(session, checkpoint_signer, NOON) is False  # there is nothing to sign
    log(session, CLIENT)
    assert write_checkpoint(session, checkpoint_signer, NOON) is True
    log(session, CLIENT)
    assert write_checkpoint(session, checkpoint_signer, NOON + timedelta(minutes=4, seconds=59)) is False
    assert write_checkpoint(session, checkpoint_signer, NOON + timedelta(minutes=5)) is True
    assert write_checkpoint(session, checkpoint_signer, NOON + timedelta(minutes=20)) is False
    assert [one["heads"][CLIENT][0] for one in checkpoints(checkpoint_signer)] == [1, 2]


def test_a_key_follows_another_and_the_checkpoints_of_both_prove_the_chain(
    session, checkpoint_signer, keys_dir, tmp_path, monkeypatch
):
    keys = shutil.copytree(keys_dir, tmp_path / "keys")
    signer = CheckpointSigner(checkpoint_signer.file, SigningKey(keys / "audit.key"), TrustedKeys(keys))
    log(session, CLIENT)
    write_checkpoint(session, signer, NOON)
    rotate(keys, keys, "audit", wait=lambda seconds: None)
    later = time.monotonic() + KEYS_SECONDS + 1
    monkeypatch.setattr("chassis.signing_keys.time.monotonic", lambda: later)
    log(session, CLIENT)
    write_checkpoint(session, signer, NOON + timedelta(minutes=5))
    named = [json.loads(b64decode(json.loads(line)["signature"].split(".")[0] + "==")) for line in lines(signer)]
    assert len({header["kid"] for header in named}) == 2
    found = signer.heads_of(CLIENT)
    assert (sorted(found.heads), found.forged) == ([1, 2], False)


def test_a_thousand_entries_are_signed_without_waiting(session, checkpoint_signer, monkeypatch):
    monkeypatch.setattr(checkpoint, "EVERY_ENTRIES", 3)
    log(session, CLIENT)
    write_checkpoint(session, checkpoint_signer, NOON)
    log(session, CLIENT, OTHER)
    assert write_checkpoint(session, checkpoint_signer, NOON) is False
    log(session, OTHER)
    assert write_checkpoint(session, checkpoint_signer, NOON) is True


def test_a_checkpoint_names_the_chains_that_moved_and_no_others(session, checkpoint_signer):
    log(session, CLIENT, OTHER, None)
    write_checkpoint(session, checkpoint_signer, NOON)
    log(session, OTHER)
    write_checkpoint(session, checkpoint_signer, NOON + timedelta(minutes=5))
    first, second = checkpoints(checkpoint_signer)
    assert set(first["heads"]) == {CLIENT, OTHER, "system"}
    head = session.execute(select(ChainHead.seq, ChainHead.hash).where(ChainHead.chain == OTHER)).one()
    assert second["heads"] == {OTHER: [2, bytes(head.hash).hex()]}


def test_many_chains_are_spread_over_lines(session, checkpoint_signer, monkeypatch):
    monkeypatch.setattr(checkpoint, "HEADS", 2)
    monkeypatch.setattr(checkpoint, "EVERY_ENTRIES", 1)
    log(session, CLIENT, OTHER, None)
    assert [write_checkpoint(session, checkpoint_signer, NOON) for _ in range(3)] == [True, True, False]
    assert [len(one["heads"]) for one in checkpoints(checkpoint_signer)] == [2, 1]


def test_each_line_is_signed_and_names_the_one_before(session, checkpoint_signer):
    for minute in (0, 5, 10):
        log(session, CLIENT)
        write_checkpoint(session, checkpoint_signer, NOON + timedelta(minutes=minute))
    written = checkpoints(checkpoint_signer)
    assert [one["number"] for one in written] == [1, 2, 3]
    assert [one["previous"] for one in written] == [NOTHING_BEFORE, *map(digest, lines(checkpoint_signer)[:2])]
    assert [one["made_at"] for one in written][1] == "2026-11-22T12:05:00.000Z"


def test_a_line_that_was_touched_or_signed_by_another_is_not_believed(session, checkpoint_signer):
    log(session, CLIENT)
    write_checkpoint(session, checkpoint_signer, NOON)
    line = json.loads(lines(checkpoint_signer)[0])
    line["checkpoint"]["heads"][CLIENT][0] = 2
    for bad in (
        json.dumps(line).encode(),
        lines(checkpoint_signer)[0][:-5],
        b"",
        b"[]",
        b'{"checkpoint": {}, "signature": 1}',
    ):
        with pytest.raises(Forged):
            read_line(bad, checkpoint_signer.trusted.of("audit"))


@pytest.mark.parametrize("left", [1, 40, 0.5, -1])
def test_a_line_that_a_crash_tore_is_repaired_by_the_next(session, checkpoint_signer, left):
    log(session, CLIENT)
    write_checkpoint(session, checkpoint_signer, NOON)
    whole = checkpoint_signer.file.path.read_bytes()
    log(session, CLIENT)
    write_checkpoint(session, checkpoint_signer, NOON + timedelta(minutes=5))
    torn = checkpoint_signer.file.path.read_bytes()[len(whole) :]
    kept = torn[: int(len(torn) * left) if isinstance(left, float) else left]
    checkpoint_signer.file.path.write_bytes(whole + kept)
    assert checkpoint_signer.file.newest()["number"] == 1
    log(session, CLIENT)
    write_checkpoint(session, checkpoint_signer, NOON + timedelta(minutes=10))
    written = checkpoints(checkpoint_signer)
    assert [(one["number"], one["heads"][CLIENT][0]) for one in written] == [(1, 1), (2, 3)]
    assert written[1]["previous"] == digest(lines(checkpoint_signer)[0])


def test_the_first_line_torn_leaves_an_empty_file(checkpoint_signer):
    checkpoint_signer.file.path.write_bytes(b'{"checkpoint": {"num')
    assert checkpoint_signer.file.newest() is None
    assert checkpoint_signer.add({CLIENT: (1, "00" * 32)}, "2026-11-22T12:00:00Z")["number"] == 1
    assert len(lines(checkpoint_signer)) == 1


def test_after_a_crash_between_file_and_database_the_same_heads_are_signed_again(
    session, checkpoint_signer, monkeypatch
):
    log(session, CLIENT)
    monkeypatch.setattr(session, "commit", crash_now)
    with pytest.raises(KeyboardInterrupt):
        write_checkpoint(session, checkpoint_signer, NOON)
    monkeypatch.undo()
    session.rollback()
    assert write_checkpoint(session, checkpoint_signer, NOON + timedelta(minutes=5)) is True
    assert [one["heads"][CLIENT][0] for one in checkpoints(checkpoint_signer)] == [1, 1]


def crash_now():
    raise KeyboardInterrupt


def test_lines_longer_than_a_block_are_read_whole(checkpoint_signer, monkeypatch):
    monkeypatch.setattr("services.audit.checkpoints.BLOCK", 64)
    monkeypatch.setattr("services.audit.checkpoint_index.STRETCH", 64)
    for number in range(1, 4):
        checkpoint_signer.add({CLIENT: (number, "ab" * 32), OTHER: (number, "cd" * 32)}, "2026-11-22T12:00:00Z")
    assert checkpoint_signer.file.newest()["number"] == 3
    checkpointed = checkpoint_signer.heads_of(CLIENT)
    assert (sorted(checkpointed.heads), checkpointed.newest["number"], checkpointed.forged) == ([1, 2, 3], 3, False)
    assert checkpoint_signer.heads_of("system").heads == {}


def test_what_was_taken_in_is_not_read_again(checkpoint_signer, monkeypatch):
    checkpoint_signer.add({CLIENT: (1, "ab" * 32)}, "2026-11-22T12:00:00Z")
    checkpoint_signer.add({OTHER: (1, "cd" * 32)}, "2026-11-22T12:05:00Z")
    monkeypatch.setattr("services.audit.checkpoint_index._NAMED", None)
    monkeypatch.setattr("services.audit.checkpoint_signer.read_line", lambda line, key: json.loads(line)["checkpoint"])
    assert checkpoint_signer.heads_of(CLIENT).heads == {1: "ab" * 32}
    monkeypatch.setattr("services.audit.checkpoint_signer.read_line", None)
    assert checkpoint_signer.heads_of(CLIENT).heads == {1: "ab" * 32}


@pytest.mark.parametrize("kept", [1, 3])
def test_the_index_is_made_anew_where_it_does_not_fit_the_file(checkpoint_signer, tmp_path, kept):
    """As after a restore: the file there is an earlier one, or has gone on from there otherwise."""
    for number in range(1, 4):
        checkpoint_signer.add({CLIENT: (number, "ab" * 32)}, "2026-11-22T12:00:00Z")
    path = checkpoint_signer.file.path
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:1]))
    other = replace(checkpoint_signer, file=CheckpointFile(tmp_path / "other.jsonl"))
    other.file.path.write_bytes(path.read_bytes())
    for number in range(1, kept):
        other.add({CLIENT: (10 * number, "cd" * 32), OTHER: (1, "ef" * 32)}, "2026-11-22T12:05:00Z")
    path.write_bytes(other.file.path.read_bytes())
    assert sorted(checkpoint_signer.heads_of(CLIENT).heads) == [1, 10, 20][:kept]
    path.with_suffix(".index").unlink()
    assert sorted(checkpoint_signer.heads_of(CLIENT).heads) == [1, 10, 20][:kept]


def test_a_line_that_says_the_same_in_other_bytes_is_not_believed(checkpoint_signer):
    """Of a name that stands twice JSON takes the last; the text has both."""
    checkpoint_signer.add({CLIENT: (1, "ab" * 32)}, "2026-11-22T12:00:00Z")
    path = checkpoint_signer.file.path
    first = f'"heads":{{"{CLIENT}":[1,"{"cd" * 32}"]}},"heads":'.encode()
    path.write_bytes(path.read_bytes().replace(b'"heads":', first))
    checkpointed = checkpoint_signer.heads_of(CLIENT)
    assert (checkpointed.heads, checkpointed.forged) == ({}, True)


def test_a_file_that_is_not_there_has_no_checkpoint(tmp_path):
    file = CheckpointFile(tmp_path / "none.jsonl")
    assert file.newest() is None
    assert list(file.naming(CLIENT)) == []


def test_of_two_replicas_one_writes_and_the_next_takes_over(
    session, run_service, databases, tmp_path, checkpoint_signer, monkeypatch
):
    monkeypatch.setattr(checkpoint, "EVERY", timedelta(0))
    monkeypatch.setattr(Job, "_rest", lambda job, connection: time.sleep(0.05))
    file = tmp_path / "activity.jsonl"
    replicas = [run_service(AuditService, databases("audit").app_url, checkpoints_file=file) for _ in range(2)]
    for number in (1, 2, 3):
        if number == 3:
            replicas[0].stop()
        log(session, CLIENT)
        wait_until(
            lambda wanted=number: file.exists() and len(lines(checkpoint_signer)) == wanted, f"{number} checkpoints"
        )
    assert [(one["number"], one["heads"][CLIENT][0]) for one in checkpoints(checkpoint_signer)] == [
        (1, 1),
        (2, 2),
        (3, 3),
    ]


def test_without_a_file_it_is_said_once_and_nothing_else_changes(monkeypatch, request):
    monkeypatch.setattr(checkpoint_signer, "log", CapturingLogger())
    audit, publish = request.getfixturevalue("audit"), request.getfixturevalue("publish")
    assert [call.args for call in checkpoint_signer.log.calls] == [
        ("no checkpoints are written: COMMERCE_CHECKPOINTS_FILE is not set",)
    ]
    publish(message())
    wait_until(lambda: audit.rollback() or audit.scalar(select(ChainHead.seq)) == 1, "the entry")
