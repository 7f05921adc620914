"""Exports: the log in parts, chain by chain in order of `seq`, each part cheap to find wherever it lies."""

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from chassis.db.paging import within_bytes
from chassis.types.cursors import read_cursor, write_cursor
from services.audit.checkpoint_signer import CheckpointSigner
from services.audit.models import Entry
from services.audit.queries.activity import ROW, by_actor, narrowed
from services.audit.queries.all_activity import all_row_of
from services.audit.rules import HASHED, plain

CURSOR = "export"
ROWS = 100  # in a part
LOOKED_AT = 5000  # for a part at most, whatever the filters leave of it

SEALED = (*(getattr(Entry, name) for name in HASHED), Entry.personal, Entry.prev, Entry.hash)


def part(
    session: Session,
    chain: str | None,
    checkpoint_signer: CheckpointSigner | None,
    *,
    form: str,
    after: str | None = None,
    actor: str | None = None,
    **filters,
) -> dict:
    """The entries after `after`, of one chain or of all: `{"data": rows, "next": cursor|None, "checkpoint":
    number|None}`.

    A part may be empty although more follow. `checkpoint` is the newest that was written, in the first part alone: what
    a later one names may be missing from this export.
    """
    start = after and read_cursor(after, CURSOR, (str, int), "/after")
    key = tuple_(Entry.chain, Entry.seq)
    ours = [] if chain is None else [Entry.chain == chain]
    if start:
        ours.append(key > tuple_(*start))
    bound = session.execute(
        select(Entry.chain, Entry.seq).where(*ours).order_by(Entry.chain, Entry.seq).offset(LOOKED_AT - 1).limit(1)
    ).first()
    wanted = [*ours, *narrowed(session, **filters), *([key <= tuple_(*bound)] if bound else [])]
    if actor is not None:
        wanted.append(by_actor(actor))
    columns = SEALED if form == "sealed" else (*ROW, Entry.chain)
    rows = session.execute(select(*columns).where(*wanted).order_by(Entry.chain, Entry.seq).limit(ROWS)).all()
    data = within_bytes([(sealed_row_of if form == "sealed" else all_row_of)(row) for row in rows])
    last = rows[len(data) - 1] if len(data) in (ROWS, *range(1, len(rows))) else bound
    newest = checkpoint_signer.file.newest() if checkpoint_signer and not start else None
    return {
        "data": data,
        "next": last and write_cursor(CURSOR, (last.chain, last.seq)),
        "checkpoint": newest and newest["number"],
    }


def sealed_row_of(row) -> dict:
    """An entry with all that its hash covers, in the form that is hashed; `prev`, `hash`, and the personal part beside
    it."""
    return {
        **{name: plain(getattr(row, name)) for name in HASHED},
        "personal": row.personal,
        "prev": bytes(row.prev).hex(),
        "hash": bytes(row.hash).hex(),
    }
