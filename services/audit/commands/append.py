"""Adding to the log: a batch of events becomes sealed entries in one transaction."""

from datetime import UTC, datetime

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.audit.models import ChainHead, Entry
from services.audit.rules import GENESIS, entry_of, seal


def append(session: Session, *, events: list[dict]) -> None:
    """Write one entry for each event, in the order given, behind the locked heads of their chains; the caller commits.

    Heads are locked in sorted order, so that two batches never wait for each other in a circle. Raises ValueError for an event
    whose personal values do not fit its commitments.
    """
    received_at = datetime.now(UTC)
    entries = [entry_of(event, received_at) for event in events]
    heads = _lock_heads(session, sorted({entry["chain"] for entry in entries}))
    sealed, ends = seal(entries, heads)
    session.execute(insert(Entry), sealed)
    _move_heads(session, ends)


def _lock_heads(session: Session, chains: list[str]) -> dict[str, tuple[int, bytes]]:
    """Lock the heads of `chains`, making those that are missing; {chain: (seq, hash)}."""
    new = upsert(ChainHead).values([{"chain": chain, "seq": 0, "hash": GENESIS} for chain in chains])
    locked = new.on_conflict_do_update(index_elements=["chain"], set_={"seq": ChainHead.seq})
    rows = session.execute(locked.returning(ChainHead.chain, ChainHead.seq, ChainHead.hash))
    return {row.chain: (row.seq, bytes(row.hash)) for row in rows}


def _move_heads(session: Session, ends: dict[str, tuple[int, bytes]]) -> None:
    rows = [{"chain": chain, "seq": seq, "hash": sealed} for chain, (seq, sealed) in sorted(ends.items())]
    moved = upsert(ChainHead).values(rows)
    session.execute(moved.on_conflict_do_update(
        index_elements=["chain"], set_={"seq": moved.excluded.seq, "hash": moved.excluded.hash}))
