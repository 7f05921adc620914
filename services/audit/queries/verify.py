"""Verifying a chain where it lies, in small steps between which others are served."""

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.errors import ServiceProblem
from chassis.events.event import rfc3339
from services.audit.chains import WHOLE, Inspection, Start
from services.audit.checkpoint_signer import CheckpointedHeads, CheckpointSigner
from services.audit.models import ChainArchive, ChainHead, Entry
from services.audit.rules import GENESIS, HASHED

BATCH = 200
ARRIVAL_SECONDS = 3.0  # an event takes milliseconds
ARCHIVED = (ChainArchive.seq, ChainArchive.hash, ChainArchive.sequences)
SEALED = (*(getattr(Entry, name) for name in HASHED), Entry.personal, Entry.prev, Entry.hash)


def verify(
    session: Session,
    chain: str,
    checkpoint_signer: CheckpointSigner | None,
    *,
    until: float,
    at_most: int | None = None,
    published: Mapping[str, int] | None = None,
) -> dict:
    """Whether `chain` holds: each entry, the head, the personal values that are still there, and all checkpoints that
    name it.

    `{entries, archived, head|null, valid, first_bad_seq|null, fault: {seq, kind, sealed, found}|null, gaps: [{source,
    first, last}], checkpoint: {number, made_at, seq, hash}|null, verified_at}`; `valid` is null, and nothing was looked at,
    where more than `at_most` entries are kept. The first `archived` lie in an archive: the others are verified from there on.
    An archive that was not signed, a checkpoint that nobody signed, and events that were published and are not there, make
    the chain invalid without a first bad entry; `fault.kind` is `unsigned-archive`, `forged-checkpoint` or `gap` then,
    and `gaps` has the sequences that are missing, also behind the last entry where `published` names each source's last;
    what is on its way is waited for. Raises `unavailable` when it is not done at the time `until` (of the epoch).
    """
    if at_most is not None and (end := _end_of(session, chain)).last - end.start.seq > at_most:
        return _answer(end)
    _await(session, chain, published or {}, until)
    # Before the end is read: what a checkpoint names was there by then.
    checkpointed = checkpoint_signer.heads_of(chain) if checkpoint_signer else CheckpointedHeads({})
    end = _end_of(session, chain)
    inspection = Inspection(chain, checkpointed.heads, published, end.start)
    for entry in entries_between(session, chain, end.start.seq, end.last, until):
        if not inspection.check(entry):
            break
    verdict = inspection.end((end.head_seq or 0, end.head_hash or GENESIS), end.last)
    fault = verdict.fault and asdict(verdict.fault)
    kind = "gap" if verdict.gaps else None
    if checkpoint_signer and end.start.seq and checkpointed.archived.get(end.start.seq) != end.start.hash.hex():
        kind = "unsigned-archive"
    kind = "forged-checkpoint" if checkpointed.forged else kind
    if fault is None and kind is not None:
        fault = {"seq": None, "kind": kind, "sealed": None, "found": None}
    return {
        **_answer(end),
        "valid": fault is None,
        "first_bad_seq": fault and fault["seq"],
        "fault": fault,
        "gaps": [asdict(gap) for gap in verdict.gaps],
        "checkpoint": checkpointed.newest,
    }


def _await(session: Session, chain: str, published: Mapping[str, int], until: float) -> None:
    """Wait, ARRIVAL_SECONDS at most, for the last events that were published."""
    end, archived = min(until, time.time() + ARRIVAL_SECONDS), start_of(session, chain).sequences
    last = select(Entry.source, func.max(Entry.sequence)).where(Entry.chain == chain).group_by(Entry.source)
    while published:
        there = {**archived, **dict(session.execute(last).all())}
        session.rollback()
        if time.time() > end or all(there.get(source, 0) >= sequence for source, sequence in published.items()):
            return
        time.sleep(0.1)


def _answer(end) -> dict:
    return {
        "entries": end.last,
        "archived": end.start.seq,
        "head": end.head_hash and bytes(end.head_hash).hex(),
        "valid": None,
        "first_bad_seq": None,
        "fault": None,
        "gaps": [],
        "checkpoint": None,
        "verified_at": rfc3339(datetime.now(UTC)),
    }


@dataclass(frozen=True)
class Extent:
    """Where what is kept of a chain begins, and its end by its head (None without one) and by its entries."""

    start: Start
    last: int
    head_seq: int | None
    head_hash: bytes | None


def start_of(session: Session, chain: str) -> Start:
    """Where what is kept of the chain begins."""
    return _start(session.execute(select(*ARCHIVED).where(ChainArchive.chain == chain)).one_or_none())


def _start(row) -> Start:
    return WHOLE if row is None or row.seq is None else Start(row.seq, bytes(row.hash), row.sequences)


def _end_of(session: Session, chain: str) -> Extent:
    """The extent of the chain, at one moment."""
    last = select(func.max(Entry.seq)).where(Entry.chain == chain).scalar_subquery()
    head = select(ChainHead.seq, ChainHead.hash).where(ChainHead.chain == chain).subquery()
    archive = select(*ARCHIVED).where(ChainArchive.chain == chain).subquery()
    one = select(last.label("last")).subquery()
    row = session.execute(
        select(one.c.last, head.c.seq.label("head_seq"), head.c.hash.label("head_hash"), archive).select_from(
            one.outerjoin(head, head.c.seq.is_not(None)).outerjoin(archive, archive.c.seq.is_not(None))
        )
    ).one()
    session.rollback()
    start = _start(row)
    return Extent(start, max(row.last or 0, start.seq), row.head_seq, row.head_hash)


def entries_between(session: Session, chain: str, after: int, last: int, until: float = math.inf) -> Iterator[Mapping]:
    """The entries behind `after` up to `last` in their order, with all that is sealed. Each batch is a statement of its own,
    and lets others run."""
    seq = after
    while (
        batch := session.execute(
            select(*SEALED)
            .where(Entry.chain == chain, Entry.seq > seq, Entry.seq <= last)
            .order_by(Entry.seq)
            .limit(BATCH)
        )
        .mappings()
        .all()
    ):
        session.rollback()
        yield from batch
        seq = batch[-1]["seq"]
        if time.time() > until:
            raise ServiceProblem(
                "unavailable",
                f"The chain held up to entry {seq}, and is too long for one request. "
                "Export it, and use the offline verifier.",
            )
        time.sleep(0)
