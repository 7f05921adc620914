"""Archiving the log: what was logged before a day leaves the database for a folder that proves itself.

An archive is a folder: `activity.jsonl`, an export that the offline verifier accepts; `checkpoints.jsonl`, the checkpoints by then;
and the public keys that signed them. Of each chain it has the entries up to the last checkpoint made before the day, so that
the hash where the rest goes on is one that was signed. A chain that does not hold, or lacks events, stays where it is.

    the folder is on the disk → signed lines name its digest and where each chain ends → the database knows → entries are deleted

A crash leaves what was done before it: the same command goes on with the deletion, or makes another archive where the database
did not know of this one.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

from sqlalchemy import Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.events.event import rfc3339
from services.audit.chains import Inspection, Start
from services.audit.checkpoint_signer import ISSUER, CheckpointSigner
from services.audit.checkpoints import keep_name
from services.audit.models import ChainArchive, ChainHead
from services.audit.queries.export import sealed_row_of
from services.audit.queries.verify import entries_between, start_of

FORMAT = "commerce.activity.v1"
ENTRIES, CHECKPOINTS = "activity.jsonl", "checkpoints.jsonl"
CHAINS = 1000  # in a signed line, and in a transaction
DELETED = 500  # entries in a transaction

DELETE_SOME = text("""
    DELETE FROM entries WHERE ctid = ANY (ARRAY(
      SELECT entries.ctid FROM chain_archives JOIN entries USING (chain)
      WHERE entries.seq <= chain_archives.seq AND chain_archives.chain = ANY(:chains) LIMIT :most))
""")


@dataclass(frozen=True)
class Archived:
    """What one run archived: the folder, None where nothing was old enough; how many entries of how many chains; and the
    chains that were left as they are, with the reason."""

    folder: Path | None
    entries: int
    chains: int
    left: dict[str, str]


@dataclass(frozen=True)
class End:
    """Where a chain ends in an archive."""

    chain: str
    seq: int
    hash: bytes
    sequences: dict[str, int]


def archive_log(
    engine: Engine, checkpoint_signer: CheckpointSigner, archives: Path, before: datetime, *, personal: bool = True
) -> Archived:
    """Archive what was logged before `before` into a new folder of `archives`, and delete it; without `personal`, the
    archive has no personal values. `engine` is the owner's. Raises Forged where a checkpoint was forged."""
    delete_archived(engine)
    now = datetime.now(UTC)
    name = f"activity-before-{before:%Y-%m-%d}-{now:%Y%m%dT%H%M%S%f}Z"
    folder, left = archives / name, {}
    folder.mkdir(mode=0o700)
    ends, entries = [], 0
    try:
        with Session(engine) as session:
            ends, entries = _write(session, checkpoint_signer, folder, name, before, left, personal=personal)
    finally:
        if not ends:
            shutil.rmtree(folder)
    if not ends:
        return Archived(None, 0, 0, left)
    _sign(checkpoint_signer, folder, ends, rfc3339(now))
    for some in _parts(ends):
        _remember(engine, name, some)
    delete_archived(engine)
    return Archived(folder, entries, len(ends), left)


def _sign(checkpoint_signer: CheckpointSigner, folder: Path, ends: list[End], made_at: str) -> None:
    """Name the archive in signed lines, and put beside it what it takes to verify it; all is on the disk then."""
    keep_name(folder)
    keep_name(folder.parent)
    with open(folder / ENTRIES, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    for some in _parts(ends):
        heads = {end.chain: (end.seq, end.hash.hex()) for end in some}
        checkpoint_signer.add(heads, made_at, {"name": folder.name, "sha256": digest})
    shutil.copyfile(checkpoint_signer.file.path, folder / CHECKPOINTS)
    for key_id, key in checkpoint_signer.trusted.of(ISSUER).items():
        (folder / f"audit.{key_id}.pub").write_bytes(key.as_pem(private=False))
    os.sync()


def delete_archived(engine: Engine) -> int:
    """Delete the entries that lie in archives, few at a time; returns how many those were."""
    deleted, after = 0, ""
    with Session(engine) as session:
        while chains := session.scalars(_chains(ChainArchive, after)).all():
            while gone := session.execute(DELETE_SOME, {"chains": chains, "most": DELETED}).rowcount:
                session.commit()
                deleted += gone
            session.commit()
            after = chains[-1]
    return deleted


def _chains(model, after: str):
    return select(model.chain).where(model.chain > after).order_by(model.chain).limit(CHAINS)


def _write(
    session: Session, signer: CheckpointSigner, folder: Path, name: str, before: datetime, left: dict, *, personal: bool
) -> tuple[list[End], int]:
    newest = signer.file.newest()
    about = {"export": FORMAT, "of": "all", "filters": {}, "checkpoint": newest and newest["number"], "archive": name}
    ends, entries = [], 0
    descriptor = os.open(folder / ENTRIES, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with open(descriptor, "wb") as file:
        file.write(_line({**about, "made_at": rfc3339(datetime.now(UTC))}))
        for chain in _all_chains(session):
            start, end = start_of(session, chain), _end_before(signer, chain, before)
            if end is None or end["seq"] <= start.seq:
                continue
            written = _write_chain(session, file, chain, start, end, personal)
            if isinstance(written, str):
                left[chain] = written
            else:
                ends.append(written)
                entries += written.seq - start.seq
        file.write(_line({"end": {"entries": entries}}))
        file.flush()
        os.fsync(file.fileno())
    return ends, entries


def _all_chains(session: Session) -> Iterator[str]:
    after = ""
    while chains := session.scalars(_chains(ChainHead, after)).all():
        yield from chains
        after = chains[-1]


def _end_before(signer: CheckpointSigner, chain: str, before: datetime) -> dict | None:
    """The last head of the chain that a checkpoint made before `before` names."""
    heads = [one for one in signer.naming(chain) if datetime.fromisoformat(one["made_at"]) < before]
    return max(heads, key=lambda one: one["seq"], default=None)


def _write_chain(session: Session, file: BinaryIO, chain: str, start: Start, end: dict, personal: bool) -> End | str:
    """Write the chain's entries from `start` up to `end`, and say where it ends; or write nothing, and say why."""
    begun = file.seek(0, os.SEEK_CUR)
    inspection = Inspection(chain, {end["seq"]: end["hash"]}, start=start)
    for entry in entries_between(session, chain, start.seq, end["seq"]):
        if not inspection.check(entry):
            break
        row = sealed_row_of(SimpleNamespace(**entry))
        file.write(_line(row if personal else {**row, "personal": None}))
    verdict = inspection.end()
    if verdict.valid and not verdict.gaps:
        return End(chain, verdict.entries, verdict.head, inspection.sequences.last())
    file.seek(begun)
    file.truncate()
    return f"broken at entry {verdict.first_bad_seq}" if verdict.fault else "events are missing: ./dev check --repair"


def _parts(ends: list[End]) -> Iterator[list[End]]:
    return (ends[first : first + CHAINS] for first in range(0, len(ends), CHAINS))


def _line(value: dict) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _remember(engine: Engine, name: str, ends: list[End]) -> None:
    rows = [{**vars(end), "name": name} for end in ends]
    statement = insert(ChainArchive)
    moved = {column: statement.excluded[column] for column in ("seq", "hash", "sequences", "name")}
    with engine.begin() as connection:
        connection.execute(
            statement.on_conflict_do_update(index_elements=["chain"], set_={**moved, "archived_at": func.now()}), rows
        )
