"""Archiving the log: what is archived is gone here, verifies there, and the rest is verified from there on."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import ProgrammingError

from chassis.db.engine import driver_url
from chassis.signing_keys import SigningKey, TrustedKeys
from gateway.composition.activity_export import about
from services.audit.checkpoint_signer import CheckpointSigner
from services.audit.checkpoints import CheckpointFile
from services.audit.commands.append import append
from services.audit.commands.archive import CHECKPOINTS, ENTRIES, archive_log, delete_archived
from services.audit.commands.checkpoint import EVERY, write_checkpoint
from services.audit.models import Entry
from services.audit.queries import activity, export
from services.audit.queries.verify import verify
from tests.support.audit_events import CLIENT, message
from tests.support.log_tampering import as_superuser
from tools.ops import audit_verify

OTHER = "0192f0c1-0000-7000-8000-00000000c12e"
NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=400)


@pytest.fixture
def session(session_of):
    """An empty log."""
    return session_of("audit")


@pytest.fixture
def checkpoint_signer(tmp_path, keys_dir):
    """A checkpoint signer whose file is empty."""
    return CheckpointSigner(
        CheckpointFile(tmp_path / "activity.jsonl"), SigningKey(keys_dir / "audit.key"), TrustedKeys(keys_dir)
    )


def fill(session, sequences, client: str = CLIENT) -> None:
    """Entries for events of these sequences."""
    changes = [{"field": "city", "old": "Bath", "new": "York"}]
    append(session, events=[message(client_id=client, sequence=one, changes=changes) for one in sequences])
    session.commit()


def check(session, checkpoint_signer, **options) -> dict:
    """What verifying the client's chain answers."""
    session.rollback()
    return verify(session, CLIENT, checkpoint_signer, until=time.time() + 30, **options)


@pytest.fixture
def owner(databases):
    """The owner of the log's database."""
    engine = create_engine(driver_url(databases("audit").owner_url))
    yield engine
    engine.dispose()


@pytest.fixture
def archive(session, owner, checkpoint_signer, tmp_path):
    """`archive(days=0)`: archive what a checkpoint named so many days before now."""
    archives = tmp_path / "archives"
    archives.mkdir()

    def run(days: int = 0, **options):
        session.rollback()
        return archive_log(owner, checkpoint_signer, archives, NOW - timedelta(days=days), **options)

    return run


@pytest.fixture
def two_years(session, checkpoint_signer):
    """Eight entries of a client and three of another, five and three of them in a checkpoint of long ago."""
    fill(session, range(1, 6))
    fill(session, range(1, 4), OTHER)
    write_checkpoint(session, checkpoint_signer, OLD)
    fill(session, range(6, 9))
    write_checkpoint(session, checkpoint_signer, OLD + 2 * EVERY + timedelta(days=390))


def proves(folder: Path, *more: Path) -> int:
    """How many faults the offline verifier finds in an archive by what lies in it, and in `more` exports."""
    keys = [str(key) for key in folder.glob("*.pub")]
    return sum(audit_verify.verify(str(one), str(folder / CHECKPOINTS), *keys) for one in (folder / ENTRIES, *more))


def numbers(session, chain: str = CLIENT) -> list[int]:
    """The numbers of a chain's entries."""
    session.rollback()
    return list(session.scalars(select(Entry.seq).where(Entry.chain == chain).order_by(Entry.seq)))


@pytest.mark.usefixtures("two_years")
def test_an_archive_proves_itself_and_a_chain_that_begins_in_it_is_verified_on(
    session, archive, checkpoint_signer, tmp_path, capsys
):
    done = archive(days=30)
    assert (done.entries, done.chains, done.left) == (8, 2, {})
    assert (numbers(session), numbers(session, OTHER)) == ([6, 7, 8], [])
    assert proves(done.folder) == 0
    assert f"valid    {CLIENT}: 5 entries" in capsys.readouterr().out
    answer = check(session, checkpoint_signer, published={"services/clients": 8})
    assert (answer["valid"], answer["entries"], answer["archived"], answer["gaps"]) == (True, 8, 5, [])
    assert answer["checkpoint"]["seq"] == 8
    rest = export.part(session, None, checkpoint_signer, form="sealed")
    lines = [about("all", {}, rest["checkpoint"]), *rest["data"], {"end": {"entries": 3}}]
    kept = tmp_path / "rest.jsonl"
    kept.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert proves(done.folder, kept) == 0
    output = capsys.readouterr().out
    assert f"chain {CLIENT} begins behind entry 5, in archive {done.folder.name}" in output
    assert f"chain {OTHER} lies in archive {done.folder.name} altogether" in output
    page = activity.activity(session, CLIENT, limit=50, after=None, before=None)
    assert (page["page"]["total"], [row["seq"] for row in page["data"]]) == (3, [8, 7, 6])


@pytest.mark.usefixtures("two_years")
def test_a_later_archive_goes_on_behind_the_one_before(session, archive, checkpoint_signer, capsys):
    first, second = archive(days=30), archive()
    assert (second.entries, second.chains) == (3, 1)
    assert proves(first.folder) == proves(second.folder) == 0
    assert f"chain {CLIENT} begins behind entry 5, in archive {first.folder.name}" in capsys.readouterr().out
    assert numbers(session) == []
    fill(session, [9])
    answer = check(session, checkpoint_signer)
    assert (answer["valid"], answer["entries"], answer["archived"]) == (True, 9, 8)
    assert archive().folder is None


@pytest.mark.usefixtures("two_years")
def test_an_archive_that_is_tampered_with_is_found_out(archive):
    folder = archive(days=30, personal=False).folder
    whole = (folder / ENTRIES).read_bytes()
    assert proves(folder) == 0
    assert b'"value"' not in whole
    lines = whole.splitlines(keepends=True)
    renamed = json.loads(lines[0]) | {"archive": "another"}
    for tampered in (
        whole.replace(b"York", b"Rome", 1),
        b"".join([*lines[:2], *lines[3:]]),
        b"".join([*lines[:-2], lines[-1]]),
        b"".join([json.dumps(renamed).encode() + b"\n", *lines[1:]]),
    ):
        (folder / ENTRIES).write_bytes(tampered)
        assert proves(folder) > 0


@pytest.mark.usefixtures("two_years")
def test_what_is_in_no_signed_archive_is_missing(session, archive, checkpoint_signer, databases):
    """Somebody with every right deletes the beginning of a chain, and says that it was archived."""
    head = session.scalar(select(Entry.hash).where(Entry.chain == CLIENT, Entry.seq == 6)).hex()
    archive(days=30)
    as_superuser(
        databases("audit"),
        [
            f"DELETE FROM entries WHERE chain = '{CLIENT}' AND seq = 6",
            f"UPDATE chain_archives SET seq = 6, hash = decode('{head}', 'hex') WHERE chain = '{CLIENT}'",
        ],
    )
    answer = check(session, checkpoint_signer)
    assert (answer["valid"], answer["fault"]["kind"]) == (False, "unsigned-archive")


@pytest.mark.usefixtures("two_years")
def test_the_database_lets_nobody_delete_what_is_in_no_archive(session, archive, owner):
    archive(days=30)
    with pytest.raises(ProgrammingError, match="append-only"), owner.begin() as connection:
        connection.execute(text("DELETE FROM entries WHERE seq = 6"))
    with pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("UPDATE chain_archives SET seq = 8"))
    session.rollback()
    assert numbers(session) == [6, 7, 8]


def test_a_chain_that_lacks_events_stays_until_they_are_there(session, archive, checkpoint_signer):
    fill(session, [1, 2, 4])
    fill(session, [1, 2], OTHER)
    write_checkpoint(session, checkpoint_signer, OLD)
    done = archive()
    assert (done.entries, list(done.left)) == (2, [CLIENT])
    assert "events are missing" in done.left[CLIENT]
    assert numbers(session) == [1, 2, 3]
    assert proves(done.folder) == 0


@pytest.mark.usefixtures("two_years")
def test_a_run_that_was_killed_before_it_deleted_is_finished_by_the_next(session, archive, owner, monkeypatch):
    monkeypatch.setattr("services.audit.commands.archive.delete_archived", lambda engine: 0)
    archive(days=30)
    assert numbers(session) == list(range(1, 9))
    monkeypatch.undo()
    assert delete_archived(owner) == 8
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Entry)) == 3
