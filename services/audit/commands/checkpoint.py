"""Writing checkpoints: the heads of all chains that have moved, signed, outside the database."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from chassis.events.event import rfc3339
from services.audit.checkpoint_signer import CheckpointSigner
from services.audit.models import ChainHead

CHECKPOINT_LOCK = 0x43484B50  # one number for "checkpoints are written"; any constant does
CHECKPOINT_SECONDS = 2.0
EVERY = timedelta(minutes=5)
EVERY_ENTRIES = 1000
HEADS = 1000  # in one line at most

MOVED = ChainHead.moved
# Heads are locked in the order in which entries are added to them, so that neither waits for the other in a circle.
MARK = text("""
    WITH named AS (SELECT * FROM unnest(CAST(:chains AS text[]), CAST(:seqs AS bigint[])) AS named (chain, seq)),
         locked AS (SELECT chain FROM chain_heads JOIN named USING (chain) ORDER BY chain FOR UPDATE OF chain_heads)
    UPDATE chain_heads SET checkpointed_seq = named.seq FROM named JOIN locked USING (chain)
    WHERE chain_heads.chain = named.chain AND chain_heads.checkpointed_seq < named.seq
""")


def write_checkpoint(session: Session, checkpoint_signer: CheckpointSigner, now: datetime | None = None) -> bool:
    """Write a checkpoint when one is due; returns whether it did.

    One is due EVERY_ENTRIES entries, or EVERY so often when there was any. The line is on the disk before the database
    says that it is: after a crash in between the same heads are signed once more.
    """
    now = now or datetime.now(UTC)
    waiting = select((ChainHead.seq - ChainHead.checkpointed_seq).label("entries")).where(MOVED).limit(HEADS).subquery()
    entries = session.scalar(select(func.sum(waiting.c.entries))) or 0
    if not entries or (entries < EVERY_ENTRIES and not _is_time(checkpoint_signer, now)):
        return False
    heads = session.execute(
        select(ChainHead.chain, ChainHead.seq, ChainHead.hash).where(MOVED).order_by(ChainHead.chain).limit(HEADS)
    ).all()
    checkpoint_signer.add({head.chain: (head.seq, bytes(head.hash).hex()) for head in heads}, rfc3339(now))
    session.execute(MARK, {"chains": [head.chain for head in heads], "seqs": [head.seq for head in heads]})
    session.commit()
    return True


def _is_time(checkpoint_signer: CheckpointSigner, now: datetime) -> bool:
    newest = checkpoint_signer.file.newest()
    return newest is None or now - datetime.fromisoformat(newest["made_at"]) >= EVERY
