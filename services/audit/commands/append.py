"""Adding to the log: a batch of events becomes sealed entries in one transaction."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, UUID, Column, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from services.audit.models import Entry
from services.audit.rules import GENESIS, entry_of, seal

# Arrays instead of rows of VALUES: one statement whatever the batch holds, so that it is compiled once.
BEGIN_CHAINS = text("""
    INSERT INTO chain_heads (chain, seq, hash)
    SELECT chain, 0, :genesis FROM unnest(CAST(:chains AS text[])) AS chain ORDER BY chain
    ON CONFLICT DO NOTHING
""")
LOCK_HEADS = text("SELECT chain, seq, hash FROM chain_heads WHERE chain = ANY(:chains) ORDER BY chain FOR UPDATE")
COLUMNS = Entry.__table__.c
INSERT = text(
    f"INSERT INTO entries ({', '.join(COLUMNS.keys())}) SELECT * FROM unnest("
    + ", ".join(f"CAST(:{column.name} AS {column.type.compile(postgresql.dialect())}[])" for column in COLUMNS)
    + ")"
)
MOVE_HEADS = text("""
    UPDATE chain_heads SET seq = moved.seq, hash = moved.hash
    FROM unnest(CAST(:chains AS text[]), CAST(:seqs AS bigint[]), CAST(:hashes AS bytea[])) AS moved (chain, seq, hash)
    WHERE chain_heads.chain = moved.chain
""")


def append(session: Session, *, events: list[dict]) -> None:
    """Write one entry for each event, in the order given, behind the locked heads of their chains; the caller commits.

    Heads are locked in sorted order, so that two batches never wait for each other in a circle. Raises ValueError for
    an event whose personal values do not fit its commitments.
    """
    received_at = datetime.now(UTC)
    entries = [entry_of(event, received_at) for event in events]
    heads = _lock_heads(session, sorted({entry["chain"] for entry in entries}))
    sealed, ends = seal(entries, heads)
    session.execute(INSERT, {column.name: [_sent(column, entry) for entry in sealed] for column in COLUMNS})
    _move_heads(session, ends)


def _sent(column: Column, entry: dict) -> Any:
    """An entry's value as it stands in an array: ids and JSON as text."""
    value = entry[column.name]
    if value is None:
        return None
    if isinstance(column.type, JSON):
        return json.dumps(value, ensure_ascii=False)
    return str(value) if isinstance(column.type, UUID) else value


def _lock_heads(session: Session, chains: list[str]) -> dict[str, tuple[int, bytes]]:
    """Lock the heads of `chains`, making those that are missing; {chain: (seq, hash)}."""
    session.execute(BEGIN_CHAINS, {"chains": chains, "genesis": GENESIS})
    rows = session.execute(LOCK_HEADS, {"chains": chains})
    return {row.chain: (row.seq, bytes(row.hash)) for row in rows}


def _move_heads(session: Session, ends: dict[str, tuple[int, bytes]]) -> None:
    session.execute(
        MOVE_HEADS,
        {
            "chains": list(ends),
            "seqs": [seq for seq, _ in ends.values()],
            "hashes": [sealed for _, sealed in ends.values()],
        },
    )
